import { describe, expect, test } from "vitest";

import { advance, type Motion } from "../protocol/motion";
import { Gait, UNIT } from "../protocol/motion.gen";
import type { Record } from "../protocol/record";
import type { Snapshot } from "../protocol/snapshot";
import { Entities } from "./entities";
import { buildField, buildFieldFile } from "./field.fixture";
import { WalkField } from "./walk-field";

const HZ = 20;
const FIELD = buildField();
const EAST: Motion = {
  x: 0, y: 0, z: 0, yaw: 16384, heading: 16384, speed: 45, gait: Gait.WALK, turn: 0, bend: 0, air: false, vertical: 0,
};
const STEP_M = 45 / 32 / HZ;

function snapshot(tick: number, records: Record[], leaves: number[] = []): Snapshot {
  return { tick, records, leaves, answer: null, correction: null, poses: [] };
}

const news = (motion: Motion, whole = true): Record => ({ slot: 7, motion, enter: null, whole });
const arrival = (motion: Motion): Record => ({ ...news(motion), enter: [1, 0] });

function walking(): Entities {
  const entities = new Entities(FIELD, HZ);
  entities.show(100, 0, 0);
  entities.apply(snapshot(100, [arrival(EAST)]), 100);
  return entities;
}

/** The x, in metres, at which an entity is shown. */
function shownX(entities: Entities, tick: number, fraction: number, elapsedMs = 50): number {
  entities.show(tick, fraction, elapsedMs);
  return entities.get(7)?.stance.x ?? Number.NaN;
}

describe("entities", () => {
  test("walk on between records, and between ticks", () => {
    const entities = walking();
    expect(shownX(entities, 104, 0.5)).toBeCloseTo(4.5 * STEP_M, 3);
  });

  test("are believed exactly where the shared formula has them", () => {
    const entities = walking();
    const expected = { ...EAST };
    for (let tick = 0; tick < 30; tick++) advance(expected, HZ);
    entities.show(250, 0, 50);
    expect(entities.believed(7, 130)).toMatchObject({ x: expected.x, z: expected.z });
  });

  test("are not known before they enter and after they leave", () => {
    const entities = walking();
    expect(entities.believed(8, 100)).toBeUndefined();
    entities.apply(snapshot(101, [], [7]), 101);
    expect(entities.believed(7, 101)).toBeUndefined();
    expect(entities.size).toBe(0);
  });

  test("glide to a record that disagrees a little", () => {
    const entities = walking();
    const before = shownX(entities, 110, 0);
    entities.apply(snapshot(109, [news({ ...EAST, x: 8 * STEP_M * UNIT, gait: Gait.STAND, speed: 0 })]), 109);
    expect(shownX(entities, 110, 0, 0)).toBeCloseTo(before, 6);
    expect(shownX(entities, 130, 0, 2000)).toBeCloseTo(8 * STEP_M, 3);
  });

  test("jump to a record that is far away", () => {
    const entities = walking();
    entities.apply(snapshot(101, [news({ ...EAST, x: 30 * UNIT, gait: Gait.STAND, speed: 0 })]), 101);
    expect(shownX(entities, 102, 0, 0)).toBeCloseTo(30, 6);
  });

  test("turn the short way", () => {
    const entities = walking();
    entities.apply(snapshot(101, [news({ ...EAST, yaw: 65_000, heading: 65_000 })]), 101);
    entities.show(102, 0, 200);
    entities.apply(snapshot(103, [news({ ...EAST, yaw: 500, heading: 500 })]), 103);
    const angles = [0, 20, 50, 100].map((elapsed) => {
      entities.show(103, 0, elapsed);
      return Math.cos(entities.get(7)?.stance.yaw ?? 0);
    });
    expect(Math.min(...angles)).toBeGreaterThan(0.9);
  });

  test("wait for their tick when a record comes from ahead of the clock", () => {
    const entities = walking();
    entities.apply(snapshot(105, [news({ ...EAST, x: 6 * STEP_M * UNIT })]), 105);
    const waiting = shownX(entities, 103, 0.5, 1000);
    expect(waiting).toBeCloseTo(6 * STEP_M, 3);
    expect(shownX(entities, 106, 0, 50)).toBeCloseTo(7 * STEP_M, 3);
  });

  test("stop on the screen when news stays away for longer than a heartbeat", () => {
    const entities = walking();
    expect(shownX(entities, 1000, 0)).toBeCloseTo(6 * HZ * STEP_M, 1);
  });

  test("land on the floor when they fall", () => {
    const entities = walking();
    const falling = { ...EAST, y: UNIT, air: true, vertical: 0, gait: Gait.STAND, speed: 0 };
    entities.apply(snapshot(101, [news(falling)]), 101);
    entities.show(140, 0, 5000);
    expect(entities.get(7)?.stance.y).toBeCloseTo(0, 3);
  });

  test("stand on another ground as soon as it is another, also who does not move", () => {
    const entities = new Entities(FIELD, HZ);
    entities.show(100, 0, 0);
    entities.apply(snapshot(100, [arrival({ ...EAST, speed: 0, gait: Gait.STAND })]), 100);
    entities.show(120, 0, 50);
    entities.renew(new WalkField(buildFieldFile(() => ({ height: 0.25, distance: 100 }))));
    entities.show(140, 0, 1_000);
    expect(entities.get(7)?.stance.y).toBeCloseTo(0.25, 3);
  });
});
