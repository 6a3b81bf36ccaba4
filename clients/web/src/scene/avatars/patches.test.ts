import { describe, expect, it } from "vitest";

import { buildLibrary, GRID_NAMES, GRIDS } from "./patches";
import { PARTS } from "./wardrobe";

/** The texels of one vertex: place and middle, normal and end. */
const vertexOf = (data: Float32Array, width: number, row: number, vertex: number): Float32Array =>
  data.subarray((row * width + 2 + vertex * 2) * 4, (row * width + 4 + vertex * 2) * 4);

describe("patches of people", () => {
  it.each(GRID_NAMES)("have places within reach and normals of length one on the %s grid", (grid) => {
    const { texture, verticesEach, ensure } = buildLibrary(PARTS, grid);
    PARTS.forEach((_, part) => ensure(part));
    const data = texture.image.data as Float32Array;
    const { width } = texture.image;
    for (const [row, part] of PARTS.entries()) {
      let [furthest, crookedest, least, most] = [0, 0, 0, 0];
      for (let vertex = 0; vertex < verticesEach; vertex++) {
        const [x, y, z, middle, nx, ny, nz, end] = vertexOf(data, width, row, vertex);
        furthest = Math.max(furthest, Math.hypot(x, y - 0.9, z));
        crookedest = Math.max(crookedest, Math.abs(Math.hypot(nx, ny, nz) - 1));
        least = Math.min(least, middle, end);
        most = Math.max(most, middle);
      }
      expect(furthest, part.name).toBeLessThan(1.3);
      expect(crookedest, part.name).toBeLessThan(0.001);
      expect(least, part.name).toBe(0);
      expect(most, part.name).toBeLessThanOrEqual(1);
    }
  });

  it("face outward: a triangle's winding agrees with its normals", () => {
    const { texture, ensure } = buildLibrary(PARTS, "mid");
    PARTS.forEach((_, part) => ensure(part));
    const data = texture.image.data as Float32Array;
    const [round, along] = GRIDS.mid;
    for (const [row, part] of PARTS.entries()) {
      let agreeing = 0;
      for (let j = 1; j < along - 1; j++) {
        for (let i = 0; i < round; i++) {
          const first = j * (round + 1) + i;
          const [a, b, c] = [first, first + round + 1, first + 1].map((vertex) => vertexOf(data, texture.image.width, row, vertex));
          const [e, f] = [b, c].map((corner) => [corner[0] - a[0], corner[1] - a[1], corner[2] - a[2]]);
          const cross = [e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0]];
          agreeing += Math.sign(cross[0] * a[4] + cross[1] * a[5] + cross[2] * a[6]);
        }
      }
      expect(agreeing, part.name).toBeGreaterThan(0);
    }
  });

  it("are called by names of their own", () => {
    expect(new Set(PARTS.map(({ name }) => name)).size).toBe(PARTS.length);
  });
});
