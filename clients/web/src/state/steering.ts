/** From what a person does with keys, mouse or thumb to what their avatar wishes. */

import type { Wish } from "../protocol/input";
import { headingIndex } from "../protocol/motion";
import { Gait, HEADING_STEP, UNIT } from "../protocol/motion.gen";

/** What a person does now: a stick on the ground of the view, and what else is held. */
export interface Steering {
  /** Right and forward, -1..1. */
  right: number;
  forward: number;
  isRunning: boolean;
  /** Radians clockwise from north: where the camera looks. */
  viewYaw: number;
  /** Whether the view was turned since the last tick; somebody who stands turns with it. */
  isTurning: boolean;
}

const DEAD_ZONE = 0.2;

/** The wish for one tick. The body faces where it walks; standing, it follows a view that turns. */
export function wishFrom(steering: Steering, bodyYaw: number, jump: boolean): Wish {
  const { right, forward, viewYaw } = steering;
  if (Math.max(Math.abs(right), Math.abs(forward)) < DEAD_ZONE) {
    const yaw = steering.isTurning ? headingIndex(toAngle(viewYaw)) * HEADING_STEP : bodyYaw;
    return { yaw, heading: 0, gait: Gait.STAND, jump };
  }
  const heading = headingIndex(toAngle(viewYaw + Math.atan2(right, forward)));
  return { yaw: heading * HEADING_STEP, heading, gait: steering.isRunning ? Gait.RUN : Gait.WALK, jump };
}

/** Radians as an angle of the wire. */
export function toAngle(radians: number): number {
  return Math.round((radians / (2 * Math.PI)) * UNIT) & (UNIT - 1);
}

/** An angle of the wire in radians. */
export function toRadians(angle: number): number {
  return (angle / UNIT) * 2 * Math.PI;
}
