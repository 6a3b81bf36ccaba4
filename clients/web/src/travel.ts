/** Going somewhere by itself: to a place one clicked, or to a person. */

import type { Presence } from "./presence";
import type { Wish } from "./protocol/input";
import { UNIT } from "./protocol/motion.gen";
import { findWay, type Place } from "./state/path";
import { WalkTo } from "./state/walk-to";

const TALKING_M = 1.4;
const RUNS_FROM_M = 12;
/** Somebody whom one walks to may go on: further than this from the end of the way, look for it anew. */
const ASTRAY_M = 2.5;

export class Travel {
  private readonly presence: Presence;
  private walk: WalkTo | null = null;
  private whom: number | null = null;
  private end: Place | null = null;

  constructor(presence: Presence) {
    this.presence = presence;
  }

  get isUnderWay(): boolean {
    return this.walk !== null;
  }

  /** Begins to walk to a point (metres); returns whether there is a way at all. */
  toPoint(x: number, y: number, z: number): boolean {
    this.whom = null;
    return this.begin({ x: Math.round(x * UNIT), y: Math.round(y * UNIT), z: Math.round(z * UNIT) }, 0);
  }

  /** Begins to walk to somebody, and stops before them. */
  toPerson(slot: number): boolean {
    const place = this.placeOf(slot);
    this.whom = slot;
    return place !== null && this.begin(place, TALKING_M * UNIT);
  }

  cancel(): void {
    this.walk = this.whom = this.end = null;
  }

  /** The wish for the next tick; null when there is nowhere to go, or one has arrived. */
  wish(): Wish | null {
    const walker = this.presence.visit?.prediction?.state;
    if (this.walk === null || walker === undefined) return null;
    this.follow();
    const wish = this.walk.wish(walker);
    if (wish === null) this.cancel();
    return wish;
  }

  private follow(): void {
    const place = this.whom === null ? null : this.placeOf(this.whom);
    if (place === null || this.end === null) return;
    if (Math.hypot(place.x - this.end.x, place.z - this.end.z) > ASTRAY_M * UNIT) this.begin(place, TALKING_M * UNIT);
  }

  private begin(goal: Place, stopsBefore: number): boolean {
    const { visit, field } = this.presence;
    const walker = visit?.prediction?.state;
    if (visit === null || field === null || walker === undefined) return false;
    const way = findWay(field, walker, goal);
    const length = Math.hypot(goal.x - walker.x, goal.z - walker.z);
    this.end = goal;
    this.walk = way.length === 0 ? null : new WalkTo(way, length > RUNS_FROM_M * UNIT, visit.welcome.tick_hz, stopsBefore);
    return this.walk !== null;
  }

  private placeOf(slot: number): Place | null {
    const stance = this.presence.visit?.entities?.get(slot)?.stance;
    if (stance === undefined) return null;
    return { x: Math.round(stance.x * UNIT), y: Math.round(stance.y * UNIT), z: Math.round(stance.z * UNIT) };
  }
}
