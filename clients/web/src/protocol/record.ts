/**
 * Records: news of one entity within a snapshot, as bits. Layout: `protocol/SPEC.md` SN4, drawn as
 *
 * ```
 * kind 2   0 still     place, yaw 10
 *          1 moving    place, M
 *          2 turning   place, T
 *          3 rare      enter 1 [generation 8, kind 2], whole 1: x 23, z 23, y 17   0: place
 *                      air 1: [y 17 unless whole] vertical 8
 *                      form 2: 0 still, yaw 10   1 moving, M   2 turning, T
 *                              3 free, yaw 10, heading 10, speed 8, gait 2
 * place    low 9 bits of x, low 9 bits of z, 1/128 m
 * M        yaw 10, aside 1 [side 3], gait 2; gait 0: speed 8   else: ramp 1 [speed 8]
 * T        yaw 12, aside 1 [side 3], gait 2, ramp 1 [speed 8], left 1, turn 4, late 1 [bend 6]
 * ```
 */

import { ProtocolError } from "./errors";
import { type Motion, turnBelief, wrapAngle } from "./motion";
import { Gait, HEADING_STEP, RECORD_STEP, RUN_SPEED, UNIT, VERTICAL_STEP, WALK_SPEED, YAW_STEP } from "./motion.gen";
import type { BitReader } from "./reader";

const STILL = 0;
const MOVING = 1;
const TURNING = 2;
const FREE = 3;
/** A record's kind is the form of its motion, unless it is rare. */
const RARE = 3;
const SIDE = UNIT / 8;
const WINDOW_BITS = 9; // low bits of a place: 4 m
const WINDOW = 1 << WINDOW_BITS;

/** News of one entity; `enter` holds generation and kind if the viewer did not know it. */
export interface Record {
  readonly slot: number;
  readonly motion: Motion;
  readonly enter: readonly [number, number] | null;
  readonly whole: boolean;
}

/** Where the viewer's own extrapolation has an entity, in position units. */
export interface Place {
  readonly x: number;
  readonly z: number;
}

/** The believed place of a known entity at the tick of the snapshot, undefined if it is not known. */
export type Believed = (slot: number) => Place | undefined;

/**
 * Takes a record, from its kind on.
 *
 * Throws ProtocolError on anything that no encoder would write, and on a record without a whole
 * position for an entity that `believed` does not know.
 */
export function readRecord(take: BitReader, slot: number, tickHz: number, believed: Believed): Record {
  const kind = take.unsigned(2);
  const isRare = kind === RARE;
  const enter = isRare && take.flag() ? ([take.unsigned(8), take.unsigned(2)] as const) : null;
  const whole = isRare && take.flag();
  const place = { x: 0, y: 0, z: 0, air: false, vertical: 0 };
  if (whole) {
    place.x = take.signed(23) * RECORD_STEP;
    place.z = take.signed(23) * RECORD_STEP;
    place.y = take.signed(17) * RECORD_STEP;
  } else {
    const near = enter === null ? believed(slot) : undefined;
    if (near === undefined) throw new ProtocolError("a record of an unknown entity has no whole position");
    place.x = nearestPlace(near.x, take.unsigned(WINDOW_BITS));
    place.z = nearestPlace(near.z, take.unsigned(WINDOW_BITS));
  }
  if (isRare && take.flag()) {
    place.air = true;
    if (!whole) place.y = take.signed(17) * RECORD_STEP;
    place.vertical = Math.floor((take.signed(8) * VERTICAL_STEP) / tickHz);
  }
  const form = isRare ? take.unsigned(2) : kind;
  if (isRare && !whole && form !== FREE) throw new ProtocolError("a record is written as a rare one without need");
  return { slot, motion: readMotion(take, form, place, tickHz), enter, whole };
}

/** The place (position units) with these low 9 bits that is nearest to the believed one. */
export function nearestPlace(believed: number, low: number): number {
  const base = Math.floor((believed + RECORD_STEP / 2) / RECORD_STEP);
  const offset = (low - base) & (WINDOW - 1);
  return (base + (offset < WINDOW / 2 ? offset : offset - WINDOW)) * RECORD_STEP;
}

/** The form a record of this motion is written in. */
export function motionForm(motion: Motion): number {
  if (motion.air || motion.gait === Gait.KEEP) return FREE;
  const goes = motion.gait !== Gait.STAND || motion.speed !== 0;
  if (goes && (motion.heading - motion.yaw) % SIDE !== 0) return FREE;
  if (motion.bend > 0) return TURNING;
  return goes ? MOVING : STILL;
}

type Placed = Pick<Motion, "x" | "y" | "z" | "air" | "vertical">;

function readMotion(take: BitReader, form: number, place: Placed, tickHz: number): Motion {
  const yaw = form === TURNING ? take.unsigned(12) * YAW_STEP : take.unsigned(10) * HEADING_STEP;
  const motion: Motion = { ...place, yaw, heading: yaw, speed: 0, gait: Gait.STAND, turn: 0, bend: 0 };
  if (form === FREE) {
    motion.heading = take.unsigned(10) * HEADING_STEP;
    motion.speed = take.unsigned(8);
    motion.gait = take.unsigned(2) as Gait;
  } else if (form !== STILL) {
    readWay(take, form, motion);
  }
  if (form === TURNING) readTurn(take, motion, turnBelief(tickHz));
  if (motionForm(motion) !== form) throw new ProtocolError("a motion is not written in its one legal form");
  return motion;
}

/** Side, gait and speed of who moves or turns. */
function readWay(take: BitReader, form: number, motion: Motion): void {
  if (take.flag()) {
    const side = take.unsigned(3);
    if (side === 0) throw new ProtocolError("a side of nought is written");
    motion.heading = wrapAngle(motion.yaw + side * SIDE);
  }
  motion.gait = take.unsigned(2) as Gait;
  const normal = [0, WALK_SPEED, RUN_SPEED, 0][motion.gait];
  const isGiven = (form === MOVING && motion.gait === Gait.STAND) || take.flag();
  motion.speed = isGiven ? take.unsigned(8) : normal;
  if (isGiven && motion.speed === normal) throw new ProtocolError("a ramp is written for the gait's own speed");
}

/** The turn and for how many ticks it goes on. */
function readTurn(take: BitReader, motion: Motion, belief: number): void {
  const left = take.flag();
  const turn = take.unsigned(4);
  if (left && turn === 0) throw new ProtocolError("a turn of nought is written as one to the left");
  motion.turn = left ? 0 - turn : turn;
  const isLate = take.flag();
  motion.bend = isLate ? take.unsigned(6) : belief;
  if (isLate && motion.bend === belief) throw new ProtocolError("a full belief is written out");
}
