import { describe, expect, test } from "vitest";

import { ProtocolError } from "../protocol/errors";
import type { FarCrowd as Told } from "../protocol/messages.gen";
import { FarCrowd } from "./far-crowd";

const told = (news: Partial<Told>): Told => ({ type: "FarCrowd", cell: 8, west: -1, north: 2, width: 2, counts: Uint8Array.of(3, 0, 0, 255), ...news });

describe("a far crowd", () => {
  test("stands in the middles of its cells, row by row from the north-west", () => {
    const crowd = new FarCrowd();
    crowd.take(told({}));
    expect(crowd.cells).toEqual([
      { x: -4, z: 20, heads: 3 },
      { x: 4, z: 28, heads: 255 },
    ]);
    expect(crowd.heads).toBe(258);
  });

  test("is replaced by the newest counts", () => {
    const crowd = new FarCrowd();
    crowd.take(told({}));
    const before = crowd.version;
    crowd.take(told({ width: 0, counts: new Uint8Array() }));
    expect(crowd.cells).toEqual([]);
    expect(crowd.version).toBeGreaterThan(before);
  });

  test.each([
    ["an unfinished row", { width: 3 }],
    ["counts without columns", { width: 0 }],
    ["columns without counts", { counts: new Uint8Array() }],
    ["cells of no size", { cell: 0 }],
  ])("is refused with %s, and stays as it was", (_, news) => {
    const crowd = new FarCrowd();
    crowd.take(told({}));
    expect(() => crowd.take(told(news))).toThrow(ProtocolError);
    expect(crowd.heads).toBe(258);
  });
});
