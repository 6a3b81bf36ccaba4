/** How much of a person is drawn at a distance: the nearest in full, the crowd in few triangles. */

import type { Detail } from "../detail";
import type { Grid } from "./patches";
import type { PartKind } from "./skeleton";

/** Tiers from near to far: the grid of each kind of part; null leaves it out. */
const TIERS: readonly Readonly<Record<PartKind, Grid | null>>[] = [
  { head: "fine", hair: "fine", torso: "fine", limb: "fine", extremity: "mid", detail: "coarse", garment: "fine", aid: "mid", wheel: "fine", eyewear: "fine" },
  { head: "mid", hair: "mid", torso: "mid", limb: "coarse", extremity: "coarse", detail: "tiny", garment: "coarse", aid: "coarse", wheel: "mid", eyewear: "coarse" },
  { head: "coarse", hair: "coarse", torso: "coarse", limb: "tiny", extremity: "tiny", detail: null, garment: "tiny", aid: "tiny", wheel: "mid", eyewear: "tiny" },
  { head: "tiny", hair: "tiny", torso: "tiny", limb: "speck", extremity: null, detail: null, garment: "speck", aid: "speck", wheel: "tiny", eyewear: null },
];
export const FURTHEST_TIER = TIERS.length - 1;

/** The furthest tier that throws a shadow; without a graphics card nobody does. */
export const FURTHEST_SHADOW: Readonly<Record<Detail, number>> = { low: -1, medium: 2, high: FURTHEST_TIER };
/** What this tier leaves out is too small to be missed in a shadow. */
export const SHADOW_TIER = 2;

/** How many people stand in each tier but the last, by what the machine can draw. */
export const TIER_SIZES: Readonly<Record<Detail, readonly [number, number, number]>> = {
  low: [1, 5, 20],
  medium: [3, 12, 48],
  high: [16, 60, 160],
};

/** The grid of a part in a tier, or null. */
export function gridOf(kind: PartKind, tier: number): Grid | null {
  return TIERS[Math.min(tier, FURTHEST_TIER)][kind];
}

/** Keeps for everybody the tier of their distance; who is near a boundary stays where they were. */
export class Tiers {
  private sorted = new Float32Array(64);
  private readonly limits: [number, number, number] = [0, 0, 0];

  /** Takes the distances of `count` people; run now and then, not in every frame. */
  rank(distances: Float32Array, count: number, detail: Detail): void {
    if (this.sorted.length < count) this.sorted = new Float32Array(distances.length);
    const sorted = this.sorted.subarray(0, count);
    sorted.set(distances.subarray(0, count));
    sorted.sort();
    let taken = 0;
    for (let tier = 0; tier < 3; tier++) {
      taken += TIER_SIZES[detail][tier];
      this.limits[tier] = taken < count ? sorted[taken] : Infinity;
    }
  }

  /** The tier at a distance for somebody who was in `before`. */
  at(distance: number, before: number): number {
    for (let tier = 0; tier < 3; tier++) {
      // Three per cent further out to leave a tier than to come in.
      if (distance < this.limits[tier] * (before <= tier ? 1.03 : 1)) return tier;
    }
    return FURTHEST_TIER;
  }
}
