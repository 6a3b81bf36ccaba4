/**
 * A headset on WebXR: the session, the room in the world, hands, snap turn, teleport, leaving.
 *
 * Enter from a click. While a session runs, the browser calls the frame at the headset's own rate;
 * the page behind it may stand still. Everything in here ends with the session, however that ends.
 */

import { Euler, Group, Matrix4, Mesh, MeshBasicMaterial, type Object3D, type PerspectiveCamera, Quaternion, type Scene, SphereGeometry, Vector3, type WebGLRenderer } from "three";

import type { Wish } from "../protocol/input";
import type { Pose } from "../protocol/pose";
import { UNIT } from "../protocol/motion.gen";
import { type BodyPose, limbOfAvatar, type MutableHand, restingPose, toWire } from "../state/headset";
import type { Walker } from "../state/movement";
import type { Place } from "../state/path";
import type { Stance } from "../state/prediction";
import type { WalkField } from "../state/walk-field";
import { Arc } from "./arc";
import { ArcPicture } from "./arc-picture";
import { OwnHand } from "./hands";
import { Rig } from "./rig";
import { SnapTurn } from "./snap-turn";

const AIM_FROM = 0.6; // of a stick's way forward
const FADE_MS = 140;
const LEAVE_BUTTON = 5; // B or Y in the standard mapping (WebXR Gamepads 3.3)
const TRIGGER = 0;
const SQUEEZE = 1;

/** What the headset needs of the drawn world. */
export interface HeadsetView {
  readonly renderer: WebGLRenderer;
  readonly scene: Scene;
  readonly camera: PerspectiveCamera;
}

export interface HeadsetRequests {
  /** Draws a frame; runs at the headset's rate. */
  frame(): void;
  /** The session has ended. */
  left(): void;
}

interface Controller {
  readonly pointer: Object3D;
  readonly grip: Object3D;
  readonly hand: OwnHand;
  source: XRInputSource | null;
  isAiming: boolean;
  isSelecting: boolean;
  squeeze: number;
}

const scratchMatrix = new Matrix4();
const scratchPlace = new Vector3();
const scratchTurn = new Quaternion();
const scratchScale = new Vector3();
const scratchEuler = new Euler(0, 0, 0, "YXZ");

export class Headset {
  private readonly view: HeadsetView;
  private readonly requests: HeadsetRequests;
  private readonly room = new Group();
  private readonly rig: Rig;
  private readonly controllers: Controller[];
  private readonly arc: Arc;
  private readonly arcPicture = new ArcPicture();
  private readonly fade: Mesh<SphereGeometry, MeshBasicMaterial>;
  private readonly turns = [new SnapTurn(), new SnapTurn()];
  private readonly body: BodyPose = restingPose();
  private readonly head = { x: 0, y: 1.6, z: 0, yaw: 0 };
  private readonly session: XRSession;
  private way: readonly Place[] | null = null;
  private fadeMs = 0;
  private isCentred = false;
  private hasEnded = false;

  /** Asks the browser for a session; call it from a click. Throws what the browser throws. */
  static async enter(view: HeadsetView, requests: HeadsetRequests, field: WalkField, tickHz: number): Promise<Headset> {
    const { xr } = navigator;
    if (xr === undefined) throw new Error("this browser knows no headsets");
    const session = await xr.requestSession("immersive-vr", { requiredFeatures: ["local-floor"], optionalFeatures: ["hand-tracking"] });
    view.renderer.xr.enabled = true;
    view.renderer.xr.setReferenceSpaceType("local-floor");
    await view.renderer.xr.setSession(session);
    return new Headset(view, requests, session, field, tickHz);
  }

  private constructor(view: HeadsetView, requests: HeadsetRequests, session: XRSession, field: WalkField, tickHz: number) {
    this.view = view;
    this.requests = requests;
    this.session = session;
    this.rig = new Rig(tickHz);
    this.arc = new Arc(field);
    view.scene.add(this.room, this.arcPicture.group);
    this.room.add(view.camera);
    this.fade = new Mesh(
      new SphereGeometry(0.25, 16, 12).scale(-1, 1, 1),
      new MeshBasicMaterial({ color: "#14161a", transparent: true, opacity: 0, depthTest: false, depthWrite: false, fog: false }),
    );
    this.fade.renderOrder = 10;
    view.camera.add(this.fade);
    this.controllers = [0, 1].map((index) => this.buildController(index));
    session.addEventListener("end", () => this.ended(), { once: true });
    view.renderer.setAnimationLoop(() => requests.frame());
  }

  /** Skin and sleeve of the own hands, as CSS colours. */
  dress(skin: string, cloth: string): void {
    for (const { hand } of this.controllers) hand.dress(skin, cloth);
  }

  /** Ends the session; `left` follows. */
  leave(): void {
    if (!this.hasEnded) void this.session.end();
  }

  /** What the avatar should do in the next tick. */
  wish(walker: Walker): Wish {
    return this.rig.wish(walker, this.head);
  }

  /** Head and hands for the wire, relative to an avatar that stands there. */
  pose(stance: Stance): Pose {
    this.readLimb(this.view.renderer.xr.getCamera().matrixWorld, stance, this.body.head);
    for (const controller of this.controllers) {
      const side = controller.source?.handedness;
      if (side !== "left" && side !== "right") continue;
      const hand: MutableHand = this.body[side];
      this.readLimb(controller.grip.matrixWorld, stance, hand);
      hand.grip = controller.squeeze;
    }
    return toWire(this.body);
  }

