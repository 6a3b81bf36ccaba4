/**
 * Snapshots: what one tick tells one viewer. Layout: `protocol/SPEC.md`, drawn as
 *
 * ```
 * 0      u8   0x81
 * 1-2    u16  tick
 * 3-4    u16  sequence of the last input that was simulated
 * 5      i8   how early that input came, in 1/16 tick (negative: late)
 * 6      u8   bit 0 correction, bit 1 leaves, bit 2 poses, bits 3-7 zero
 * [correction, 24 bytes]  [leaves: u8 count, u16 each]
 * u16 count of records, then the records as bits, then zero bits to a whole byte
 * [poses: u8 count, then u16 slot and 17 bytes each]
 * ```
 */

import { ProtocolError } from "./errors";
import { Reason, SNAPSHOT_ID } from "./messages.gen";
import { type Motion, wrapAngle } from "./motion";
import { Gait, HEADING_STEP, PLACE_STEP, RUN_SPEED, UNIT, VERTICAL_STEP, WALK_SPEED } from "./motion.gen";
import { type Pose, readPose } from "./pose";
import { BitReader } from "./reader";

const STILL = 0;
const STRAIGHT = 1;
const TURNING = 2;
const FREE = 3;
const SIDE = UNIT / 8;
const WINDOW = 1024; // low bits of a place: 4 m
const HEAD_BYTES = 7;

/** The viewer's own avatar as the server has it after tick `tick`, at full precision. */
export interface Correction {
  readonly tick: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly vertical: number;
  readonly yaw: number;
  readonly heading: number;
  readonly speed: number;
  readonly air: boolean;
  readonly moved: boolean;
  /** How it goes on, for clients that do not predict themselves; ours does. */
  readonly gait: Gait;
}

/** News of one entity; `enter` holds generation and kind if the viewer did not know it. */
export interface Record {
  readonly slot: number;
  readonly motion: Motion;
  readonly enter: readonly [number, number] | null;
  readonly whole: boolean;
}

export interface Snapshot {
  readonly tick: number;
  readonly input: number;
  readonly margin: number;
  readonly records: readonly Record[];
  readonly leaves: readonly number[];
  readonly correction: Correction | null;
  readonly poses: readonly (readonly [number, Pose])[];
}

/** Where the viewer's own extrapolation has an entity, in position units. */
export interface Place {
  readonly x: number;
  readonly z: number;
}

/** The believed place of a known entity at the tick of the snapshot, undefined if it is not known. */
export type Believed = (slot: number, tick: number) => Place | undefined;

/**
 * Decodes a snapshot whole, before anything is applied.
 *
 * Throws ProtocolError on anything that no encoder would write, and on a record without a whole
 * position for an entity that `believed` does not know.
 */
export function decodeSnapshot(bytes: Uint8Array, tickHz: number, believed: Believed): Snapshot {
  if (bytes.length < HEAD_BYTES) throw new ProtocolError("a snapshot is shorter than its head");
  const take = new BitReader(bytes);
  if (take.unsigned(8) !== SNAPSHOT_ID) throw new ProtocolError("not a snapshot", Reason.UNKNOWN_MESSAGE);
  const [tick, input, margin, flags] = [take.unsigned(16), take.unsigned(16), take.signed(8), take.unsigned(8)];
  if (flags >> 3 !== 0) throw new ProtocolError("a snapshot has an illegal flag");
  const correction = flags & 1 ? readCorrection(take) : null;
  const leaves = flags & 2 ? readSome(take, 8, (from) => from.unsigned(16)) : [];
  let previous = -1;
  const records = readMany(take, 16, (from) => {
    const record = readRecord(from, previous, tick, tickHz, believed);
    previous = record.slot;
    return record;
  });
  take.align();
  const poses = flags & 4 ? readSome(take, 8, (from) => [from.unsigned(16), readPose(from)] as const) : [];
  take.finish();
  return { tick, input, margin, records, leaves, correction, poses };
}

/** The place (position units) with these low 10 bits that is nearest to the believed one. */
export function nearestPlace(believed: number, low: number): number {
  const base = Math.floor((believed + PLACE_STEP / 2) / PLACE_STEP);
  const offset = (low - base) & (WINDOW - 1);
  return (base + (offset < WINDOW / 2 ? offset : offset - WINDOW)) * PLACE_STEP;
}

