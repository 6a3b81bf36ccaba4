import { type Mesh, Raycaster, Vector3 } from "three";
import { describe, expect, it } from "vitest";

import { Atmosphere } from "./atmosphere";
import { Finishes } from "./finishes";
import { type Built, buildShapes } from "./shapes";
import type { SceneFile, SceneShape } from "./world-loader";

const BOX: SceneShape = { id: "it/body", entity: "it", shape: "box", at: [0, 0, -5], yaw: 0, size: [2, 2, 2], colour: "#c8553d", roughness: 1 };

function world(...shapes: Partial<SceneShape>[]): SceneFile {
  return { id: "w", name: {}, sky: {}, ground: { size: [9, 9], at: [0, 0, 0], colour: "#ffffff" }, shapes: shapes.map((each, nth) => ({ ...BOX, id: `it/${nth}`, ...each })) };
}

function build(file: SceneFile): { built: Built; steps: number } {
  const building = buildShapes(file, "medium", new Finishes(new Atmosphere()));
  for (let steps = 1; ; steps++) {
    const step = building.next();
    if (step.done === true) return { built: step.value, steps };
  }
}

function ahead(walls: Mesh): number | undefined {
  return new Raycaster(new Vector3(0, 1, 0), new Vector3(0, 0, -1)).intersectObject(walls)[0]?.distance;
}

describe("shapes of a world", () => {
  it("stop a ray where they are solid", () => {
    expect(ahead(build(world({})).built.walls)).toBeCloseTo(4);
  });

  it("let a ray through where they are not", () => {
    expect(ahead(build(world({ solid: false })).built.walls)).toBeUndefined();
  });

  it("become one mesh for each finish, and one for all shadows", () => {
    const { drawn } = build(world({}, { at: [5, 0, 0] }, { material: "leaf" }, { material: "metal" })).built;
    expect(drawn.children.map((mesh) => mesh.name).sort()).toEqual(["leaf", "matte", "shadows"]);
  });

  it("throw shadows by a mesh that the picture itself does not draw", () => {
    const { drawn } = build(world({})).built;
    const shadows = drawn.getObjectByName("shadows") as Mesh;
    expect(shadows.castShadow).toBe(true);
    expect(shadows.geometry.drawRange.count).toBe(0);
  });

  it("are built in steps when there are many", () => {
    const { steps } = build(world(...Array.from({ length: 1000 }, () => ({}))));
    expect(steps).toBeGreaterThan(6);
  });

  it("of water and letters are left to others", () => {
    const { drawn } = build(world({ material: "water" }, { shape: "text", size: [1, 0.2], text: { en: "A" } })).built;
    expect(drawn.children.filter((mesh) => mesh.name !== "shadows")).toEqual([]);
  });
});
