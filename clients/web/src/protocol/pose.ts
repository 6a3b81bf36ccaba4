/** The pose of a person in a headset: a head and two hands, 17 bytes (layout in SPEC.md). */

import type { BitReader } from "./reader";
import type { BitWriter } from "./writer";

/** Units: x, y, z 1/64 m, y from 1 m above the feet; yaw 1/128 turn; pitch, roll 1/64 turn; grip 0..7. */
export interface Hand {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly grip: number;
}

/** Units: x, y, z 1/64 m; yaw, pitch 1/256 turn; roll 1/64 turn. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly left: Hand;
  readonly right: Hand;
}

export function writePose(out: BitWriter, pose: Pose): void {
  out.signed(pose.x, 7);
  out.unsigned(pose.y, 8);
  out.signed(pose.z, 7);
  out.unsigned(pose.yaw, 8);
  out.unsigned(pose.pitch, 8);
  out.unsigned(pose.roll, 6);
  for (const hand of [pose.left, pose.right]) {
    out.signed(hand.x, 8);
    out.signed(hand.y, 8);
    out.signed(hand.z, 8);
    out.unsigned(hand.yaw, 7);
    out.unsigned(hand.pitch, 6);
    out.unsigned(hand.roll, 6);
    out.unsigned(hand.grip, 3);
  }
}

/** Takes a pose; every value of its 136 bits is legal. */
export function readPose(take: BitReader): Pose {
  return {
    x: take.signed(7),
    y: take.unsigned(8),
    z: take.signed(7),
    yaw: take.unsigned(8),
    pitch: take.unsigned(8),
    roll: take.unsigned(6),
    left: readHand(take),
    right: readHand(take),
  };
}

function readHand(take: BitReader): Hand {
  return {
    x: take.signed(8),
    y: take.signed(8),
    z: take.signed(8),
    yaw: take.unsigned(7),
    pitch: take.unsigned(6),
    roll: take.unsigned(6),
    grip: take.unsigned(3),
  };
}
