/**
 * People: soft capsules with a face, one instanced draw for each part of the body.
 *
 * Legs and arms swing with the way walked, so that feet do not slide; everybody has a phase of
 * their own, so that no two people move alike.
 */

import {
  type BufferGeometry,
  CapsuleGeometry,
  Color,
  DynamicDrawUsage,
  InstancedMesh,
  Matrix4,
  MeshStandardMaterial,
  type Scene,
  SphereGeometry,
} from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";

import type { Stance } from "../state/prediction";
import { choose, HAIRS, SHIRTS, SKINS, TROUSERS } from "./palette";

const HIP_M = 0.82;
const SHOULDER_M = 1.32;
const STRIDE_M = 1.45; // way of one double step when walking; grows with speed
const BREATH_HZ = 0.25;

/** How somebody stands and goes, for one frame. */
export interface Figure {
  /** Stays with one person: their phase and stride are remembered under it. */
  readonly key: number;
  readonly stance: Stance;
  readonly speed: number;
  readonly isInAir: boolean;
  readonly look: Uint8Array;
}

interface Part {
  readonly mesh: InstancedMesh;
  readonly perPerson: number;
}

interface Gait {
  walked: number;
  swing: number;
  frame: number;
}

const scratchPerson = new Matrix4();
const scratchLimb = new Matrix4();
const scratchTurn = new Matrix4();

const parse = (colours: readonly string[]): Color[] => colours.map((colour) => new Color(colour));
const [SHIRT, TROUSER, SKIN, HAIR] = [parse(SHIRTS), parse(TROUSERS), parse(SKINS), parse(HAIRS)];

export class Avatars {
  private capacity = 64;
  private parts: { torso: Part; head: Part; hair: Part; eyes: Part; legs: Part; arms: Part };
  private readonly gaits = new Map<number, Gait>();
  private readonly scene: Scene;
  private count = 0;
  private frame = 0;

  constructor(scene: Scene) {
    this.scene = scene;
    this.parts = this.build();
  }

  /** Begins a frame; then `add` everybody, then `finish`. */
  begin(): void {
    this.count = 0;
    this.frame += 1;
  }

  add(figure: Figure, elapsedS: number, nowS: number): void {
    if (this.count === this.capacity) this.grow();
    const at = this.count++;
    const gait = this.gaitOf(figure, elapsedS);
    this.pose(at, figure.stance, gait, figure, nowS);
    this.dress(at, figure.look);
  }

  finish(): void {
    for (const { mesh, perPerson } of Object.values(this.parts)) {
      mesh.count = this.count * perPerson;
      mesh.instanceMatrix.needsUpdate = true;
      if (mesh.instanceColor !== null) mesh.instanceColor.needsUpdate = true;
    }
    for (const [key, gait] of this.gaits) if (gait.frame !== this.frame) this.gaits.delete(key);
  }

  private gaitOf({ key, speed, isInAir }: Figure, elapsedS: number): Gait {
    let gait = this.gaits.get(key);
    if (gait === undefined) {
      gait = { walked: (key * 0.618) % 1, swing: 0, frame: 0 };
      this.gaits.set(key, gait);
    }
    const stride = STRIDE_M * (0.75 + 0.25 * Math.max(1, speed / 1.4));
    gait.walked = (gait.walked + (speed * elapsedS) / stride) % 1;
    const wanted = isInAir ? 0.35 : Math.min(0.95, speed * 0.36);
    gait.swing += (wanted - gait.swing) * Math.min(1, elapsedS * 10);
    gait.frame = this.frame;
    return gait;
  }

  private pose(at: number, { x, y, z, yaw }: Stance, { walked, swing }: Gait, figure: Figure, nowS: number): void {
    const phase = walked * 2 * Math.PI;
    const bob = Math.abs(Math.sin(phase)) * swing * 0.05;
    const breath = Math.sin((nowS * BREATH_HZ + figure.key * 0.37) * 2 * Math.PI) * 0.006;
    scratchPerson.makeRotationY(-yaw).setPosition(x, y + bob, z);
    const { torso, head, hair, eyes, legs, arms } = this.parts;
    torso.mesh.setMatrixAt(at, scratchPerson);
    scratchLimb.copy(scratchPerson).multiply(scratchTurn.makeTranslation(0, breath, 0));
    for (const { mesh } of [head, hair, eyes]) mesh.setMatrixAt(at, scratchLimb);
    const angle = Math.sin(phase) * swing;
    for (const side of [-1, 1]) {
      const slot = at * 2 + (side + 1) / 2;
      this.hang(legs.mesh, slot, side * 0.105, HIP_M, side * angle * 0.8);
      this.hang(arms.mesh, slot, side * 0.238, SHOULDER_M + breath, -side * angle * 0.7, side * 0.13);
    }
  }

