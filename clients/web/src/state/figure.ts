/** How somebody stands, goes and gestures at one moment: what is drawn of a person. */

import type { Stance } from "./prediction";

/** A gesture that runs once; see EmoteKind of the wire. */
export interface Acting {
  readonly kind: number;
  /** Seconds of the same clock as the frame's. */
  readonly startedS: number;
}

/** One point in the world's axes, metres. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A head or a hand of somebody in a headset: in the world's axes, metres and radians (order YXZ). */
export interface Limb extends Point {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

export interface HeadsetPose {
  readonly head: Limb;
  /** Hands, with 0 open .. 1 fist. */
  readonly left: Limb & { readonly grip: number };
  readonly right: Limb & { readonly grip: number };
}

export interface Figure {
  /** Stays with one person: phase, stride and fading are remembered under it. */
  readonly key: number;
  readonly name: string;
  readonly look: Uint8Array;
  readonly stance: Stance;
  /** Horizontal speed in m/s. */
  readonly speed: number;
  /** Where the feet go, radians clockwise from north; the body itself faces `stance.yaw`. */
  readonly heading: number;
  readonly isInAir: boolean;
  readonly isSitting: boolean;
  /** Height of what is sat on above the feet, metres; absent or 0: the ground. */
  readonly seatM?: number;
  readonly isHandUp: boolean;
  readonly acting: Acting | null;
  /** What the head turns to: who speaks or chats; null looks ahead. */
  readonly attention: Point | null;
  /** 0..1: how loud somebody speaks now; moves the mouth and shows the ring. */
  readonly loudness: number;
  readonly headset: HeadsetPose | null;
}

