import { expect, it } from "vitest";

import { Heaps } from "./heaps";

it("a sign gives way to one that was there before, and not to one beside it", () => {
  const heaps = new Heaps();
  heaps.take(0, 0, 100, 20);
  expect(heaps.isFree(50, 10, 150, 30)).toBe(false);
  expect(heaps.isFree(104, 0, 200, 20)).toBe(true);
  expect(heaps.isFree(0, 23, 100, 43)).toBe(true);
});

it("a new frame begins without signs", () => {
  const heaps = new Heaps();
  heaps.take(0, 0, 100, 20);
  heaps.clear();
  expect(heaps.isFree(0, 0, 100, 20)).toBe(true);
});
