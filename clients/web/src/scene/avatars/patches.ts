/**
 * Parts of people as patches: grids of one size, which all parts share.
 *
 * A patch is a surface sampled on a grid. All patches of one grid have the same triangles, so that
 * one draw shows any mixture of them: a list says (person, patch) for each, the number of a vertex
 * tells its place in the list, and the vertex shader fetches the rest from textures. Nothing unused
 * is drawn, and a new hairstyle costs no draw call. The draw is not instanced on purpose: a patch
 * is a few dozen vertices, and drivers (most of all those in software) pay for every instance.
 */

import { BufferAttribute, BufferGeometry, DataTexture, FloatType, InstancedBufferAttribute, NearestFilter, RGBAFormat } from "three";

import type { Surface, SurfacePoint } from "./loft";
import type { Chain, Paint, PartKind, Slot } from "./skeleton";

/** Sizes of grids: quads round and along. */
export const GRIDS = {
  fine: [18, 12],
  mid: [10, 6],
  coarse: [6, 4],
  tiny: [4, 3],
  speck: [3, 2],
} as const;
export type Grid = keyof typeof GRIDS;
export const GRID_NAMES = Object.keys(GRIDS) as Grid[];

export interface Part {
  readonly name: string;
  readonly kind: PartKind;
  readonly chain: Chain;
  readonly paint: Paint;
  readonly slot: Slot;
  readonly second: Slot;
  /** Height at which the second colour begins, or the axle's height of a wheel. */
  readonly edge: number;
  /** The axle's place of a wheel along z. */
  readonly axleZ?: number;
  readonly surface: Surface;
}

const HEADER = 2; // texels of a row before its vertices
const PER_VERTEX = 2;

/** All parts on one grid: the geometry that is drawn and the texture it is read from. */
export interface PatchLibrary {
  readonly texture: DataTexture;
  readonly trianglesEach: number;
  readonly verticesEach: number;
  /** Makes sure that a part is in the texture: parts are sampled when they are first worn. */
  ensure(part: number): void;
  /** The triangles of so many patches; their vertices are known by number alone. */
  geometry(patches: number): BufferGeometry;
}

export function buildLibrary(parts: readonly Part[], grid: Grid): PatchLibrary {
  const [round, along] = GRIDS[grid];
  const columns = round + 1;
  const vertices = columns * (along + 1);
  const width = HEADER + vertices * PER_VERTEX;
  const data = new Float32Array(width * parts.length * 4);
  const isWritten = new Uint8Array(parts.length);
  const texture = new DataTexture(data, width, parts.length, RGBAFormat, FloatType);
  texture.minFilter = texture.magFilter = NearestFilter;
  texture.needsUpdate = true;
  const ensure = (row: number): void => {
    if (isWritten[row] === 1) return;
    isWritten[row] = 1;
    writeRow(data.subarray(row * width * 4, (row + 1) * width * 4), parts[row], round, along);
    texture.addUpdateRange(row * width * 4, width * 4);
    texture.needsUpdate = true;
  };
  return { texture, trianglesEach: round * along * 2, verticesEach: vertices, ensure, geometry: (patches) => buildGrids(round, along, patches) };
}

/** Row: (chain, paint, slot, second), (edge, axleZ, 0, 0), then for each vertex (x, y, z, middle), (nx, ny, nz, end). */
function writeRow(row: Float32Array, part: Part, round: number, along: number): void {
  row.set([part.chain, part.paint, part.slot, part.second, part.edge, part.axleZ ?? 0, 0, 0]);
  const surface = isInsideOut(part.surface) ? turned(part.surface) : part.surface;
  const point = newPoint();
  const normal = newPoint();
  let at = HEADER * 4;
  for (let j = 0; j <= along; j++) {
    for (let i = 0; i <= round; i++) {
      const [u, v] = [i / round, j / along];
      normalAt(surface, u, v, normal);
      surface(u, v, point);
      row.set([point.x, point.y, point.z, point.middle, normal.x, normal.y, normal.z, point.end], at);
      at += PER_VERTEX * 4;
    }
  }
}

function buildGrids(round: number, along: number, patches: number): BufferGeometry {
  const columns = round + 1;
  const index = new Uint32Array(patches * round * along * 6);
  let at = 0;
  for (let patch = 0; patch < patches; patch++) {
    const first = patch * columns * (along + 1);
    for (let j = 0; j < along; j++) {
      for (let i = 0; i < round; i++) {
        const a = first + j * columns + i;
        index[at++] = a;
        index[at++] = a + columns;
        index[at++] = a + 1;
        index[at++] = a + 1;
        index[at++] = a + columns;
        index[at++] = a + columns + 1;
      }
    }
  }
  const geometry = new BufferGeometry();
  geometry.setIndex(new BufferAttribute(index, 1));
  // One for all: without a normal three would shade flat. The shader has its own.
  geometry.setAttribute("normal", new InstancedBufferAttribute(new Float32Array([0, 1, 0]), 3));
  geometry.setDrawRange(0, 0);
  return geometry;
}

const newPoint = (): SurfacePoint => ({ x: 0, y: 0, z: 0, middle: 0, end: 0 });
const [before, after, left, right] = [newPoint(), newPoint(), newPoint(), newPoint()];

/** The direction out of the surface, by differences; at a pole that of the ring beside it. */
function normalAt(surface: Surface, u: number, v: number, out: SurfacePoint): void {
  const step = 0.004;
  const along = Math.max(0.015, Math.min(0.985, v));
  surface(u - step, along, left);
  surface(u + step, along, right);
  surface(u, along - step, before);
  surface(u, along + step, after);
  const [ax, ay, az] = [right.x - left.x, right.y - left.y, right.z - left.z];
  const [bx, by, bz] = [after.x - before.x, after.y - before.y, after.z - before.z];
  out.x = by * az - bz * ay;
  out.y = bz * ax - bx * az;
  out.z = bx * ay - by * ax;
  const length = Math.hypot(out.x, out.y, out.z) || 1;
  out.x /= length;
  out.y /= length;
  out.z /= length;
}

/** Whether a surface runs round the other way, so that its triangles would face inward. */
function isInsideOut(surface: Surface): boolean {
  const [point, normal] = [newPoint(), newPoint()];
  let outward = 0;
  for (const v of [0.2, 0.4, 0.6, 0.8]) {
    const centre = newPoint();
    for (let i = 0; i < 16; i++) {
      surface(i / 16, v, point);
      centre.x += point.x / 16;
      centre.y += point.y / 16;
      centre.z += point.z / 16;
    }
    for (let i = 0; i < 16; i++) {
      surface(i / 16, v, point);
      normalAt(surface, i / 16, v, normal);
      outward += (point.x - centre.x) * normal.x + (point.y - centre.y) * normal.y + (point.z - centre.z) * normal.z;
    }
  }
  return outward < 0;
}

function turned(surface: Surface): Surface {
  return (u, v, out) => surface(1 - u, v, out);
}
