/** One person on a canvas of their own, turning slowly: the preview of a look. */

import { AgXToneMapping, DirectionalLight, HemisphereLight, PCFShadowMap, PerspectiveCamera, Scene, WebGLRenderer } from "three";

import { EmoteKind } from "../protocol/messages.gen";
import type { Acting, Figure } from "../state/figure";
import { Avatars } from "./avatars/avatars";
import { durationOf } from "./avatars/emotes";

const KEY = 0.37;
const SLOWLY = 0.35; // radians a second
const RESTS_AFTER_DRAG_S = 3;
const FACING = Math.PI;
const WIGGLE = 0.5; // how far to each side one turns while nobody drags

/**
 * Draws while it lives; `dispose` ends that and frees the graphics card's memory.
 *
 * Throws when the browser cannot draw with WebGL 2. A page may hold only a few such canvases at once.
 */
export class Portrait {
  private readonly canvas: HTMLCanvasElement;
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(24, 1, 0.5, 30);
  private readonly avatars: Avatars;
  private readonly ended = new AbortController();
  private readonly stance = { x: 0, y: 0, z: 0, yaw: FACING };
  private look = new Uint8Array();
  private acting: Acting | null = null;
  private isStill = false;
  private isShown = false;
  private isStale = true;
  private turnedS = 0;
  private dragged = 0;
  private draggedAtS = -RESTS_AFTER_DRAG_S;
  private drag: { readonly pointer: number; x: number } | null = null;
  private framedS = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.toneMapping = AgXToneMapping;
    this.renderer.toneMappingExposure = 1.3;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.setClearAlpha(0);
    this.light();
    this.avatars = new Avatars(this.scene, "high");
    this.listen();
    this.resize();
    this.renderer.setAnimationLoop((nowMs) => this.frame(nowMs / 1000));
  }

  /** Shows a look; after the first one the person waves at every change. */
  show(look: Uint8Array): void {
    const isChange = this.isShown && !isSame(look, this.look);
    // A copy: the avatar is dressed anew only when it gets another array.
    if (!this.isShown || isChange) this.look = Uint8Array.from(look);
    this.isShown = true;
    this.isStale = true;
    if (isChange && this.acting === null) this.play(EmoteKind.WAVE);
  }

  /** Makes a gesture; kinds are those of the wire. */
  play(kind: number): void {
    this.acting = { kind, startedS: this.framedS };
    this.isStale = true;
  }

  /** For those who asked for less motion: no turning, no breathing, gestures as pictures. */
  setStill(isStill: boolean): void {
    this.isStill = isStill;
    this.isStale = true;
  }

  /** Takes the size of the canvas on the page; runs when that changes. */
  resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.camera.aspect = clientWidth / Math.max(1, clientHeight);
    // The whole person, however narrow the canvas is; a broad one shows no more than that.
    const away = Math.max(4.75, 2.35 / Math.max(0.2, this.camera.aspect));
    this.camera.position.set(0, 1.22, away);
    this.camera.lookAt(0, 0.97, 0);
    this.camera.updateProjectionMatrix();
    this.isStale = true;
  }

  dispose(): void {
    this.ended.abort();
    this.renderer.setAnimationLoop(null);
    this.avatars.dispose();
    this.renderer.dispose();
  }

  private frame(nowS: number): void {
    const elapsedS = Math.min(0.1, nowS - this.framedS);
    this.framedS = nowS;
    if (this.acting !== null && nowS - this.acting.startedS > durationOf(this.acting.kind)) {
      this.acting = null;
      this.isStale = true;
    }
    // Who stands still need not be drawn again: a battery is somebody's lesson.
    if (!this.isShown || this.canvas.clientWidth === 0) return;
    if (this.isStill && !this.isStale && this.drag === null) return;
    this.turn(nowS, elapsedS);
    this.avatars.begin(nowS, this.isStill ? 1 : elapsedS, this.camera.position, this.isStill);
    this.avatars.add(this.figure());
    this.avatars.finish();
    this.renderer.render(this.scene, this.camera);
    this.isStale = false;
  }

  private figure(): Figure {
    return {
      key: KEY, name: "", look: this.look, stance: this.stance, speed: 0, heading: this.stance.yaw, isInAir: false, isSitting: false, isHandUp: false,
      acting: this.acting, attention: null, loudness: 0, headset: null,
    };
  }

  /** Turns to and fro, so that the face is never away for long; a gesture is made towards the viewer. */
  private turn(nowS: number, elapsedS: number): void {
    const isFree = this.drag === null && nowS - this.draggedAtS > RESTS_AFTER_DRAG_S;
    if (isFree) {
      if (!this.isStill && this.acting === null) this.turnedS += elapsedS;
      this.dragged -= this.dragged * (1 - Math.exp(-elapsedS * 2));
    }
    const sway = this.isStill ? 0.3 : WIGGLE * Math.sin(this.turnedS * SLOWLY * 2);
    this.stance.yaw = FACING + sway + this.dragged;
  }

  private listen(): void {
    const { signal } = this.ended;
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      this.drag = { pointer: event.pointerId, x: event.clientX };
      canvas.setPointerCapture(event.pointerId);
    }, { signal });
    canvas.addEventListener("pointermove", (event) => {
      if (this.drag?.pointer !== event.pointerId) return;
      this.dragged = wrap(this.dragged - ((event.clientX - this.drag.x) / Math.max(120, canvas.clientWidth)) * Math.PI * 1.6);
      this.drag.x = event.clientX;
      this.isStale = true;
    }, { signal });
    const end = (event: PointerEvent): void => {
      if (this.drag?.pointer !== event.pointerId) return;
      this.drag = null;
      this.draggedAtS = this.framedS;
    };
    canvas.addEventListener("pointerup", end, { signal });
    canvas.addEventListener("pointercancel", end, { signal });
  }

  /** A window on the left, warm; the sky from above; a little from behind, so that hair stands off. */
  private light(): void {
    const key = new DirectionalLight("#ffe4c2", 2.9);
    key.position.set(-1.6, 2.6, 2.8);
    key.castShadow = true;
    key.shadow.mapSize.set(1024, 1024);
    key.shadow.normalBias = 0.012;
    key.shadow.radius = 4;
    Object.assign(key.shadow.camera, { left: -1.2, right: 1.2, top: 2, bottom: -1, near: 0.5, far: 8 });
    const rim = new DirectionalLight("#cfe3ff", 1.5);
    rim.position.set(2, 2.4, -2.6);
    this.scene.add(key, key.target, rim, new HemisphereLight("#dfeaff", "#c8b49a", 1.9));
    key.target.position.set(0, 0.9, 0);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function wrap(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
