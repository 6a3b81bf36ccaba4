/** Walks a way by itself: the wishes of somebody who clicked on the ground. */

import type { Wish } from "../protocol/input";
import { headingIndex } from "../protocol/motion";
import { Gait, HEADING_STEP, UNIT } from "../protocol/motion.gen";
import type { Walker } from "./movement";
import type { Place } from "./path";

const CORNER = 0.35 * UNIT; // a corner counts as reached from here
const END = 0.2 * UNIT;
const OFF_LINE = 0.12 * UNIT; // further beside the line than this: aim anew
const STUCK_S = 1;
const STUCK = 0.25 * UNIT; // less way than this in STUCK_S: something is in the way
const BRAKES_M = { walk: 0.12, run: 0.75 }; // way from wishing to stand to standing

export class WalkTo {
  private readonly corners: Place[];
  private readonly isRunning: boolean;
  private readonly tickHz: number;
  private readonly stopsBefore: number;
  private heading: number | null = null;
  private ticks = 0;
  private markX = NaN;
  private markZ = NaN;

  /** `stopsBefore` (position units) is how far from the end to stop: a talking distance. */
  constructor(corners: readonly Place[], isRunning: boolean, tickHz: number, stopsBefore = 0) {
    this.corners = [...corners];
    this.isRunning = isRunning;
    this.tickHz = tickHz;
    this.stopsBefore = stopsBefore;
  }

  /** Where the way ends; null when it has none. */
  get end(): Place | null {
    return this.corners.at(-1) ?? null;
  }

  /** The wish for the next tick; null when one has arrived, or cannot get on. */
  wish(walker: Walker): Wish | null {
    if (this.isStuck(walker)) return null;
    while (this.corners.length > 0 && this.hasReached(walker)) {
      this.corners.shift();
      this.heading = null;
    }
    const [corner] = this.corners;
    if (corner === undefined) return null;
    const heading = this.aim(walker, corner);
    return { yaw: heading * HEADING_STEP, heading, gait: this.isRunning ? Gait.RUN : Gait.WALK, jump: false };
  }

  private hasReached({ x, z }: Walker): boolean {
    const [corner] = this.corners;
    const away = length(corner.x - x, corner.z - z);
    if (this.corners.length > 1) return away < CORNER;
    const brakes = (this.isRunning ? BRAKES_M.run : BRAKES_M.walk) * UNIT;
    return away < Math.max(END, brakes + this.stopsBefore);
  }

  /** Keeps its heading while that leads to the corner: a straight walk costs no further input. */
  private aim({ x, z }: Walker, corner: Place): number {
    const [dx, dz] = [corner.x - x, corner.z - z];
    if (this.heading !== null) {
      const angle = (this.heading / 1024) * 2 * Math.PI;
      const [east, south] = [Math.sin(angle), -Math.cos(angle)];
      const beside = Math.abs(dx * south - dz * east);
      if (beside < OFF_LINE && dx * east + dz * south > 0) return this.heading;
    }
    this.heading = headingIndex(Math.round((Math.atan2(dx, -dz) / (2 * Math.PI)) * UNIT) & (UNIT - 1));
    return this.heading;
  }

  private isStuck({ x, z }: Walker): boolean {
    this.ticks += 1;
    if (this.ticks % Math.round(STUCK_S * this.tickHz) !== 0) return false;
    const isStuck = length(x - this.markX, z - this.markZ) < STUCK;
    this.markX = x;
    this.markZ = z;
    return isStuck;
  }
}

function length(x: number, z: number): number {
  return Math.sqrt(x * x + z * z);
}