  /** Puts a limb so that it hangs from (x, y) of the body, swung by `angle` and spread by `spread`. */
  private hang(mesh: InstancedMesh, slot: number, x: number, y: number, angle: number, spread = 0): void {
    scratchLimb.copy(scratchPerson).multiply(scratchTurn.makeTranslation(x, y, 0));
    scratchLimb.multiply(scratchTurn.makeRotationX(angle));
    if (spread !== 0) scratchLimb.multiply(scratchTurn.makeRotationZ(spread));
    mesh.setMatrixAt(slot, scratchLimb);
  }

  private dress(at: number, look: Uint8Array): void {
    const { torso, head, hair, legs, arms } = this.parts;
    const [shirt, trousers] = [choose(SHIRT, look, 0), choose(TROUSER, look, 1)];
    torso.mesh.setColorAt(at, shirt);
    head.mesh.setColorAt(at, choose(SKIN, look, 2));
    hair.mesh.setColorAt(at, choose(HAIR, look, 3));
    for (const side of [0, 1]) {
      arms.mesh.setColorAt(at * 2 + side, shirt);
      legs.mesh.setColorAt(at * 2 + side, trousers);
    }
  }

  /** Makes room; those already added in this frame are without their colours until the next. */
  private grow(): void {
    const old = this.parts;
    this.capacity *= 2;
    this.parts = this.build();
    for (const name of Object.keys(old) as (keyof typeof old)[]) {
      const [from, to] = [old[name].mesh, this.parts[name].mesh];
      (to.instanceMatrix.array as Float32Array).set(from.instanceMatrix.array as Float32Array);
      this.scene.remove(from);
      from.dispose();
    }
  }

  private build(): Avatars["parts"] {
    const cloth = new MeshStandardMaterial({ roughness: 0.92, metalness: 0 });
    const dark = new MeshStandardMaterial({ color: "#1d1a1a", roughness: 0.6, metalness: 0 });
    const part = (geometry: BufferGeometry, perPerson = 1, material = cloth): Part => {
      const mesh = new InstancedMesh(geometry, material, this.capacity * perPerson);
      mesh.instanceMatrix.setUsage(DynamicDrawUsage);
      mesh.castShadow = mesh.receiveShadow = true;
      mesh.frustumCulled = false;
      mesh.count = 0;
      this.scene.add(mesh);
      return { mesh, perPerson };
    };
    return {
      torso: part(new CapsuleGeometry(0.19, 0.36, 5, 14).scale(1.05, 1, 0.8).translate(0, 1.1, 0)),
      head: part(new SphereGeometry(0.155, 18, 12).translate(0, 1.58, 0)),
      hair: part(new SphereGeometry(0.168, 18, 8, 0, 2 * Math.PI, 0, Math.PI * 0.52).rotateX(0.42).translate(0, 1.592, 0.012)),
      eyes: part(buildFace(), 1, dark),
      legs: part(buildLeg(), 2),
      arms: part(new CapsuleGeometry(0.062, 0.42, 4, 10).translate(0, -0.24, 0), 2),
    };
  }
}

/** Two oval eyes on the side that faces north when nobody is turned. */
function buildFace(): BufferGeometry {
  const eye = (side: number): BufferGeometry =>
    new SphereGeometry(0.022, 10, 8).scale(0.8, 1.25, 0.5).translate(side * 0.055, 1.585, -0.148);
  return mergeGeometries([eye(-1), eye(1)]);
}

/** A leg with a foot that points where one walks. */
function buildLeg(): BufferGeometry {
  const leg = new CapsuleGeometry(0.085, 0.56, 4, 12).translate(0, -0.4, 0);
  const foot = new CapsuleGeometry(0.062, 0.12, 4, 10).rotateX(Math.PI / 2).scale(1, 0.8, 1).translate(0, -0.765, -0.05);
  return mergeGeometries([leg, foot]);
}
