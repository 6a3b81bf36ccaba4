import { describe, expect, it } from "vitest";

import { FrameCosts } from "./frame-costs";

describe("what frames cost", () => {
  it("is told oldest first while there are few", () => {
    const costs = new FrameCosts();
    costs.note(1, 10);
    costs.note(2, 20);
    expect(costs.recent()).toEqual({ own: [1, 2], render: [10, 20] });
  });

  it("is kept of the last 240 frames", () => {
    const costs = new FrameCosts();
    for (let frame = 0; frame < 250; frame++) costs.note(frame, 0);
    const { own } = costs.recent();
    expect(own).toHaveLength(240);
    expect([own[0], own[239]]).toEqual([10, 249]);
  });
});