/** The form a record of this motion is written in. */
export function motionForm(motion: Motion): number {
  if (motion.air || motion.gait === Gait.KEEP) return FREE;
  if (motion.gait === Gait.STAND && motion.speed === 0 && motion.bend === 0) return STILL;
  if ((motion.heading - motion.yaw) % SIDE !== 0) return FREE;
  if (motion.bend > 0) return TURNING;
  return motion.gait === Gait.STAND ? FREE : STRAIGHT;
}

function readMany<T>(take: BitReader, bits: number, read: (take: BitReader) => T): T[] {
  const found: T[] = [];
  for (let left = take.unsigned(bits); left > 0; left--) found.push(read(take));
  return found;
}

function readSome<T>(take: BitReader, bits: number, read: (take: BitReader) => T): T[] {
  const found = readMany(take, bits, read);
  if (found.length === 0) throw new ProtocolError("a snapshot flags a part that is empty");
  return found;
}

function readCorrection(take: BitReader): Correction {
  const tick = take.unsigned(16);
  const [x, y, z, vertical] = [take.signed(32), take.signed(32), take.signed(32), take.signed(32)];
  const [yaw, heading, speed, flags] = [take.unsigned(16), take.unsigned(16), take.unsigned(8), take.unsigned(8)];
  if (flags >> 4 !== 0) throw new ProtocolError("a correction has an illegal flag");
  return { tick, x, y, z, vertical, yaw, heading, speed, air: (flags & 1) !== 0, moved: (flags & 2) !== 0, gait: (flags >> 2) as Gait };
}

function readRecord(take: BitReader, previous: number, tick: number, tickHz: number, believed: Believed): Record {
  const slot = readSlot(take, previous);
  const enter = take.flag() ? ([take.unsigned(8), take.unsigned(2)] as const) : null;
  const whole = take.flag();
  let x, z;
  let y = 0;
  if (whole) {
    x = take.signed(24) * PLACE_STEP;
    z = take.signed(24) * PLACE_STEP;
    y = take.signed(18) * PLACE_STEP;
  } else {
    const near = enter === null ? believed(slot, tick) : undefined;
    if (near === undefined) throw new ProtocolError("a record of an unknown entity has no whole position");
    x = nearestPlace(near.x, take.unsigned(10));
    z = nearestPlace(near.z, take.unsigned(10));
  }
  const air = take.flag();
  let vertical = 0;
  if (air) {
    if (!whole) y = take.signed(18) * PLACE_STEP;
    vertical = Math.floor((take.signed(8) * VERTICAL_STEP) / tickHz);
  }
  return { slot, motion: readMotion(take, { x, y, z, air, vertical }), enter, whole };
}

function readSlot(take: BitReader, previous: number): number {
  if (!take.flag()) {
    const slot = previous + 1 + take.unsigned(7);
    if (slot > 0xffff) throw new ProtocolError("a slot lies beyond 65,535");
    return slot;
  }
  const slot = take.unsigned(16);
  if (slot - previous - 1 < 128) throw new ProtocolError("a slot is written wide where its gap would do");
  return slot;
}

function readMotion(take: BitReader, place: Pick<Motion, "x" | "y" | "z" | "air" | "vertical">): Motion {
  const form = take.unsigned(2);
  const yaw = form === TURNING ? take.unsigned(16) : take.unsigned(10) * HEADING_STEP;
  const motion: Motion = { ...place, yaw, heading: yaw, speed: 0, gait: Gait.STAND, turn: 0, bend: 0 };
  if (form === FREE) {
    motion.heading = take.unsigned(10) * HEADING_STEP;
    motion.speed = take.unsigned(8);
    motion.gait = take.unsigned(2) as Gait;
  } else if (form !== STILL) {
    motion.gait = (form === STRAIGHT ? 1 + take.unsigned(1) : take.unsigned(2)) as Gait;
    motion.heading = wrapAngle(yaw + take.unsigned(3) * SIDE);
    motion.speed = readSpeed(take, motion.gait);
    if (form === TURNING) {
      const left = take.flag();
      const turn = take.unsigned(4);
      if (left && turn === 0) throw new ProtocolError("a turn of nought is written as one to the left");
      motion.turn = left ? 0 - turn : turn;
      motion.bend = take.unsigned(6);
    }
  }
  if (motionForm(motion) !== form) throw new ProtocolError("a motion is not written in its one legal form");
  return motion;
}

function readSpeed(take: BitReader, gait: Gait): number {
  const normal = [0, WALK_SPEED, RUN_SPEED, 0][gait];
  if (!take.flag()) return normal;
  const speed = take.unsigned(8);
  if (speed === normal) throw new ProtocolError("a ramp is written for the gait's own speed");
  return speed;
}
