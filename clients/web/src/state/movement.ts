/**
 * The movement rule: what one tick does to one walker.
 *
 * The same rule runs in the server's kernel and in tests/oracles/movement.py; the three agree bit
 * by bit, or walkers are corrected all the time. Products stay below 2^53; divisions floor.
 */

import type { Wish } from "../protocol/input";
import { approach, fall, strideEast, strideSouth } from "../protocol/motion";
import {
  ACCELERATION,
  Gait,
  HEADING_STEP,
  JUMP_SPEED,
  PUSH_LIMIT,
  RADIUS,
  RUN_SPEED,
  SPEED_STEP,
  STEP_HEIGHT,
  SUBSTEP,
  WALK_SPEED,
  WALL_TOLERANCE,
} from "../protocol/motion.gen";
import type { WalkField } from "./walk-field";

/** A walker between two ticks. Units: see `Motion`. */
export interface Walker {
  x: number;
  y: number;
  z: number;
  yaw: number;
  heading: number;
  speed: number;
  vertical: number;
  air: boolean;
}

export function standAt(place: Pick<Walker, "x" | "y" | "z" | "yaw">): Walker {
  const { x, y, z, yaw } = place;
  return { x, y, z, yaw, heading: 0, speed: 0, vertical: 0, air: false };
}

/** One tick of one walker, in place. */
export function stepWalker(walker: Walker, wish: Wish, field: WalkField, tickHz: number): void {
  walker.yaw = wish.yaw;
  if (wish.gait !== Gait.STAND) walker.heading = wish.heading * HEADING_STEP;
  const target = wish.gait === Gait.STAND ? 0 : wish.gait === Gait.WALK ? WALK_SPEED : RUN_SPEED;
  walker.speed = approach(walker.speed, target, Math.floor(ACCELERATION / tickHz));
  glide(walker, field, tickHz);
  if (wish.jump && !walker.air) {
    walker.air = true;
    walker.vertical = Math.floor(JUMP_SPEED / tickHz);
  }
  settle(walker, field, tickHz);
}

/** Moves along the heading in stretches short enough not to jump over a wall. */
function glide(walker: Walker, field: WalkField, tickHz: number): void {
  const dx = strideEast(walker.heading, walker.speed, tickHz);
  const dz = strideSouth(walker.heading, walker.speed, tickHz);
  const pieces = Math.max(1, Math.ceil(Math.floor((walker.speed * SPEED_STEP) / tickHz) / SUBSTEP));
  for (let piece = 1; piece <= pieces; piece++) {
    slide(walker, part(dx, piece, pieces), part(dz, piece, pieces), field);
  }
}

function part(whole: number, piece: number, pieces: number): number {
  return Math.floor((whole * piece) / pieces) - Math.floor((whole * (piece - 1)) / pieces);
}

const scratchGradient: [number, number] = [0, 0];

/** Moves by (east, south), pushed off walls along the distance gradient. */
function slide(walker: Walker, east: number, south: number, field: WalkField): void {
  let x = walker.x + east;
  let z = walker.z + south;
  const layer = field.layerAt(x, z, walker.y);
  if (layer >= 0) {
    // The second push is for corners.
    for (let turn = 0; turn < 2; turn++) {
      const distance = field.distance(x, z, layer);
      if (distance >= RADIUS) break;
      field.gradient(x, z, layer, scratchGradient);
      const [growX, growZ] = scratchGradient;
      const length = Math.floor(Math.sqrt(growX * growX + growZ * growZ));
      if (length === 0) break;
      const push = Math.min(RADIUS - distance, PUSH_LIMIT);
      x += Math.floor((growX * push) / length);
      z += Math.floor((growZ * push) / length);
    }
    const distance = field.distance(x, z, layer);
    if (distance < RADIUS - WALL_TOLERANCE && distance < field.distance(walker.x, walker.z, layer)) return;
  }
  walker.x = x;
  walker.z = z;
}

/** Follows the floor, or falls. */
function settle(walker: Walker, field: WalkField, tickHz: number): void {
  const layer = field.layerAt(walker.x, walker.z, walker.y);
  const floor = layer < 0 ? null : field.height(walker.x, walker.z, layer);
  if (!walker.air) {
    if (floor !== null && floor >= walker.y - STEP_HEIGHT) {
      walker.y = floor;
      return;
    }
    walker.air = true;
    walker.vertical = 0;
  }
  walker.vertical = fall(walker.vertical, tickHz);
  walker.y += walker.vertical;
  if (floor !== null && walker.y <= floor) {
    walker.y = floor;
    walker.air = false;
    walker.vertical = 0;
  }
}
