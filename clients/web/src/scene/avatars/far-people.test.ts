import { type BufferAttribute, type InstancedBufferGeometry, type Mesh, Scene } from "three";
import { describe, expect, test } from "vitest";

import { FarCrowd } from "../../state/far-crowd";
import { FarHeads } from "../../state/far-heads";
import { buildField } from "../../state/field.fixture";
import { FarPeople } from "./far-people";

function crowded(counts: readonly number[]): { heads: FarHeads; tell: (counts: readonly number[], nowS: number) => void } {
  const [heads, crowd] = [new FarHeads(buildField()), new FarCrowd()];
  const tell = (told: readonly number[], nowS: number): void => {
    crowd.take({ type: "FarCrowd", cell: 16, west: 0, north: 0, width: told.length, counts: Uint8Array.from(told) });
    heads.look(crowd, [], { x: -60, z: -60 }, nowS);
  };
  tell(counts, 0);
  return { heads, tell };
}

function drawn(scene: Scene): Mesh<InstancedBufferGeometry> {
  return scene.getObjectByName("far crowd") as Mesh<InstancedBufferGeometry>;
}

const writes = (scene: Scene): number => (drawn(scene).geometry.getAttribute("place") as BufferAttribute).version;

describe("far people", () => {
  test("are one mesh with a figure for each head, and none where nobody is", () => {
    const scene = new Scene();
    const people = new FarPeople(scene, "medium");
    people.show(crowded([30, 12]).heads, 0, false);
    expect(drawn(scene).geometry.instanceCount).toBe(42);
    expect(drawn(scene).visible).toBe(true);
    people.show(null, 1, false);
    expect(drawn(scene).visible).toBe(false);
  });

  test.each([["low", 12], ["medium", 34], ["high", 34]] as const)("are of few triangles at %s", (detail, most) => {
    const scene = new Scene();
    new FarPeople(scene, detail).show(crowded([5]).heads, 0, false);
    expect((drawn(scene).geometry.index?.count ?? Infinity) / 3).toBeLessThanOrEqual(most);
  });

  test("are written when somebody comes or goes and in no other frame", () => {
    const scene = new Scene();
    const people = new FarPeople(scene, "low");
    const { heads, tell } = crowded([30]);
    for (let frame = 0; frame < 60; frame++) people.show(heads, frame / 60, false);
    const before = writes(scene);
    for (let frame = 60; frame < 120; frame++) people.show(heads, frame / 60, false);
    expect(writes(scene)).toBe(before);
    tell([31], 2);
    people.show(heads, 2, false);
    expect(writes(scene)).toBeGreaterThan(before);
  });

  test("stay when the level of graphics changes, and come and go with the world", () => {
    const scene = new Scene();
    const people = new FarPeople(scene, "high");
    people.show(crowded([30]).heads, 0, false);
    people.setDetail("low");
    expect(drawn(scene).geometry.instanceCount).toBe(30);
    people.dispose();
    expect(scene.children).toEqual([]);
  });
});
