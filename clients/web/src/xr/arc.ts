/** The arc of a thrown ball, and where on the walk field it comes down. */

import { UNIT } from "../protocol/motion.gen";
import { findWay, type Place } from "../state/path";
import type { WalkField } from "../state/walk-field";

const SPEED_MPS = 6.5;
const GRAVITY = 9.81;
const STEP_S = 0.04;
const MOST_S = 1.8;
const MOST_WAY = 14 * UNIT; // on foot: a teleport is a run that one does not watch
const MOST_NODES = 1_500;
const NEAR = 0.8 * UNIT;
const TREMBLE = 0.12 * UNIT;
const SLACK = 1.8; // the way on foot may be so much longer than the arc's reach

type Vector = readonly [number, number, number];

export class Arc {
  /** The arc that was thrown last: x y z after each other, metres; the last lies where it ends. */
  readonly points: number[] = [];
  private readonly field: WalkField;
  private goal: Place = { x: NaN, y: NaN, z: NaN };
  private way: readonly Place[] | null = null;

  constructor(field: WalkField) {
    this.field = field;
  }

  /**
   * Throws from `origin` along a unit vector, with the feet at `from`.
   *
   * Returns the corners of the way on foot to where it comes down, or null when nobody could walk
   * there soon.
   */
  throw(from: Place, origin: Vector, direction: Vector): readonly Place[] | null {
    this.points.length = 0;
    let [x, y, z] = origin;
    let upward = direction[1] * SPEED_MPS;
    for (let passed = 0; passed < MOST_S; passed += STEP_S) {
      this.points.push(x, y, z);
      const above = y;
      x += direction[0] * SPEED_MPS * STEP_S;
      z += direction[2] * SPEED_MPS * STEP_S;
      y += upward * STEP_S;
      upward -= GRAVITY * STEP_S;
      const floor = floorBetween(this.field, x, z, above, y);
      if (floor === null) continue;
      this.points.push(x, floor, z);
      return this.wayTo(from, { x: Math.round(x * UNIT), y: Math.round(floor * UNIT), z: Math.round(z * UNIT) });
    }
    return null;
  }

  /** A hand that trembles asks for the same place in every frame: one search answers them all. */
  private wayTo(from: Place, goal: Place): readonly Place[] | null {
    const isNew = !(Math.abs(goal.x - this.goal.x) + Math.abs(goal.z - this.goal.z) < TREMBLE && goal.y === this.goal.y);
    if (isNew) {
      this.goal = goal;
      this.way = walkSoon(this.field, from, goal);
    }
    return this.way;
  }
}

/** The floor that the arc falls through between two heights, metres; null when there is none. */
function floorBetween(field: WalkField, x: number, z: number, above: number, below: number): number | null {
  if (below >= above) return null;
  const [east, south] = [Math.round(x * UNIT), Math.round(z * UNIT)];
  for (let layer = 0; layer < field.layers; layer++) {
    const height = field.height(east, south, layer);
    if (height !== null && height / UNIT <= above + 0.02 && height / UNIT >= below) return height / UNIT;
  }
  return null;
}

/** The way on foot to a goal; null when it is long, or ends elsewhere. */
function walkSoon(field: WalkField, from: Place, goal: Place): readonly Place[] | null {
  const way = findWay(field, from, goal, MOST_NODES);
  const end = way.at(-1);
  // Who throws at a wall means the ground before it, not the ground behind it.
  if (end === undefined || Math.hypot(end.x - goal.x, end.z - goal.z) > NEAR) return null;
  const reach = Math.hypot(goal.x - from.x, goal.z - from.z);
  let [length, last] = [0, from];
  for (const corner of way) {
    length += Math.hypot(corner.x - last.x, corner.z - last.z);
    last = corner;
  }
  return length <= Math.min(MOST_WAY, Math.max(reach * SLACK, 2 * UNIT)) ? way : null;
}
