import { Color } from "three";
import { describe, expect, it } from "vitest";

import { Batch } from "./batch";
import { writeBlob } from "./blob";
import { writeBody } from "./bodies";
import type { SceneShape, ShapeKind } from "./world-loader";

function shape(kind: ShapeKind, size: number[], more: Partial<SceneShape> = {}): SceneShape {
  return { id: "a/b", entity: "a", shape: kind, at: [0, 0, 0], yaw: 0, size, colour: "#ffffff", roughness: 1, ...more };
}

const SQUARE = [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const;
const BODIES: readonly (readonly [string, SceneShape, number])[] = [
  ["a box", shape("box", [1, 2, 3]), 0],
  ["a box with soft edges", shape("box", [1, 2, 3]), 0.1],
  ["a box that narrows to a ridge", shape("box", [4, 2, 3], { top: [2, 0] }), 0],
  ["a wedge", shape("wedge", [1, 2, 3]), 0],
  ["a plane", shape("plane", [1, 2]), 0],
  ["a cylinder", shape("cylinder", [1, 2]), 0.1],
  ["a cylinder that narrows", shape("cylinder", [1, 2], { top: [0.5] }), 0],
  ["an eight-sided cylinder", shape("cylinder", [1, 2], { sides: 8 }), 0],
  ["a cone", shape("cone", [1, 2]), 0],
  ["a capsule", shape("capsule", [0.5, 2]), 0],
  ["a sphere", shape("sphere", [1]), 0],
  ["an outline pulled up", shape("extrusion", [2], { points: SQUARE }), 0],
  ["an outline drawn the other way round", shape("extrusion", [2], { points: [...SQUARE].reverse() }), 0],
  ["an outline pulled along north", shape("extrusion", [2], { points: SQUARE, axis: "north" }), 0],
  ["an outline pulled along east", shape("extrusion", [2], { points: SQUARE, axis: "east" }), 0],
];

function built(write: (batch: Batch) => void, yaw = 0, tilt = 0): Batch {
  const batch = new Batch();
  batch.begin({ x: 0, y: 0, z: 0, yaw, tilt }, new Color(1, 1, 1));
  write(batch);
  return batch;
}

/** Triangles whose front does not look where their normals say. */
function inverted(batch: Batch): number {
  const geometry = batch.build();
  const [position, normal, index] = [geometry.getAttribute("position"), geometry.getAttribute("normal"), geometry.index];
  let count = 0;
  for (let at = 0; at < (index?.count ?? 0); at += 3) {
    const [a = 0, b = 0, c = 0] = [0, 1, 2].map((corner) => index?.getX(at + corner));
    const [ux, uy, uz] = [position.getX(b) - position.getX(a), position.getY(b) - position.getY(a), position.getZ(b) - position.getZ(a)];
    const [vx, vy, vz] = [position.getX(c) - position.getX(a), position.getY(c) - position.getY(a), position.getZ(c) - position.getZ(a)];
    const face = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx] as const;
    if (Math.hypot(...face) < 1e-9) continue; // where a roof has come to a ridge
    const mean = [a, b, c].reduce((sum, v) => sum + face[0] * normal.getX(v) + face[1] * normal.getY(v) + face[2] * normal.getZ(v), 0);
    if (mean <= 0) count += 1;
  }
  return count;
}

describe("bodies of shapes", () => {
  it.each(BODIES)("%s shows its outside", (_, body, bevel) => {
    const batch = built((each) => writeBody(each, body, { bevel, sides: body.sides ?? 12 }), 30, body.shape === "box" ? 25 : 0);
    expect(batch.triangles).toBeGreaterThan(0);
    expect(inverted(batch)).toBe(0);
  });

  it("a crown shows its outside and stands on its place", () => {
    const batch = built((each) => writeBlob(each, 2, 2, 0.3));
    expect(inverted(batch)).toBe(0);
    const position = batch.build().getAttribute("position");
    const heights = Array.from({ length: position.count }, (_, at) => position.getY(at));
    expect(Math.min(...heights)).toBeGreaterThan(-0.3);
    expect(Math.max(...heights)).toBeLessThan(4.6);
  });

  it("a part that faces east points east", () => {
    const batch = built((each) => writeBody(each, shape("box", [0.1, 0.1, 4]), { bevel: 0, sides: 4 }), 90);
    const box = batch.build();
    box.computeBoundingBox();
    expect(box.boundingBox?.max.x).toBeCloseTo(2);
    expect(box.boundingBox?.max.z).toBeCloseTo(0.05);
  });

  it("a leaning part leans towards its back", () => {
    const batch = built((each) => writeBody(each, shape("box", [1, 2, 0.001]), { bevel: 0, sides: 4 }), 0, 30);
    const box = batch.build();
    box.computeBoundingBox();
    expect(box.boundingBox?.max.z).toBeCloseTo(1, 1);
    expect(box.boundingBox?.min.z).toBeCloseTo(0, 1);
  });

  it("an outline pulled along north and east stands where the world says", () => {
    const points = [[0, 0], [2, 0], [2, 1]] as const;
    const reach = (axis: "north" | "east"): readonly number[] => {
      const geometry = built((each) => writeBody(each, shape("extrusion", [6], { points, axis }), { bevel: 0, sides: 4 })).build();
      geometry.computeBoundingBox();
      const { min, max } = geometry.boundingBox ?? { min: { x: 0, y: 0, z: 0 }, max: { x: 0, y: 0, z: 0 } };
      return [min.x, max.x, min.y, max.y, min.z, max.z].map((metres) => Math.round(metres * 100) / 100 + 0);
    };
    expect(reach("north"), "two metres east, one up, three to north and south").toEqual([0, 2, 0, 1, -3, 3]);
    expect(reach("east"), "two metres north, one up, three to east and west").toEqual([-3, 3, 0, 1, -2, 0]);
  });
});
