import { describe, expect, test } from "vitest";

import { type Part, thingAt } from "./things";

const BENCH: Part = { entity: "bench", shape: "box", at: [10, 0.4, 5], yaw: 90, size: [2, 0.1, 0.5] };
const LAMP: Part = { entity: "lamp", shape: "cylinder", at: [10, 0, 8], yaw: 0, size: [0.1, 4] };
const LETTERS: Part = { entity: "sign", shape: "text", at: [10, 0.4, 5], yaw: 0, size: [0.3] };
const parts = [LETTERS, BENCH, LAMP];

describe("the thing at a point", () => {
  test("is the one whose surface it lies on, however that is turned", () => {
    expect(thingAt(parts, 10.24, 0.5, 5.9)).toBe("bench"); // turned by a quarter: long from north to south
    expect(thingAt(parts, 10.9, 0.5, 5.2)).toBeNull();
    expect(thingAt(parts, 10.1, 2, 8)).toBe("lamp");
  });

  test("is nothing in the open", () => {
    expect(thingAt(parts, 0, 0, 0)).toBeNull();
  });

  test("is the nearest of two that touch", () => {
    const post: Part = { entity: "post", shape: "box", at: [10, 0, 6.3], yaw: 0, size: [0.4, 1, 0.4] };
    expect(thingAt([...parts, post], 10, 0.45, 6.02)).toBe("bench");
    expect(thingAt([...parts, post], 10, 0.45, 6.12)).toBe("post");
  });
});
