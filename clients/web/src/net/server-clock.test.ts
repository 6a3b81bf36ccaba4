import { describe, expect, test } from "vitest";

import type { ClockPong } from "../protocol/messages.gen";
import { ServerClock } from "./server-clock";

const HZ = 20;
const FIRST = 131_072;

/** A server whose running tick is `FIRST + 1 + ms / 50` at local time `ms`. */
const serverAt = (ms: number): number => FIRST + 1 + ms / 50;

function pongAt(ms: number, serverTime = serverAt(ms)): ClockPong {
  const tick = Math.floor(serverTime);
  return { type: "ClockPong", time: 0, tick: tick & 0xffff, phase: Math.floor((serverTime - tick) * 65_536) };
}

/** A clock that pinged every two seconds over a line with these one-way times (up, down), in ms. */
function synced(ways: readonly (readonly [number, number])[], shift = 0): { clock: ServerClock; now: number } {
  const clock = new ServerClock(HZ, FIRST, 0);
  let now = 0;
  for (const [up, down] of ways) {
    const sent = now;
    now = sent + up + down;
    clock.advance(now);
    clock.takePong(pongAt(sent + up, serverAt(sent + up) + shift), sent, now);
    for (const end = sent + 2000; now < end; now += 16) clock.advance(now);
  }
  clock.advance(now);
  return { clock, now };
}

describe("server clock", () => {
  test("knows the running tick over a symmetric line", () => {
    const { clock, now } = synced(Array(5).fill([40, 40]));
    expect(clock.serverTime).toBeCloseTo(serverAt(now), 1);
  });

  test("believes the quickest of its pongs", () => {
    const { clock, now } = synced([[20, 20], [20, 300], [400, 20], [20, 200], [150, 20]]);
    expect(Math.abs(clock.serverTime - serverAt(now))).toBeLessThan(0.15);
  });

  test("follows a server that dropped time, without going back on the client's own ticks", () => {
    const { clock, now } = synced(Array(4).fill([20, 20]));
    const before = clock.clientTime;
    let latest = before;
    let at = now;
    for (let ping = 0; ping < 6; ping++) {
      clock.takePong(pongAt(at - 20, serverAt(at - 20) - 4), at - 40, at);
      for (const end = at + 2000; at < end; at += 16) {
        clock.advance(at);
        expect(clock.clientTime).toBeGreaterThanOrEqual(latest);
        latest = clock.clientTime;
      }
    }
    expect(clock.serverTime).toBeCloseTo(serverAt(at) - 4, 0);
  });

  test("makes inputs early enough to arrive before their tick", () => {
    const { clock, now } = synced(Array(5).fill([40, 40]));
    const arrival = serverAt(now + 40);
    const margin = clock.clientTime + 1 - arrival;
    expect(margin).toBeGreaterThan(0);
    expect(margin).toBeLessThan(0.6);
  });

  test("recovers from a first pong that a busy page read late", () => {
    const { clock, now } = synced([[20, 2000], [20, 20], [20, 20]]);
    const margin = clock.clientTime + 1 - serverAt(now + 20);
    expect(margin).toBeGreaterThan(0);
    expect(margin).toBeLessThan(0.8);
  });

  test("jumps ahead after a sleep instead of hurrying through it", () => {
    const { clock, now } = synced(Array(5).fill([20, 20]));
    clock.advance(now + 60_000);
    expect(clock.serverTime).toBeCloseTo(serverAt(now + 60_000), 0);
    expect(clock.clientTime).toBeCloseTo(serverAt(now + 60_000), -1);
  });
});
