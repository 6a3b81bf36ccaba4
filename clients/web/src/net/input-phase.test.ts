/** Inputs over a simulated line: how early they come at a server that runs its ticks on the dot. */

import { describe, expect, test } from "vitest";

import { unwrapTick } from "../protocol/ticks";
import { seeded } from "../state/random";
import { ServerClock } from "./server-clock";

const HZ = 20;
const TICK_MS = 1000 / HZ;
const FIRST = 131_072;
const HEARTBEAT_TICKS = 9;
/** Timers of browsers fire up to this much after their time. */
const TIMER_MS = 4;

interface Line {
  /** One way, ms, without jitter. */
  readonly upMs: number;
  readonly downMs: number;
  /** Added to each way, ms, at a time of the run. */
  readonly jitter: (random: () => number, nowMs: number) => number;
}

interface Margin {
  readonly sentMs: number;
  /** 1/16 tick. */
  readonly sixteenths: number;
}

interface Due {
  readonly atMs: number;
  readonly run: (nowMs: number) => void;
}

interface Answer extends Due {
  /** When the server ran the tick. */
  readonly ranMs: number;
}

/** The server's time in running ticks at local time `ms`: tick n runs when it reaches n + 1. */
const serverAt = (ms: number): number => FIRST + 1 + ms / TICK_MS;
const runsAt = (tick: number): number => (tick - FIRST) * TICK_MS;

/** Runs a client for so long; returns the margin of every input, in the order they were sent. */
function play(line: Line, seconds: number, seed: number, isBusy = true): { margins: Margin[]; clock: ServerClock } {
  const random = seeded(seed);
  const clock = new ServerClock(HZ, FIRST, 0);
  const due: Due[] = [];
  const margins: Margin[] = [];
  let [sequence, sentTick, lastTick, arrivedMs] = [65_500, 0, FIRST, 0];
  let answered: Answer = { atMs: 0, ranMs: -1, run: () => undefined };
  let [nextPing, wakesMs] = [0, 0];
  for (let nowMs = 0; nowMs < seconds * 1000; nowMs += 0.5) {
    for (const event of due.filter(({ atMs }) => atMs <= nowMs)) {
      due.splice(due.indexOf(event), 1);
      clock.advance(nowMs);
      event.run(nowMs);
    }
    if (nowMs >= nextPing) {
      nextPing += nowMs < 1500 ? 300 : 2000;
      const [sentMs, askedMs] = [nowMs, nowMs + line.upMs + line.jitter(random, nowMs)];
      const told = serverAt(askedMs);
      const pong = { type: "ClockPong", time: 0, tick: Math.floor(told) & 0xffff, phase: Math.floor((told % 1) * 65_536) } as const;
      due.push({ atMs: askedMs + line.downMs + line.jitter(random, nowMs), run: (atMs) => clock.takePong(pong, sentMs, atMs) });
    }
    if (nowMs < wakesMs) continue;
    clock.advance(nowMs);
    for (const last = Math.floor(clock.clientTime); lastTick < last; ) {
      lastTick += 1;
      if (!isBusy && lastTick - sentTick < HEARTBEAT_TICKS) continue;
      const [tick, own, sentMs] = [lastTick, (sequence = (sequence + 1) & 0xffff), nowMs];
      sentTick = tick;
      clock.inputSent(own);
      // One stream: nothing overtakes.
      arrivedMs = Math.max(arrivedMs, nowMs + line.upMs + line.jitter(random, nowMs));
      const earlyTicks = (runsAt(unwrapTick(tick & 0xffff, tick)) - arrivedMs) / TICK_MS;
      const sixteenths = Math.max(-128, Math.min(127, Math.round(earlyTicks * 16)));
      margins.push({ sentMs, sixteenths });
      const ranMs = Math.max(runsAt(tick), Math.ceil(arrivedMs / TICK_MS) * TICK_MS);
      // A snapshot answers the last input of its tick alone.
      if (ranMs === answered.ranMs) due.splice(due.indexOf(answered), 1);
      answered = { atMs: Math.max(answered.atMs, ranMs + line.downMs + line.jitter(random, nowMs)), ranMs, run: (atMs) => clock.inputAnswered(own, sixteenths, atMs) };
      due.push(answered);
    }
    wakesMs = nowMs + Math.min(25, clock.untilTickMs + random() * TIMER_MS);
  }
  return { margins, clock };
}

