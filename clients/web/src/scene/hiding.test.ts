import { Color } from "three";
import { describe, expect, it } from "vitest";

import { Batch } from "./batch";
import { writeBody } from "./bodies";
import { Hiding } from "./hiding";
import type { SceneShape } from "./world-loader";

const WALL: SceneShape = { id: "house/wall", entity: "house", shape: "box", at: [0, 0, 0], yaw: 90, size: [8, 5, 4], colour: "#ffffff", roughness: 1 };

function triangles(shape: SceneShape, ...around: SceneShape[]): number {
  const batch = new Batch();
  const { at, yaw, tilt = 0 } = shape;
  batch.begin({ x: at[0], y: at[1], z: at[2], yaw, tilt }, new Color(), 0, 0, new Hiding([shape, ...around]).of(shape));
  writeBody(batch, shape, { bevel: 0, sides: 8 });
  return batch.triangles;
}

describe("what stands in something larger", () => {
  // Turned with its wall: the wall's long side faces east now, at x = 2.
  const pane: SceneShape = { ...WALL, id: "house/pane", at: [2, 1, 0], size: [1, 1.5, 0.2], material: "glass" };

  it("is drawn without the face that the wall hides", () => {
    expect(triangles(pane, WALL)).toBe(10);
  });

  it("is drawn whole beside it, and when the wall is another thing's or of glass", () => {
    expect(triangles({ ...pane, at: [2.2, 1, 0] }, WALL)).toBe(12);
    expect(triangles({ ...pane, entity: "lamp" }, WALL)).toBe(12);
    expect(triangles(pane, { ...WALL, material: "glass" })).toBe(12);
  });

  it("is not drawn at all when nothing of it looks out", () => {
    expect(triangles({ ...pane, at: [0, 1, 0] }, WALL)).toBe(0);
  });

  it("has no sole on the ground, but one above it and below", () => {
    expect(triangles(WALL)).toBe(10);
    expect(triangles({ ...WALL, at: [0, 0.5, 0] })).toBe(12);
    expect(triangles({ ...WALL, at: [0, -3, 0] })).toBe(12);
  });

  it("keeps what bumps of a crown may lay bare", () => {
    const crown: SceneShape = { ...WALL, shape: "sphere", size: [2], material: "leaf" };
    const inside: SceneShape = { ...WALL, id: "house/nest", at: [0, 1.5, 0], size: [1, 1, 1] };
    expect(triangles(inside, crown)).toBe(0);
    expect(triangles({ ...inside, at: [1.6, 1.5, 0] }, crown)).toBeGreaterThan(0);
  });
});
