/** Motion records and the one formula that moves them on; servers and clients use exactly this. */

import {
  ACCELERATION,
  Gait,
  GRAVITY,
  HEADING_STEP,
  RUN_SPEED,
  SINE,
  SPEED_STEP,
  TURN_STEPS,
  TURN_UNIT,
  UNIT,
  VERTICAL_LIMIT,
  VERTICAL_STEP,
  WALK_SPEED,
  YAW_STEP,
} from "./motion.gen";

/**
 * Where an entity is and how it goes on.
 *
 * Units: x, y, z 1/65536 m; yaw, heading 1/65536 turn; speed 1/32 m/s; turn index -15..15; bend
 * ticks for which the turn goes on; vertical speed position units per tick.
 */
export interface Motion {
  x: number;
  y: number;
  z: number;
  yaw: number;
  heading: number;
  speed: number;
  gait: Gait;
  turn: number;
  bend: number;
  air: boolean;
  vertical: number;
}

/** Moves a record on by one tick, in place. */
export function advance(motion: Motion, tickHz: number): void {
  if (motion.bend > 0) {
    const rate = turnRate(motion.turn, tickHz);
    motion.yaw = wrapAngle(motion.yaw + rate);
    motion.heading = wrapAngle(motion.heading + rate);
    motion.bend -= 1;
    if (motion.bend === 0) {
      // Back onto the wire's grid, so that later records are exact.
      motion.yaw = snapHeading(motion.yaw);
      motion.heading = snapHeading(motion.heading);
    }
  }
  if (motion.bend === 0) motion.turn = 0;
  motion.speed = approach(motion.speed, targetSpeed(motion), Math.floor(ACCELERATION / tickHz));
  motion.x += strideEast(motion.heading, motion.speed, tickHz);
  motion.z += strideSouth(motion.heading, motion.speed, tickHz);
  if (motion.air) {
    motion.vertical = fall(motion.vertical, tickHz);
    motion.y += motion.vertical;
  }
}

/** Whether `advance` would leave the record as it is. */
export function isAtRest(motion: Motion): boolean {
  return motion.speed === 0 && motion.gait === Gait.STAND && motion.bend === 0 && !motion.air;
}

/** Angle units per tick of turn index -15..15: whole steps of the yaw of who turns. */
export function turnRate(index: number, tickHz: number): number {
  const exact = Math.floor((index * index * TURN_UNIT) / (TURN_STEPS * TURN_STEPS * tickHz));
  const rate = Math.floor((exact + YAW_STEP / 2) / YAW_STEP) * YAW_STEP;
  return index < 0 ? 0 - rate : rate;
}

/** Ticks a turn is believed to go on: 0.6 s. */
export function turnBelief(tickHz: number): number {
  return Math.floor((3 * tickHz + 4) / 5);
}

/** The way east of one tick, in position units. */
export function strideEast(heading: number, speed: number, tickHz: number): number {
  return alongSine(headingIndex(heading), speed, tickHz);
}

/** The way south of one tick, in position units. */
export function strideSouth(heading: number, speed: number, tickHz: number): number {
  // 0 - x, not -x: a negative zero would differ from the server's.
  return 0 - alongSine(headingIndex(heading) + 256, speed, tickHz);
}

/** The vertical speed one tick later, in position units per tick. */
export function fall(vertical: number, tickHz: number): number {
  const limit = Math.floor((-VERTICAL_LIMIT * VERTICAL_STEP) / tickHz);
  return Math.max(vertical - Math.floor(GRAVITY / (tickHz * tickHz)), limit);
}

/** `value` moved toward `target` by at most `step`. */
export function approach(value: number, target: number, step: number): number {
  return value < target ? Math.min(value + step, target) : Math.max(value - step, target);
}

/** The nearest heading of the wire (1/1024 turn), in angle units. */
export function snapHeading(angle: number): number {
  return headingIndex(angle) * HEADING_STEP;
}

/** The nearest heading of the wire, 0..1023. */
export function headingIndex(angle: number): number {
  return Math.floor((angle + HEADING_STEP / 2) / HEADING_STEP) & 1023;
}

/** An angle in 0..65535. */
export function wrapAngle(angle: number): number {
  return angle & (UNIT - 1);
}

function alongSine(index: number, speed: number, tickHz: number): number {
  const length = Math.floor((speed * SPEED_STEP) / tickHz);
  return Math.floor((length * SINE[index & 1023] + UNIT / 2) / UNIT);
}

function targetSpeed(motion: Motion): number {
  switch (motion.gait) {
    case Gait.STAND:
      return 0;
    case Gait.WALK:
      return WALK_SPEED;
    case Gait.RUN:
      return RUN_SPEED;
    case Gait.KEEP:
      return motion.speed;
  }
}
