import { describe, expect, test } from "vitest";

import { decodeInput, type Input, type Wish } from "../protocol/input";
import { Gait } from "../protocol/motion.gen";
import type { Pose } from "../protocol/pose";
import { restingPose, toWire } from "../state/headset";
import { InputSender } from "./input-sender";

const STAND: Wish = { yaw: 0, heading: 0, gait: Gait.STAND, jump: false };
const WALK: Wish = { yaw: 64, heading: 1, gait: Gait.WALK, jump: false };

/** Runs ticks with the wishes a person has in them; returns the inputs sent and the wishes that held. */
function run(tickHz: number, ticks: number, wishAt: (tick: number) => Wish, pose: Pose | null = null): { inputs: Input[]; held: Wish[] } {
  const sender = new InputSender(tickHz, 0);
  const inputs: Input[] = [];
  const held: Wish[] = [];
  for (let tick = 65_530; tick < 65_530 + ticks; tick++) {
    const send = (bytes: Uint8Array) => inputs.push(decodeInput(bytes));
    held.push(sender.choose(tick, wishAt(tick - 65_530), [tick & 0xffff, 5], tick - 2, pose, send));
  }
  return { inputs, held };
}

describe("input sender", () => {
  test("sends at once what changed, with its tick, claim and newest snapshot", () => {
    const { inputs } = run(20, 8, (tick) => (tick < 7 ? STAND : WALK));
    expect(inputs[1]).toEqual({ ...WALK, sequence: 2, tick: 1, seen: 65_535, claim: [1, 5], pose: null });
  });

  test("is heard at least twice a second when nothing changes", () => {
    const { inputs } = run(20, 200, () => STAND);
    expect(inputs.length).toBeGreaterThanOrEqual(20);
    expect(inputs.length).toBeLessThanOrEqual(25);
  });

  test("sends at most 20 a second however fast the world ticks", () => {
    const { inputs, held } = run(60, 600, (tick) => ({ ...WALK, yaw: tick * 64 }));
    expect(inputs.length).toBeLessThanOrEqual(200);
    expect(held[1]).toEqual(held[0]);
  });

  test("tells head and hands ten times a second, and nobody without a headset does", () => {
    const { inputs } = run(20, 100, () => STAND, toWire(restingPose()));
    expect(inputs.filter(({ pose }) => pose !== null)).toHaveLength(50);
    expect(run(20, 100, () => STAND).inputs.every(({ pose }) => pose === null)).toBe(true);
  });

  test("lets a jump hold in its own tick only", () => {
    const { held, inputs } = run(20, 3, (tick) => ({ ...STAND, jump: tick === 0 }));
    expect(held.map((wish) => wish.jump)).toEqual([true, false, false]);
    expect(inputs).toHaveLength(1);
  });
});
