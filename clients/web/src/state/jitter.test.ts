/** A minute of somebody's walk over a line that jitters by 100 ms, as a viewer sees it at 60 frames a second. */

import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import type { Welcome } from "../protocol/messages.gen";
import { UNIT } from "../protocol/motion.gen";
import { buildField } from "./field.fixture";
import { Visit } from "./visit";

interface Trace {
  readonly tick_hz: number;
  readonly first_tick: number;
  readonly slot: number;
  readonly entity: number;
  /** x, y, z after each tick from the first on. */
  readonly truth: readonly (readonly [number, number, number])[];
  /** When a snapshot arrives, in ms after tick 0, and its bytes. */
  readonly arrivals: readonly (readonly [number, string])[];
  /** When a ping was sent and answered, and the tick and phase it was told. */
  readonly pongs: readonly (readonly [number, number, number, number])[];
}

const TRACE = JSON.parse(readFileSync(new URL("jitter-trace.json", import.meta.url), "utf8")) as Trace;
const FRAME_MS = 1000 / 60;
const SETTLED_MS = 3_000; // the clock has found its time
/** News of a change is at most this old: one tick, the longest way, and the fading of what was wrong. */
const NEWS_MS = 300;

/** Of somebody who did not move at all: the way that a wrong place may still fade by in a frame. */
const LEAST_STEP = 0.5 / 60;

interface Frame {
  readonly nowMs: number;
  readonly drawn: readonly [number, number];
  readonly true: readonly [number, number];
}

/** Plays the trace into a visit; returns what every frame drew, and where the walker truly was then. */
function play(): Frame[] {
  const { tick_hz, first_tick, entity } = TRACE;
  const welcome: Welcome = {
    type: "Welcome", entity, generation: 1, name: "Viewer", secret: new Uint8Array(32), resumed: false, world: "w",
    scene: "a", walk: "b", tick: first_tick, tick_hz, x: 0, y: 0, z: 0, yaw: 0,
  };
  const visit = new Visit(welcome, 40);
  visit.enter(buildField(), 40);
  const frames: Frame[] = [];
  let [nextArrival, nextPong] = [0, 0];
  for (let nowMs = 50; nowMs < TRACE.truth.length * (1000 / tick_hz) - 200; nowMs += FRAME_MS) {
    for (; (TRACE.arrivals[nextArrival]?.[0] ?? Infinity) <= nowMs; nextArrival++) {
      visit.takeSnapshot(Uint8Array.from(Buffer.from(TRACE.arrivals[nextArrival][1], "hex")), nowMs);
    }
    for (; (TRACE.pongs[nextPong]?.[1] ?? Infinity) <= nowMs; nextPong++) {
      const [sent, , tick, phase] = TRACE.pongs[nextPong];
      visit.takePong({ type: "ClockPong", time: sent, tick: tick & 0xffff, phase }, sent, nowMs);
    }
    visit.step(nowMs, (yaw) => ({ yaw, heading: 0, gait: 0, jump: false }), () => undefined);
    visit.show(nowMs);
    const stance = visit.entities?.get(TRACE.slot)?.stance;
    if (stance !== undefined) frames.push({ nowMs, drawn: [stance.x, stance.z], true: truthAt(nowMs) });
  }
  return frames;
}

/** Where the walker truly is at a moment: the state of a tick holds when it has been simulated. */
function truthAt(nowMs: number): readonly [number, number] {
  const time = (nowMs * TRACE.tick_hz) / 1000 - TRACE.first_tick - 1;
  const tick = Math.max(0, Math.min(TRACE.truth.length - 2, Math.floor(time)));
  const [a, b] = [TRACE.truth[tick], TRACE.truth[tick + 1]];
  const part = Math.max(0, Math.min(1, time - tick));
  return [(a[0] + (b[0] - a[0]) * part) / UNIT, (a[2] + (b[2] - a[2]) * part) / UNIT];
}

const apart = (a: readonly [number, number], b: readonly [number, number]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** The value below which a share of the values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))];
}

describe("others over a line that jitters by 100 ms", () => {
  const frames = play().filter(({ nowMs }) => nowMs > SETTLED_MS);
  const steps = frames.slice(1).map((frame, index) => ({
    nowMs: frame.nowMs,
    drawn: apart(frame.drawn, frames[index].drawn),
    true: apart(frame.true, frames[index].true),
  }));

  test("are drawn within 15 cm of where they are, 95 times in 100", () => {
    const errors = frames.map((frame) => apart(frame.drawn, frame.true));
    expect(quantile(errors, 0.95)).toBeLessThanOrEqual(0.15);
  });

  test("never step more than twice as far in a frame as they truly did just now", () => {
    const window = Math.ceil(NEWS_MS / FRAME_MS);
    const ratios = steps.slice(window).map((step, index) => {
      const lately = Math.max(...steps.slice(index, index + window + 1).map((each) => each.true));
      return step.drawn / Math.max(lately, LEAST_STEP);
    });
    expect(Math.max(...ratios)).toBeLessThanOrEqual(2);
  });
});
