import { describe, expect, test } from "vitest";

import { Attention } from "./attention";
import type { Point } from "./figure";

const PLACES: Readonly<Record<number, Point>> = { 1: { x: 0, y: 1.6, z: 0 }, 2: { x: 3, y: 1.6, z: 0 }, 3: { x: 40, y: 1.6, z: 0 } };
const attention = () => new Attention((slot) => PLACES[slot] ?? null);
const LISTENER = { x: 1, y: 0, z: 1 };

describe("attention", () => {
  test("goes to who spoke last within earshot, and ends by itself", () => {
    const minds = attention();
    minds.spoke(1, 10);
    minds.spoke(2, 11);
    expect(minds.of(9, LISTENER, 12)).toBe(PLACES[2]);
    expect(minds.of(9, LISTENER, 20)).toBeNull();
  });

  test("of a speaker goes to who spoke before, not to themselves", () => {
    const minds = attention();
    minds.spoke(1, 10);
    minds.spoke(2, 11);
    expect(minds.of(2, LISTENER, 12)).toBe(PLACES[1]);
  });

  test("does not reach across the square, nor to who has gone", () => {
    const minds = attention();
    minds.spoke(3, 10);
    minds.spoke(7, 10);
    expect(minds.of(9, LISTENER, 11)).toBeNull();
  });
});
