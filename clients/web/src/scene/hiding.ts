/**
 * What nobody can see of a shape because a larger one of the same thing stands round it: the back of a window in
 * its wall, boughs in a crown, the soles of what stands on the ground.
 *
 * Every hider is convex, so a triangle whose corners all lie in one of them lies in it wholly.
 */

import type { SceneShape } from "./world-loader";

/** Most hiders of one thing, the largest: what a small box hides is not worth looking for. */
const MOST = 8;
const LEAST_BOX_M = 0.3;
const LEAST_BALL_M = 0.5;
/** A box hides what lies so far in it, so that equal faces do not hide each other. */
const SKIN_M = 0.004;
/** The part of its radius that a cloud of leaves fills for sure between its bumps. */
const DENSE = 0.8;
/** Nobody looks up from below the ground. */
const SOLE_M = 0.003;

type Hider = (x: number, y: number, z: number) => boolean;

export class Hiding {
  private readonly byEntity = new Map<string, { readonly shape: SceneShape; readonly hides: Hider }[]>();

  constructor(shapes: readonly SceneShape[]) {
    const sorted = shapes.filter(isHider).sort((a, b) => bulk(b) - bulk(a));
    for (const shape of sorted) {
      const found = this.byEntity.get(shape.entity) ?? [];
      if (found.length < MOST) found.push({ shape, hides: shape.shape === "sphere" ? ball(shape) : box(shape) });
      this.byEntity.set(shape.entity, found);
    }
  }

  /** What may hide corners of a shape; see `Batch.begin`. */
  of(shape: SceneShape): readonly Hider[] {
    const hiders = (this.byEntity.get(shape.entity) ?? []).filter((each) => each.shape !== shape).map(({ hides }) => hides);
    return shape.at[1] >= 0 && shape.at[1] < SOLE_M ? [...hiders, isSole] : hiders;
  }
}

const isSole: Hider = (_, y) => y < SOLE_M;

function isHider({ shape, size, material, top, tilt, sway }: SceneShape): boolean {
  if (material === "glass" || material === "water" || tilt !== undefined) return false;
  if (shape === "sphere") return material === "leaf" && (size[0] ?? 0) >= LEAST_BALL_M;
  return shape === "box" && top === undefined && sway === undefined && Math.min(...size) >= LEAST_BOX_M;
}

function bulk({ shape, size }: SceneShape): number {
  const [a = 1, b = 1, c = 1] = size;
  return shape === "sphere" ? 4 * a ** 3 : a * b * c;
}

function ball({ at, size }: SceneShape): Hider {
  const radius = size[0] ?? 0;
  const [x, y, z] = [at[0], at[1] + radius, at[2]];
  const within = (radius * DENSE) ** 2;
  return (px, py, pz) => (px - x) ** 2 + (py - y) ** 2 + (pz - z) ** 2 < within;
}

function box({ at, size, yaw, bevel = 0.04 }: SceneShape): Hider {
  const [x = 0, y = 0, z = 0] = size;
  const turn = (-yaw * Math.PI) / 180;
  const [sine, cosine] = [Math.sin(turn), Math.cos(turn)];
  // The rounded edge is not filled.
  const skin = SKIN_M + bevel;
  const [halfX, halfZ] = [x / 2 - skin, z / 2 - skin];
  const [low, high] = [at[1] + skin, at[1] + y - skin];
  return (px, py, pz) => {
    if (py < low || py > high) return false;
    const [dx, dz] = [px - at[0], pz - at[2]];
    return Math.abs(dx * cosine - dz * sine) < halfX && Math.abs(dx * sine + dz * cosine) < halfZ;
  };
}
