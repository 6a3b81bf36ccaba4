import { describe, expect, it } from "vitest";

import { buildLibrary, GRID_NAMES, GRIDS } from "./patches";
import { PARTS } from "./wardrobe";

/** The texels of one vertex: place and middle, normal and end. */
const vertexOf = (data: Float32Array, width: number, row: number, vertex: number): Float32Array =>
  data.subarray((row * width + 2 + vertex * 2) * 4, (row * width + 4 + vertex * 2) * 4);

describe("patches of people", () => {
  it.each(GRID_NAMES)("have places within reach and normals of length one on the %s grid", (grid) => {
    const { texture, verticesEach } = buildLibrary(PARTS, grid);
    const data = texture.image.data as Float32Array;
    const { width } = texture.image;
    for (const [row, part] of PARTS.entries()) {
      for (let vertex = 0; vertex < verticesEach; vertex++) {
        const [x, y, z, middle, nx, ny, nz, end] = vertexOf(data, width, row, vertex);
        expect(Math.hypot(x, y - 0.9, z), part.name).toBeLessThan(1.3);
        expect(Math.hypot(nx, ny, nz), part.name).toBeCloseTo(1, 3);
        expect(middle, part.name).toBeGreaterThanOrEqual(0);
        expect(middle, part.name).toBeLessThanOrEqual(1);
        expect(end, part.name).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it("face outward: a triangle's winding agrees with its normals", () => {
    const { texture } = buildLibrary(PARTS, "mid");
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