function judge(margins: readonly Margin[], fromMs: number, toMs = Infinity): { median: number; late: number } {
  const judged = margins.filter(({ sentMs }) => sentMs >= fromMs && sentMs < toMs).map(({ sixteenths }) => sixteenths).sort((a, b) => a - b);
  return { median: judged[judged.length >> 1], late: judged.filter((margin) => margin < 0).length / judged.length };
}

const even = (ms: number): Line["jitter"] => (random) => random() * ms;
/** Mostly small, now and then long: as on a school's Wi-Fi. */
const wild = (ms: number): Line["jitter"] => (random) => -Math.log(1 - random()) * ms;

describe("inputs", () => {
  test.each([
    [20, 10, 10], [60, 30, 30], [120, 90, 30], [200, 40, 160], [200, 100, 100],
  ])("over a line of %i ms come a moment before their tick", (_, upMs, downMs) => {
    for (const jitterMs of [0, 4, 8]) {
      for (const isBusy of [true, false]) {
        const seed = Date.now() & 0xffff;
        const { median, late } = judge(play({ upMs, downMs, jitter: even(jitterMs) }, 65, seed, isBusy).margins, 5_000);
        const what = `jitter ${jitterMs} ms, busy ${isBusy}, seed ${seed}`;
        expect(median, what).toBeGreaterThanOrEqual(1);
        expect(median, what).toBeLessThanOrEqual(6);
        expect(late, what).toBeLessThanOrEqual(0.02);
      }
    }
  });

  test("over a jittery line come earlier, so that still hardly any is late", () => {
    const seed = Date.now() & 0xffff;
    const calm = judge(play({ upMs: 40, downMs: 40, jitter: even(2) }, 60, seed).margins, 5_000);
    const rough = judge(play({ upMs: 40, downMs: 40, jitter: wild(10) }, 60, seed).margins, 10_000);
    expect(rough.median, `seed ${seed}`).toBeGreaterThan(calm.median + 4);
    expect(rough.late, `seed ${seed}`).toBeLessThanOrEqual(0.03);
  });

  test("come closer again when the line has become calm", () => {
    const seed = Date.now() & 0xffff;
    const jitter: Line["jitter"] = (random, nowMs) => (nowMs < 20_000 ? wild(12)(random, nowMs) : random() * 2);
    const { margins } = play({ upMs: 40, downMs: 40, jitter }, 60, seed);
    expect(judge(margins, 10_000, 20_000).median, `seed ${seed}`).toBeGreaterThan(8);
    expect(judge(margins, 45_000).median, `seed ${seed}`).toBeLessThanOrEqual(6);
  });

  test("follow a line that has become longer within two seconds", () => {
    const seed = Date.now() & 0xffff;
    const jitter: Line["jitter"] = (random, nowMs) => (nowMs < 20_000 ? 0 : 150) + random() * 4;
    const { margins } = play({ upMs: 20, downMs: 20, jitter }, 40, seed);
    expect(judge(margins, 22_000).late, `seed ${seed}`).toBeLessThanOrEqual(0.02);
  });

  test("are never so early that the server would not keep them", () => {
    const seed = Date.now() & 0xffff;
    const { margins } = play({ upMs: 40, downMs: 40, jitter: wild(60) }, 60, seed);
    expect(judge(margins, 10_000).median, `seed ${seed}`).toBeLessThan(2 * 16);
  });

  test("are not hurried by one that waited behind a stall", () => {
    const seed = Date.now() & 0xffff;
    const stalls: Line["jitter"] = (random, nowMs) => (nowMs > 20_000 && nowMs < 21_000 ? 21_000 - nowMs : 0) + random() * 4;
    const { margins } = play({ upMs: 40, downMs: 40, jitter: stalls }, 60, seed);
    expect(judge(margins, 45_000).median, `seed ${seed}`).toBeLessThanOrEqual(6);
    expect(Math.max(...margins.filter(({ sentMs }) => sentMs > 21_000).map(({ sixteenths }) => sixteenths)), `seed ${seed}`).toBeLessThan(2 * 16);
  });

  test("say what the server adds to them", () => {
    const { clock } = play({ upMs: 40, downMs: 40, jitter: even(2) }, 20, 1);
    expect(clock.inputs.marginMs).toBeGreaterThan(3);
    expect(clock.inputs.marginMs).toBeLessThan(19);
    expect(clock.inputs.lateShare).toBeLessThanOrEqual(0.02);
  });
});
