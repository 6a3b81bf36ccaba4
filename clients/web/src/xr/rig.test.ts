import { describe, expect, test } from "vitest";

import { Gait, UNIT } from "../protocol/motion.gen";
import { buildField, buildFieldFile } from "../state/field.fixture";
import { standAt, stepWalker, type Walker } from "../state/movement";
import { findWay } from "../state/path";
import { WalkField } from "../state/walk-field";
import { Arc } from "./arc";
import { Rig, type RoomHead } from "./rig";
import { SNAP, SnapTurn } from "./snap-turn";

const HZ = 20;
const HEAD: RoomHead = { x: 0.3, y: 1.65, z: -0.2, yaw: 0.4 };
const flat = buildField();

function stanceOf({ x, y, z, yaw }: Walker) {
  return { x: x / UNIT, y: y / UNIT, z: z / UNIT, yaw: (yaw / UNIT) * 2 * Math.PI };
}

/** Lets the avatar follow for some seconds; returns how far the head ends from it, in metres. */
function follow(rig: Rig, walker: Walker, head: RoomHead, field = flat, seconds = 4): number {
  for (let tick = 0; tick < seconds * HZ; tick++) {
    stepWalker(walker, rig.wish(walker, head), field, HZ);
    rig.settle(stanceOf(walker), head, 1000 / HZ);
  }
  const { x, z } = rig.headInWorld(head);
  return Math.hypot(x - walker.x / UNIT, z - walker.z / UNIT);
}

function start(): { rig: Rig; walker: Walker } {
  const walker = standAt({ x: 0, y: 0, z: 0, yaw: 16384 });
  const rig = new Rig(HZ);
  rig.centre(stanceOf(walker), HEAD);
  return { rig, walker };
}

describe("a headset's room", () => {
  test("begins with the head over the avatar, looking where it looks", () => {
    const { rig } = start();
    const head = rig.headInWorld(HEAD);
    expect([head.x, head.y, head.z, head.yaw]).toEqual([0, 1.65, 0, Math.PI / 2].map((value) => expect.closeTo(value)));
  });

  test("turns round the head, which stays where it is", () => {
    const { rig } = start();
    rig.turn(SNAP, HEAD);
    const head = rig.headInWorld(HEAD);
    expect([head.x, head.z, head.yaw]).toEqual([0, 0, Math.PI / 2 + SNAP].map((value) => expect.closeTo(value)));
  });

  test("lets one lean without the feet moving, and brings them along on a step", () => {
    const { rig, walker } = start();
    follow(rig, walker, { ...HEAD, x: HEAD.x + 0.3 });
    expect([walker.x, walker.z]).toEqual([0, 0]);
    expect(follow(rig, walker, { ...HEAD, x: HEAD.x + 1.5 })).toBeLessThan(0.2);
    expect(Math.hypot(walker.x, walker.z) / UNIT).toBeGreaterThan(1);
  });

  test("is at the end of a teleport at once, and the avatar arrives by walking", () => {
    const { rig, walker } = start();
    rig.teleport(findWay(flat, walker, { x: 6 * UNIT, y: 0, z: 2 * UNIT }), HEAD);
    expect(rig.headInWorld(HEAD).x).toBeCloseTo(6);
    const fastest = stepsOf(rig, walker);
    expect(fastest).toBeLessThanOrEqual(4.1 / HZ);
    expect(Math.abs(walker.x / UNIT - 6)).toBeLessThan(0.5);
  });

  test("comes back to an avatar that could not follow", () => {
    const wall = buildField(3);
    const { rig, walker } = start();
    rig.teleport([{ x: 6 * UNIT, y: 0, z: 0 }], HEAD); // no honest arc leads through a wall
    expect(follow(rig, walker, HEAD, wall, 8)).toBeLessThan(0.5);
    expect(walker.x / UNIT).toBeLessThan(3);
  });

  test("goes with an avatar that the server has put elsewhere", () => {
    const { rig, walker } = start();
    walker.x = 20 * UNIT;
    rig.settle(stanceOf(walker), HEAD, 16);
    expect(rig.headInWorld(HEAD).x).toBeCloseTo(20);
  });

  test("turns the body after the head in few steps", () => {
    const { rig, walker } = start();
    const yaws = new Set<number>();
    for (let step = 0; step < 100; step++) yaws.add(rig.wish(walker, { ...HEAD, yaw: HEAD.yaw + step / 100 }).yaw);
    expect(yaws.size).toBeLessThanOrEqual(4);
    expect(yaws.size).toBeGreaterThan(1);
  });
});

function stepsOf(rig: Rig, walker: Walker): number {
  let fastest = 0;
  for (let tick = 0; tick < 6 * HZ; tick++) {
    const [x, z] = [walker.x, walker.z];
    stepWalker(walker, rig.wish(walker, HEAD), flat, HZ);
    fastest = Math.max(fastest, Math.hypot(walker.x - x, walker.z - z) / UNIT);
  }
  return fastest;
}

describe("snap turn", () => {
  test("turns once for each push of the stick", () => {
    const turn = new SnapTurn();
    expect([0, 0.5, 0.8, 1, 1, 0.5, 0.2, -0.9].map((right) => turn.read(right))).toEqual([0, 0, SNAP, 0, 0, 0, 0, -SNAP]);
  });
});

describe("the arc", () => {
  const origin = [0, 1.2, 0] as const;
  const here = { x: 0, y: 0, z: 0 };

  test("comes down on the ground in front, and its points are a fall", () => {
    const arc = new Arc(flat);
    const end = arc.throw(here, origin, [0, 0, -1])?.at(-1);
    expect(end?.y).toBe(0);
    expect((end?.z ?? 0) / UNIT).toBeLessThan(-2);
    expect((end?.z ?? 0) / UNIT).toBeGreaterThan(-5);
    expect(arc.points.at(-2)).toBe(0);
  });

  test("reaches nothing beyond a wall", () => {
    const wall = buildField(2);
    expect(new Arc(wall).throw(here, origin, [0.9, 0.43, 0])).toBeNull();
  });

  test("lands on a terrace from below only if one could walk up", () => {
    const ledge = new WalkField(buildFieldFile((_, z) => ({ height: z < -3 ? 0.9 : 0, distance: Math.abs(z + 3) })));
    expect(new Arc(ledge).throw(here, origin, [0, 0.5, -0.87])).toBeNull();
  });

  test("has no target where there is no floor", () => {
    const none = new WalkField(buildFieldFile(() => ({ height: null, distance: 2 })));
    expect(new Arc(none).throw(here, origin, [0, 0, -1])).toBeNull();
  });
});

test("a walker who stands is wished to stand", () => {
  const { rig, walker } = start();
  expect(rig.wish(walker, HEAD).gait).toBe(Gait.STAND);
});
