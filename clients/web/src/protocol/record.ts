/**
 * Records: news of one entity within a snapshot, as bits. Layout: `protocol/SPEC.md` SN4, drawn as
 *
 * ```
 * kind 2   0 still     coarse 1, place, yaw
 *          1 moving    coarse 1, place, yaw, M
 *          2 turning   coarse 1, place, yaw 12, T
 *          3 rare      enter 1 [generation 8, kind 2], whole 1: x 23, z 23, y 17   0: fine place
 *                      air 1: [y 17 unless whole] vertical 8
 *                      form 2: 0 still, yaw 10   1 moving, yaw 10, M   2 turning, yaw 12, T
 *                              3 free, yaw 10, heading 10, speed 8, gait 2
 * coarse   0: place low 9 bits of x and z in 1/128 m, yaw 10   1: low 7 bits in 1/32 m, yaw 8
 * M        aside 1 [side 3], gait 2; gait 0: speed 8   else: ramp 1 [speed 8]
 * T        aside 1 [side 3], gait 2, ramp 1 [speed 8], left 1, turn 4, late 1 [bend 6]
 * ```
 */

import { ProtocolError } from "./errors";
import { type Motion, turnBelief, wrapAngle } from "./motion";
import {
  COARSE_STEP,
  COARSE_YAW_STEP,
  Gait,
  HEADING_STEP,
  RECORD_STEP,
  RUN_SPEED,
  UNIT,
  VERTICAL_STEP,
  WALK_SPEED,
  YAW_STEP,
} from "./motion.gen";
import type { BitReader } from "./reader";

const STILL = 0;
const MOVING = 1;
const TURNING = 2;
const FREE = 3;
/** A record's kind is the form of its motion, unless it is rare. */
const RARE = 3;
const SIDE = UNIT / 8;
const FINE_BITS = 9; // low bits of a place: 4 m
const COARSE_BITS = 7; // the same 4 m

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
  const coarse = !isRare && take.flag();
  const place = { x: 0, y: 0, z: 0, air: false, vertical: 0 };
  if (whole) {
    place.x = take.signed(23) * RECORD_STEP;
    place.z = take.signed(23) * RECORD_STEP;
    place.y = take.signed(17) * RECORD_STEP;
  } else {
    const near = enter === null ? believed(slot) : undefined;
    if (near === undefined) throw new ProtocolError("a record of an unknown entity has no whole position");
    place.x = nearestPlace(near.x, take.unsigned(coarse ? COARSE_BITS : FINE_BITS), coarse);
    place.z = nearestPlace(near.z, take.unsigned(coarse ? COARSE_BITS : FINE_BITS), coarse);
  }
  if (isRare && take.flag()) {
    place.air = true;
    if (!whole) place.y = take.signed(17) * RECORD_STEP;
    place.vertical = Math.floor((take.signed(8) * VERTICAL_STEP) / tickHz);
  }
  const form = isRare ? take.unsigned(2) : kind;
  if (isRare && !whole && form !== FREE) throw new ProtocolError("a record is written as a rare one without need");
  const motion = readMotion(take, form, place, tickHz, coarse);
  if (!isRare && isCoarse(motion) !== coarse) throw new ProtocolError("a motion on coarse steps is written fine");
  return { slot, motion, enter, whole };
}

/** Whether a motion lies on the coarse steps: its place, and its yaw unless it turns. */
function isCoarse(motion: Motion): boolean {
  if (motion.x % COARSE_STEP !== 0 || motion.z % COARSE_STEP !== 0) return false;
  return motion.bend > 0 || motion.yaw % COARSE_YAW_STEP === 0;
}

/** The place (position units) with these low bits that is nearest to the believed one. */
export function nearestPlace(believed: number, low: number, coarse: boolean): number {
  const step = coarse ? COARSE_STEP : RECORD_STEP;
  const window = 1 << (coarse ? COARSE_BITS : FINE_BITS);
  const base = Math.floor((believed + step / 2) / step);
  const offset = (low - base) & (window - 1);
  return (base + (offset < window / 2 ? offset : offset - window)) * step;
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

function readMotion(take: BitReader, form: number, place: Placed, tickHz: number, coarse: boolean): Motion {
  const yaw = readYaw(take, form, coarse);
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

function readYaw(take: BitReader, form: number, coarse: boolean): number {
  if (form === TURNING) return take.unsigned(12) * YAW_STEP;
  return coarse ? take.unsigned(8) * COARSE_YAW_STEP : take.unsigned(10) * HEADING_STEP;
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
