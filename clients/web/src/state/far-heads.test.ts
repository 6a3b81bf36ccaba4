import { describe, expect, test } from "vitest";

import { FarCrowd } from "./far-crowd";
import { FADE_S, FarHeads, type Head, type Individual, MOST_HEADS } from "./far-heads";
import { FarPlaces } from "./far-places";
import { buildField, buildFieldFile } from "./field.fixture";
import { seeded } from "./random";
import { WalkField } from "./walk-field";

const FLAT = buildField();
const VIEWER = { x: -60, z: -60 };

function crowdOf(counts: readonly number[], { cell = 16, west = -1, north = -1, width = 2 } = {}): FarCrowd {
  const crowd = new FarCrowd();
  tell(crowd, counts, { cell, west, north, width });
  return crowd;
}

function tell(crowd: FarCrowd, counts: readonly number[], { cell = 16, west = -1, north = -1, width = 2 } = {}): void {
  crowd.take({ type: "FarCrowd", cell, west, north, width, counts: Uint8Array.from(counts) });
}

const somebody = (slot: number, x: number, z: number): Individual => ({ slot, generation: 1, stance: { x, z } });
const here = (heads: FarHeads): Head[] => heads.heads.filter(({ wentS }) => wentS === Infinity);
const placesOf = (heads: FarHeads): string[] => here(heads).map(({ place: { x, z } }) => `${x},${z}`);
const away = (a: { x: number; z: number }, b: { x: number; z: number }): number => Math.hypot(a.x - b.x, a.z - b.z);

function look(heads: FarHeads, crowd: FarCrowd, nowS: number, individuals: readonly Individual[] = [], viewer = VIEWER): void {
  heads.look(crowd, individuals, viewer, nowS);
}

describe("places in a cell", () => {
  test("are the same on every visit and other ones in another cell", () => {
    const drawn = (column: number) => Array.from({ length: 40 }, (_, index) => new FarPlaces(FLAT, column, 0, 16).at(index));
    expect(drawn(0)).toEqual(drawn(0));
    expect(drawn(1).map((place) => (place?.x ?? 0) - 16)).not.toEqual(drawn(0).map((place) => place?.x));
  });

  test("have room for as many as a cell can be told to hold, inside it", () => {
    const places = new FarPlaces(FLAT, -1, 0, 16);
    for (let index = 0; index < 255; index++) {
      const place = places.at(index);
      expect(place, `place ${index}`).not.toBeNull();
      expect(place?.x).toBeGreaterThanOrEqual(-16);
      expect(place?.x).toBeLessThan(0);
      expect(place?.z).toBeGreaterThanOrEqual(0);
      expect(place?.z).toBeLessThan(16);
    }
  });

  test("are on the floor, away from walls and never where there is none", () => {
    const sloped = new WalkField(buildFieldFile((x, z) => ({ height: z < 4 ? null : x / 8, distance: 8 - x })));
    const places = new FarPlaces(sloped, 0, 0, 16);
    for (let index = 0; index < 60; index++) {
      const place = places.at(index);
      expect(place).not.toBeNull();
      expect(place?.z).toBeGreaterThanOrEqual(4);
      expect(place?.x).toBeLessThanOrEqual(7.66);
      expect(place?.y).toBeCloseTo((place?.x ?? 0) / 8, 1);
    }
  });

  test("end where a cell has no floor at all", () => {
    const none = new WalkField(buildFieldFile(() => ({ height: null, distance: 1 })));
    expect(new FarPlaces(none, 0, 0, 16).at(0)).toBeNull();
  });
});

