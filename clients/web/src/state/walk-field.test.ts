import { describe, expect, test } from "vitest";

import { UNIT } from "../protocol/motion.gen";
import { buildFieldFile } from "./field.fixture";
import { WalkField, WalkFieldError } from "./walk-field";

const SLOPE = buildFieldFile((x, z) => ({ height: z < 60 ? x / 4 : null, distance: 1 }));
const field = new WalkField(SLOPE);

describe("walk field", () => {
  test("interpolates heights between its nodes, across tiles and below zero", () => {
    const xs = [-63, -0.125, 0, 0.125, 17.4];
    for (const x of xs) expect(field.height(Math.round(x * UNIT), 0, 0)).toBeCloseTo((x / 4) * UNIT, -3);
  });

  test("has no floor where a node has none, and none outside its tiles", () => {
    expect(field.height(0, 61 * UNIT, 0)).toBeNull();
    expect(field.height(65 * UNIT, 0, 0)).toBeNull();
    expect(field.layerAt(65 * UNIT, 0, 0)).toBe(-1);
  });

  test("falls to the floor below, not to one above", () => {
    expect(field.layerAt(0, 0, 10 * UNIT)).toBe(0);
    expect(field.layerAt(0, 0, -10 * UNIT)).toBe(-1);
  });

  test.each([
    ["nothing", new ArrayBuffer(0)],
    ["another file", new ArrayBuffer(64)],
    ["a file cut short", SLOPE.slice(0, -1)],
    ["a file cut inside its table", SLOPE.slice(0, 30)],
  ])("refuses %s", (_, file) => {
    expect(() => new WalkField(file)).toThrow(WalkFieldError);
  });
});