  /** Reads the head and what the hands ask for; runs once a frame, before drawing. */
  update(stance: Stance, elapsedMs: number): void {
    this.readHead();
    if (!this.isCentred) {
      this.isCentred = true;
      this.rig.centre(stance, this.head);
    }
    this.readControllers(stance);
    this.rig.settle(stance, this.head, elapsedMs);
    this.room.position.set(this.rig.x, this.rig.y, this.rig.z);
    this.room.rotation.y = -this.rig.yaw;
    this.room.updateMatrixWorld(true);
    this.fadeMs = Math.max(0, this.fadeMs - elapsedMs);
    this.fade.material.opacity = this.fadeMs / FADE_MS;
    this.fade.visible = this.fadeMs > 0;
  }

  /** The head in its room, from the session's own view of it. */
  private readHead(): void {
    scratchMatrix.copy(this.room.matrixWorld).invert().multiply(this.view.renderer.xr.getCamera().matrixWorld);
    scratchMatrix.decompose(scratchPlace, scratchTurn, scratchScale);
    scratchEuler.setFromQuaternion(scratchTurn);
    const { head } = this;
    head.x = scratchPlace.x;
    head.y = scratchPlace.y;
    head.z = scratchPlace.z;
    head.yaw = -scratchEuler.y;
  }

  private readControllers(stance: Stance): void {
    let aims = false;
    this.controllers.forEach((controller, index) => {
      const pad = controller.source?.gamepad;
      const [right, forward] = [pad?.axes[2] ?? 0, -(pad?.axes[3] ?? 0)];
      controller.squeeze = Math.max(pad?.buttons[SQUEEZE]?.value ?? 0, pad?.buttons[TRIGGER]?.value ?? 0, controller.isSelecting ? 1 : 0);
      controller.hand.pose(controller.squeeze, pad !== undefined && pad !== null);
      if (pad?.buttons[LEAVE_BUTTON]?.pressed) this.leave();
      const turned = this.turns[index].read(forward > AIM_FROM ? 0 : right);
      if (turned !== 0) this.turn(turned);
      const isAiming = controller.isSelecting || forward > AIM_FROM;
      if (isAiming && !aims) {
        aims = true;
        this.aim(controller, stance);
      }
      if (controller.isAiming && !isAiming) this.go();
      controller.isAiming = isAiming;
    });
    if (!aims) this.arcPicture.hide();
  }

  private turn(angle: number): void {
    this.rig.turn(angle, this.head);
    this.fadeMs = FADE_MS;
  }

  private aim({ pointer }: Controller, stance: Stance): void {
    pointer.updateWorldMatrix(true, false);
    pointer.matrixWorld.decompose(scratchPlace, scratchTurn, scratchScale);
    const origin = [scratchPlace.x, scratchPlace.y, scratchPlace.z] as const;
    scratchPlace.set(0, 0, -1).applyQuaternion(scratchTurn);
    const from = { x: Math.round(stance.x * UNIT), y: Math.round(stance.y * UNIT), z: Math.round(stance.z * UNIT) };
    this.way = this.arc.throw(from, origin, [scratchPlace.x, scratchPlace.y, scratchPlace.z]);
    this.arcPicture.show(this.arc.points, this.way !== null);
  }

  private go(): void {
    if (this.way === null) return;
    this.rig.teleport(this.way, this.head);
    this.way = null;
    this.fadeMs = FADE_MS;
  }

  private buildController(index: number): Controller {
    const { xr } = this.view.renderer;
    const [pointer, grip] = [xr.getController(index), xr.getControllerGrip(index)];
    const hand = new OwnHand(index === 0 ? -1 : 1);
    grip.add(hand.group);
    this.room.add(pointer, grip);
    const controller: Controller = { pointer, grip, hand, source: null, isAiming: false, isSelecting: false, squeeze: 0 };
    pointer.addEventListener("connected", ({ data }) => (controller.source = data));
    pointer.addEventListener("disconnected", () => (controller.source = null));
    pointer.addEventListener("selectstart", () => (controller.isSelecting = true));
    pointer.addEventListener("selectend", () => (controller.isSelecting = false));
    return controller;
  }

  private readLimb(matrix: Matrix4, stance: Stance, out: BodyPose["head"]): void {
    matrix.decompose(scratchPlace, scratchTurn, scratchScale);
    scratchEuler.setFromQuaternion(scratchTurn);
    const limb = { x: scratchPlace.x, y: scratchPlace.y, z: scratchPlace.z, yaw: -scratchEuler.y, pitch: scratchEuler.x, roll: -scratchEuler.z };
    limbOfAvatar(limb, stance, out);
  }

  private ended(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const { renderer, camera, scene } = this.view;
    renderer.setAnimationLoop(null);
    renderer.xr.enabled = false;
    this.fade.removeFromParent();
    this.fade.geometry.dispose();
    this.fade.material.dispose();
    for (const { hand } of this.controllers) hand.dispose();
    this.arcPicture.dispose();
    scene.remove(this.room);
    camera.removeFromParent();
    this.requests.left();
  }
}