describe("heads of a far crowd", () => {
  test("are as many as the counts tell", () => {
    const heads = new FarHeads(FLAT);
    look(heads, crowdOf([3, 0, 12, 200]), 0);
    expect(heads.count).toBe(215);
  });

  test("stay where they are while counts change by one", () => {
    const seed = Date.now() & 0xffff;
    const random = seeded(seed);
    const [heads, crowd] = [new FarHeads(FLAT), crowdOf([30, 30, 30, 30])];
    look(heads, crowd, 0);
    const counts = [30, 30, 30, 30];
    for (let second = 1; second < 200; second++) {
      const before = new Set(placesOf(heads));
      const cell = Math.floor(random() * 4);
      counts[cell] = Math.max(0, Math.min(255, counts[cell] + (random() < 0.5 ? -1 : 1)));
      tell(crowd, counts);
      look(heads, crowd, second);
      const after = placesOf(heads);
      expect(after.length, `seed ${seed}`).toBe(counts.reduce((sum, one) => sum + one));
      expect(after.filter((place) => !before.has(place)).length, `newcomers, seed ${seed}`).toBeLessThanOrEqual(1);
    }
  });

  test("fade: who goes is told of until it is gone", () => {
    const [heads, crowd] = [new FarHeads(FLAT), crowdOf([2, 0, 0, 0])];
    look(heads, crowd, 0);
    tell(crowd, [1, 0, 0, 0]);
    look(heads, crowd, 10);
    expect(heads.heads.map(({ wentS }) => wentS).sort()).toEqual([10, Infinity]);
    tell(crowd, [0, 0, 0, 0]);
    look(heads, crowd, 10 + FADE_S + 0.1);
    expect(heads.heads).toHaveLength(1);
  });

  test("keep away from where people are individuals", () => {
    const [heads, crowd] = [new FarHeads(FLAT), crowdOf([40, 40, 40, 40])];
    look(heads, crowd, 0, [somebody(1, -10, -10), somebody(2, -50, -60)]);
    const reach = away({ x: -10, z: -10 }, VIEWER);
    expect(heads.count).toBe(160);
    expect(Math.min(...here(heads).map(({ place }) => away(place, VIEWER)))).toBeGreaterThan(reach * 0.9);
  });

  test("go out of the way of a viewer who comes nearer, while the cell has room elsewhere", () => {
    const [heads, crowd] = [new FarHeads(FLAT), crowdOf([10, 10, 10, 10])];
    const nearby = (x: number): Individual[] => [somebody(1, x + 6, 0)];
    look(heads, crowd, 0, nearby(-60), { x: -60, z: 0 });
    for (let step = 0; step < 60; step++) look(heads, crowd, 1 + step * 0.3, nearby(-60 + step), { x: -60 + step, z: 0 });
    expect(heads.count).toBe(40);
    expect(Math.min(...here(heads).map(({ place }) => away(place, { x: -1, z: 0 })))).toBeGreaterThan(5);
  });

  test("stand even where all of a cell is near: a dense hall is full", () => {
    const heads = new FarHeads(FLAT);
    look(heads, crowdOf([0, 0, 0, 60]), 0, [somebody(1, 16, 16)], { x: 8, z: 8 });
    expect(heads.count).toBe(60);
  });

  test("give way at once to somebody who becomes an individual beside them", () => {
    const [heads, crowd] = [new FarHeads(FLAT), crowdOf([0, 0, 0, 25])];
    look(heads, crowd, 0);
    const { place } = here(heads)[0];
    look(heads, crowd, 0.3, [somebody(9, place.x, place.z)]);
    expect(heads.count).toBe(24);
    tell(crowd, [0, 0, 0, 24]);
    look(heads, crowd, 0.9, [somebody(9, place.x, place.z)]);
    expect(heads.count).toBe(24);
  });

  test("come back when the counts do not confirm that", () => {
    const [heads, crowd] = [new FarHeads(FLAT), crowdOf([0, 0, 0, 25])];
    look(heads, crowd, 0);
    const { place } = here(heads)[0];
    look(heads, crowd, 0.3, [somebody(9, place.x, place.z)]);
    look(heads, crowd, 3, [somebody(9, place.x, place.z)]);
    expect(heads.count).toBe(25);
  });

  test("are laid out anew when cells grow", () => {
    const [heads, crowd] = [new FarHeads(FLAT), crowdOf([9, 9, 9, 9])];
    look(heads, crowd, 0);
    tell(crowd, [20], { cell: 32, west: 0, north: 0, width: 1 });
    look(heads, crowd, 1);
    expect(heads.count).toBe(20);
  });

  test("are no more than can be drawn", () => {
    const heads = new FarHeads(FLAT);
    look(heads, crowdOf(Array(9).fill(255), { west: -2, north: -2, width: 3 }), 0);
    expect(heads.count).toBe(MOST_HEADS);
  });
});
