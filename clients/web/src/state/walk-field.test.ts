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

describe("gates", () => {
  /** A field of level ground with a gate of 2 x 3 nodes in block 3, from (1, 2) on: 0.5 m to a wall, and one on its middle. */
  function gated(...states: readonly string[]): ArrayBuffer {
    const plain = new Uint8Array(buildFieldFile(() => ({ height: 0, distance: 1 })));
    const gates = states.flatMap((state) => [
      ...[4, ..."door"].map((letter) => (typeof letter === "number" ? letter : letter.charCodeAt(0))),
      state.length,
      ...[...state].map((letter) => letter.charCodeAt(0)),
      ...[3, 0, 0, 0, 1, 0, 2, 0, 2, 0, 3, 0],
      ...[32, 0, 32, 127, 32, 127],
    ]);
    const file = new Uint8Array(plain.length + gates.length);
    file.set(plain);
    file.set(gates, plain.length);
    new DataView(file.buffer).setUint16(plain.length - 2, states.length, true);
    return file.buffer;
  }
  const at = (field: WalkField, column: number, row: number): number => field.distance(column * 16384, row * 16384, 0) / UNIT;

  test("are walls while their entity is in their state, and only there", () => {
    const open = new WalkField(gated("closed"));
    expect(at(open, 3, 1)).toBe(1);
    const closed = open.turned({ door: "closed", lamp: "on" });
    expect([at(closed, 2, 1), at(closed, 3, 1), at(closed, 3, 2), at(closed, 5, 1)]).toEqual([0.5, 0, 0.5, 1]);
    expect(at(closed, 2, 2)).toBe(1); // the nearer wall counts
    expect(at(open, 3, 1)).toBe(1); // the field one came from is as it was
    expect(at(closed.turned({ door: "open" }), 3, 1)).toBe(1);
  });

  test("a field without a different wall is itself", () => {
    const field = new WalkField(gated("closed"));
    expect(field.turned({ door: "open", lamp: "on" })).toBe(field);
    const closed = field.turned({ door: "closed" });
    expect(closed.turned({ door: "closed" })).toBe(closed);
  });

  test("are refused when they end early, lie outside, or are followed by more", () => {
    const file = gated("closed");
    for (const bytes of [1, 7, 20]) expect(() => new WalkField(file.slice(0, -bytes))).toThrow(WalkFieldError);
    const longer = new Uint8Array(file.byteLength + 1);
    longer.set(new Uint8Array(file));
    expect(() => new WalkField(longer.buffer)).toThrow(WalkFieldError);
    const outside = file.slice(0);
    new DataView(outside).setUint16(file.byteLength - 14, 256, true); // its row
    expect(() => new WalkField(outside)).toThrow(WalkFieldError);
  });
});
