/** The movement rule against the states that the server's oracle wrote. */

import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import type { Gait } from "../protocol/motion.gen";
import { stepWalker, type Walker } from "./movement";
import { WalkField } from "./walk-field";

const FILE = new URL("../../../../tests/server/sim/movement_cases.json", import.meta.url);

interface Cases {
  readonly field_gzip: string;
  readonly cases: readonly {
    readonly name: string;
    readonly tick_hz: number;
    readonly start: Walker;
    readonly wishes: readonly (readonly [number, number, Gait, boolean | number])[];
    readonly states: readonly (readonly (number | boolean)[])[];
  }[];
}

describe("movement_cases.json", () => {
  if (!existsSync(FILE)) {
    test("exists", () => {
      throw new Error(`${FILE.pathname} is missing: the server's tests write it, see tests/server/sim`);
    });
    return;
  }
  const { field_gzip, cases } = JSON.parse(readFileSync(FILE, "utf8")) as Cases;
  const bytes = Uint8Array.from(gunzipSync(Buffer.from(field_gzip, "base64")));
  const ground = new WalkField(bytes.buffer);

  test("has cases", () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  test.each(cases)("$name", ({ start, tick_hz, wishes, states }) => {
    const walker = { ...start, air: Boolean(start.air) };
    const course = wishes.map(([yaw, heading, gait, jump]) => {
      stepWalker(walker, { yaw, heading, gait, jump: Boolean(jump) }, ground, tick_hz);
      const { x, y, z, speed, vertical, air } = walker;
      return [x, y, z, walker.yaw, walker.heading, speed, vertical, Number(air)];
    });
    expect(course).toEqual(states.map((state) => state.map(Number)));
  });
});
