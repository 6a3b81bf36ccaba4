/**
 * Head and hands of people in headsets: from rooms to the wire, and from the wire to what is drawn.
 *
 * Everything here is relative to the avatar: x right, y up from the feet, z back, metres; angles in
 * radians relative to its yaw, clockwise from above, up, and clockwise as the person sees it.
 */

import type { Hand, Pose } from "../protocol/pose";
import type { HeadsetPose, Limb } from "./figure";
import type { Stance } from "./prediction";

const TURN = 2 * Math.PI;
const STEPS_PER_M = 64;
const HAND_BASE_M = 1; // the wire measures hands from here up
const FOLLOW_MS = 70; // poses come ten times a second: what is drawn follows the last one

/** Head and hands relative to an avatar. */
export interface BodyPose {
  readonly head: MutableLimb;
  readonly left: MutableHand;
  readonly right: MutableHand;
}

export interface MutableLimb {
  x: number;
  y: number;
  z: number;
  yaw: number;
  pitch: number;
  roll: number;
}

export interface MutableHand extends MutableLimb {
  /** 0 open .. 1 fist. */
  grip: number;
}

/** Somebody who stands with their arms down. */
export function restingPose(): BodyPose {
  const still = { z: 0, yaw: 0, pitch: 0, roll: 0 };
  return {
    head: { ...still, x: 0, y: 1.6 },
    left: { ...still, x: -0.25, y: 1, grip: 0 },
    right: { ...still, x: 0.25, y: 1, grip: 0 },
  };
}

/** A pose as the wire takes it; what lies out of the wire's reach is brought to its edge. */
export function toWire({ head, left, right }: BodyPose): Pose {
  return {
    x: within(head.x * STEPS_PER_M, -64, 63),
    y: within(head.y * STEPS_PER_M, 0, 255),
    z: within(head.z * STEPS_PER_M, -64, 63),
    yaw: toTurns(head.yaw, 256),
    pitch: toTurns(head.pitch, 256),
    roll: toTurns(head.roll, 64),
    left: toWireHand(left),
    right: toWireHand(right),
  };
}

/** Writes a pose of the wire to `out`. */
export function fromWire(pose: Pose, out: BodyPose): void {
  out.head.x = pose.x / STEPS_PER_M;
  out.head.y = pose.y / STEPS_PER_M;
  out.head.z = pose.z / STEPS_PER_M;
  out.head.yaw = (pose.yaw / 256) * TURN;
  out.head.pitch = signed(pose.pitch / 256) * TURN;
  out.head.roll = signed(pose.roll / 64) * TURN;
  fromWireHand(pose.left, out.left);
  fromWireHand(pose.right, out.right);
}

/** The poses of everybody in a headset, drawn after the last that was told. */
export class HeadsetPoses {
  private readonly told = new Map<number, { readonly target: BodyPose; readonly shown: BodyPose; isNew: boolean }>();

  /** Takes what a snapshot says of a slot. */
  take(slot: number, pose: Pose): void {
    let entry = this.told.get(slot);
    if (entry === undefined) {
      entry = { target: restingPose(), shown: restingPose(), isNew: true };
      this.told.set(slot, entry);
    }
    fromWire(pose, entry.target);
  }

  forget(slot: number): void {
    this.told.delete(slot);
  }

  clear(): void {
    this.told.clear();
  }

  /** Moves what is shown toward what was told; runs once a frame. */
  show(elapsedMs: number): void {
    const share = 1 - Math.exp(-elapsedMs / FOLLOW_MS);
    for (const entry of this.told.values()) {
      const part = entry.isNew ? 1 : share;
      entry.isNew = false;
      follow(entry.shown.head, entry.target.head, part);
      for (const side of ["left", "right"] as const) {
        const [shown, target] = [entry.shown[side], entry.target[side]];
        follow(shown, target, part);
        shown.grip += (target.grip - shown.grip) * part;
      }
    }
  }

  /** How somebody holds head and hands now, in the world, for an avatar that stands there. */
  of(slot: number, stance: Stance): HeadsetPose | null {
    const entry = this.told.get(slot);
    return entry === undefined ? null : inWorld(entry.shown, stance);
  }
}

/** A pose relative to an avatar, put into the world. */
export function inWorld({ head, left, right }: BodyPose, stance: Stance): HeadsetPose {
  return {
    head: limbInWorld(head, stance),
    left: { ...limbInWorld(left, stance), grip: left.grip },
    right: { ...limbInWorld(right, stance), grip: right.grip },
  };
}

/** A limb of the world as an avatar that stands there has it; the inverse of `inWorld`. */
export function limbOfAvatar(limb: Limb, stance: Stance, out: MutableLimb): void {
  const [dx, dz] = [limb.x - stance.x, limb.z - stance.z];
  const [sine, cosine] = [Math.sin(stance.yaw), Math.cos(stance.yaw)];
  out.x = dx * cosine + dz * sine;
  out.y = limb.y - stance.y;
  out.z = dz * cosine - dx * sine;
  out.yaw = limb.yaw - stance.yaw;
  out.pitch = limb.pitch;
  out.roll = limb.roll;
}

function limbInWorld({ x, y, z, yaw, pitch, roll }: MutableLimb, stance: Stance): Limb {
  const [sine, cosine] = [Math.sin(stance.yaw), Math.cos(stance.yaw)];
  return {
    x: stance.x + x * cosine - z * sine,
    y: stance.y + y,
    z: stance.z + x * sine + z * cosine,
    yaw: stance.yaw + yaw,
    pitch,
    roll,
  };
}

function follow(shown: MutableLimb, target: MutableLimb, share: number): void {
  shown.x += (target.x - shown.x) * share;
  shown.y += (target.y - shown.y) * share;
  shown.z += (target.z - shown.z) * share;
  shown.yaw += shortest(target.yaw - shown.yaw) * share;
  shown.pitch += shortest(target.pitch - shown.pitch) * share;
  shown.roll += shortest(target.roll - shown.roll) * share;
}

function toWireHand(hand: MutableHand): Hand {
  return {
    x: within(hand.x * STEPS_PER_M, -128, 127),
    y: within((hand.y - HAND_BASE_M) * STEPS_PER_M, -128, 127),
    z: within(hand.z * STEPS_PER_M, -128, 127),
    yaw: toTurns(hand.yaw, 128),
    pitch: toTurns(hand.pitch, 64),
    roll: toTurns(hand.roll, 64),
    grip: within(hand.grip * 7, 0, 7),
  };
}

function fromWireHand(hand: Hand, out: MutableHand): void {
  out.x = hand.x / STEPS_PER_M;
  out.y = hand.y / STEPS_PER_M + HAND_BASE_M;
  out.z = hand.z / STEPS_PER_M;
  out.yaw = (hand.yaw / 128) * TURN;
  out.pitch = signed(hand.pitch / 64) * TURN;
  out.roll = signed(hand.roll / 64) * TURN;
  out.grip = hand.grip / 7;
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, Math.round(value))) || 0;
}

function toTurns(angle: number, steps: number): number {
  return (((Math.round((angle / TURN) * steps) % steps) + steps) % steps) || 0;
}

/** A share of a turn, 0..1, as -0.5..0.5. */
function signed(turns: number): number {
  return turns >= 0.5 ? turns - 1 : turns;
}

function shortest(angle: number): number {
  return angle - TURN * Math.round(angle / TURN);
}
