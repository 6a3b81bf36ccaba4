import { describe, expect, test } from "vitest";

import type { Wish } from "../protocol/input";
import { Gait, UNIT } from "../protocol/motion.gen";
import type { Correction } from "../protocol/snapshot";
import { buildField } from "./field.fixture";
import { Prediction, type Stance } from "./prediction";
import { wireTick } from "../protocol/ticks";

const HZ = 20;
const FIELD = buildField();
const NORTH: Wish = { yaw: 0, heading: 0, gait: Gait.WALK, jump: false };
const EAST: Wish = { yaw: 16384, heading: 256, gait: Gait.RUN, jump: false };
const START = { x: 0, y: 0, z: 0, yaw: 0 };
const FIRST = 131_060; // wraps on the wire after twelve ticks

const started = (place = START) => new Prediction(FIELD, HZ, FIRST, place);

/** What the server would correct: its own walker after some wishes. */
function corrected(wishes: readonly Wish[], place = START): Correction {
  const server = started(place);
  for (const wish of wishes) server.step(wish);
  return { ...server.state, tick: wireTick(server.tick), moved: false, gait: 0 };
}

describe("prediction", () => {
  test("ends where the server ends after a correction in the middle", () => {
    const [client, server] = [started(), started({ ...START, x: 20_000 })];
    const wishes = Array.from({ length: 30 }, (_, tick) => (tick < 15 ? NORTH : EAST));
    for (const wish of wishes) client.step(wish);
    for (const wish of wishes) server.step(wish);
    client.correct(corrected(wishes.slice(0, 10), { ...START, x: 20_000 }));
    expect(client.state).toEqual(server.state);
    expect(client.tick).toBe(server.tick);
  });

  test("shows no jump when a small correction arrives, and none of it later", () => {
    const client = started();
    for (let tick = 0; tick < 20; tick++) client.step(NORTH);
    const [before, after]: [Stance, Stance] = [{ ...START }, { ...START }];
    client.show(1, before);
    client.correct(corrected(Array<Wish>(20).fill(NORTH), { ...START, x: 20_000 }));
    client.show(1, after);
    expect(after.x).toBeCloseTo(before.x, 6);
    client.settle(1000);
    client.show(1, after);
    expect(after.x).toBeCloseTo(20_000 / UNIT, 3);
  });

  test("is set at once to a place where the server moved it", () => {
    const client = started();
    const after: Stance = { ...START };
    client.correct({ ...corrected([NORTH]), x: 10_000, moved: true });
    client.show(1, after);
    expect(after.x).toBeCloseTo(10_000 / UNIT, 9);
  });

  test("goes on from a correction that lies ahead of it", () => {
    const client = started();
    client.correct(corrected(Array<Wish>(5).fill(EAST)));
    expect(client.tick).toBe(FIRST + 5);
    client.step(EAST);
    expect(client.state).toMatchObject({ z: 0, speed: 128 });
  });

  test("takes a correction older than its memory without replaying what it forgot", () => {
    const client = started();
    for (let tick = 0; tick < 400; tick++) client.step({ ...NORTH, gait: Gait.STAND });
    client.correct(corrected([NORTH]));
    expect(client.tick).toBe(FIRST + 400);
    expect(client.state.speed).toBe(0);
  });

  test("claims the low bits of where it is at the start of the next tick", () => {
    const client = started({ ...START, x: -256, z: 70_000 * 256 });
    expect(client.claim()).toEqual([65_535, 70_000 - 65_536]);
  });

  test("does not repeat a jump in ticks that it catches up on", () => {
    const client = started();
    client.step({ ...NORTH, jump: true });
    client.stepTo(FIRST + 60, { ...NORTH, jump: true });
    expect(client.isInAir).toBe(false);
  });

  test("walks on another field from its tick on, also when it replays", () => {
    const WALL_M = 1;
    const [client, server] = [started(), started()];
    for (const one of [client, server]) one.renew(buildField(WALL_M), FIRST + 10);
    const wishes = Array<Wish>(40).fill(EAST);
    for (const wish of wishes) client.step(wish);
    expect(client.state.x / UNIT).toBeLessThan(WALL_M);
    const free = started();
    for (const wish of wishes) free.step(wish);
    expect(free.state.x / UNIT).toBeGreaterThan(2 * WALL_M);
    // The word for a tick before the change is replayed across it.
    for (const wish of wishes.slice(0, 5)) server.step(wish);
    client.correct({ ...server.state, tick: wireTick(server.tick), moved: false, gait: 0 });
    for (const wish of wishes.slice(5)) server.step(wish);
    expect(client.state).toEqual(server.state);
  });

  test("takes the last of several fields, and keeps the one it stands on until then", () => {
    const client = started();
    client.renew(buildField(1), FIRST + 5);
    for (let tick = 0; tick < 10; tick++) client.step(EAST);
    client.renew(buildField(), FIRST + 30);
    for (let tick = 0; tick < 15; tick++) client.step(EAST);
    expect(client.state.x / UNIT).toBeLessThan(1);
    for (let tick = 0; tick < 40; tick++) client.step(EAST);
    expect(client.state.x / UNIT).toBeGreaterThan(1.5);
  });
});
