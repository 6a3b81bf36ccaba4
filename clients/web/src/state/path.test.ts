import { describe, expect, test } from "vitest";

import { Gait, RADIUS, UNIT } from "../protocol/motion.gen";
import { buildField, buildFieldFile } from "./field.fixture";
import { standAt, stepWalker, type Walker } from "./movement";
import { canWalk, findWay, type Place } from "./path";
import { WalkField } from "./walk-field";
import { WalkTo } from "./walk-to";

const HZ = 20;
const at = (x: number, z: number, y = 0): Place => ({ x: x * UNIT, y: y * UNIT, z: z * UNIT });

/** A wall along z = 0 from x = -10 to 10, half a metre thick. */
const walled = new WalkField(buildFieldFile((x, z) => {
  const [dx, dz] = [Math.abs(x) - 10, Math.abs(z) - 0.25];
  const outside = Math.hypot(Math.max(dx, 0), Math.max(dz, 0));
  return { height: 0, distance: outside + Math.min(0, Math.max(dx, dz)) };
}));

/** A terrace 1.5 m high north of z = -5, with a ramp up to it at x = 8..12. */
const terrace = new WalkField(buildFieldFile((x, z) => {
  const onRamp = x >= 8 && x <= 12 && z > -5 && z < 0;
  const height = z <= -5 ? 1.5 : onRamp ? (-z / 5) * 1.5 : 0;
  const edge = x >= 8 && x <= 12 ? 2 : Math.abs(z + 5);
  return { height, distance: edge };
}));

/** Walks a way by the rule the server uses; returns where it ends, and the ticks it took. */
function walk(field: WalkField, start: Place, goal: Place, isRunning = false): { place: Place; ticks: number } {
  const walker = standAt({ ...start, yaw: 0 });
  const walkTo = new WalkTo(findWay(field, start, goal), isRunning, HZ);
  for (let tick = 1; tick < 60 * HZ; tick++) {
    const wish = walkTo.wish(walker);
    if (wish === null) return { place: brake(walker, field), ticks: tick };
    stepWalker(walker, wish, field, HZ);
  }
  throw new Error("walked for a minute");
}

function brake(walker: Walker, field: WalkField): Walker {
  while (walker.speed > 0) stepWalker(walker, { yaw: 0, heading: 0, gait: Gait.STAND, jump: false }, field, HZ);
  return walker;
}

const flat = buildField();

describe("a way on foot", () => {
  test("is one straight line where nothing stands between", () => {
    expect(findWay(flat, at(0, 0), at(7, 3))).toEqual([at(7, 3)]);
  });

  test("leads round a wall and keeps clear of it", () => {
    const way = findWay(walled, at(0, 3), at(0, -3));
    expect(way.at(-1)).toEqual(at(0, -3));
    expect(way.length).toBeLessThanOrEqual(5);
    let from = at(0, 3);
    for (const corner of way) {
      expect(canWalk(walled, from, corner)).toBe(true);
      expect(walled.distance(corner.x, corner.z, 0)).toBeGreaterThanOrEqual(RADIUS - UNIT / 16);
      from = corner;
    }
  });

  test("takes the ramp up to a terrace", () => {
    const way = findWay(terrace, at(0, 3), at(0, -8, 1.5));
    expect(way.at(-1)).toEqual(at(0, -8, 1.5));
    expect(way.some(({ x }) => x > 7.5 * UNIT)).toBe(true);
  });

  test("ends as near as one can come to a place inside a wall", () => {
    const end = findWay(walled, at(0, 3), at(0, 0)).at(-1);
    expect(end).toBeDefined();
    expect(Math.hypot((end?.x ?? 0) / UNIT, (end?.z ?? 0) / UNIT)).toBeLessThan(1.2);
  });

  test("is empty where nobody can go", () => {
    const nowhere = new WalkField(buildFieldFile(() => ({ height: null, distance: -1 })));
    expect(findWay(nowhere, at(0, 0), at(5, 5))).toEqual([]);
  });
});

describe("walking a way", () => {
  test.each([false, true])("arrives and stops (running: %s)", (isRunning) => {
    const { place } = walk(walled, at(0, 3), at(0, -3), isRunning);
    expect(Math.hypot(place.x / UNIT, place.z / UNIT + 3)).toBeLessThan(0.5);
  });

  test("climbs to a terrace", () => {
    expect(walk(terrace, at(0, 3), at(0, -8, 1.5)).place.y).toBe(1.5 * UNIT);
  });

  test("wishes the same for a whole straight stretch, so that it costs one input", () => {
    const walker = standAt({ ...at(0, 0), yaw: 0 });
    const walkTo = new WalkTo([at(13, 7)], false, HZ);
    const headings = new Set<number>();
    for (let tick = 0; tick < 5 * HZ; tick++) {
      const wish = walkTo.wish(walker);
      if (wish === null) break;
      headings.add(wish.heading);
      stepWalker(walker, wish, flat, HZ);
    }
    expect(headings.size).toBeLessThanOrEqual(2);
  });

  test("gives up when something keeps one from getting on", () => {
    const walker = standAt({ ...at(0, 0), yaw: 0 });
    const walkTo = new WalkTo([at(20, 0)], false, HZ);
    let ticks = 0;
    while (walkTo.wish(walker) !== null && ticks < 100) ticks += 1; // never moves
    expect(ticks).toBeLessThan(2 * HZ);
  });

  test("stops before a person instead of walking into them", () => {
    const walker = standAt({ ...at(0, 0), yaw: 0 });
    const walkTo = new WalkTo([at(5, 0)], false, HZ, 1.3 * UNIT);
    for (let tick = 0; tick < 10 * HZ; tick++) {
      const wish = walkTo.wish(walker);
      if (wish === null) break;
      expect(wish.gait).toBe(Gait.WALK);
      stepWalker(walker, wish, flat, HZ);
    }
    expect(5 - walker.x / UNIT).toBeGreaterThan(1);
    expect(5 - walker.x / UNIT).toBeLessThan(1.5);
  });
});
