/** The bodies of shapes, written into a batch: each with the centre of its base at the origin. */

import { ShapeUtils, Vector2 } from "three";

import type { Batch } from "./batch";
import type { SceneShape } from "./world-loader";

/** How finely a shape is drawn: rounding of edges in metres, sides of what is round. */
export interface Fineness {
  readonly bevel: number;
  readonly sides: number;
}

/** Writes a shape's body; text, lights and models have none here. */
export function writeBody(batch: Batch, shape: SceneShape, fine: Fineness): void {
  const [a = 1, b = 1, c = 1] = shape.size;
  switch (shape.shape) {
    case "box":
      return writeBox(batch, [a, b, c], shape.top ?? [a, c], fine.bevel);
    case "wedge":
      return writeWedge(batch, a, b, c);
    case "plane":
      return writePlane(batch, a, b);
    case "cylinder":
      return writeTurned(batch, drum(a, b, shape.top?.[0] ?? a, fine.bevel), fine.sides, shape.sides !== undefined);
    case "cone":
      return writeTurned(batch, drum(a, b, 0, 0), fine.sides, shape.sides !== undefined);
    case "capsule":
      return writeTurned(batch, pill(a, b, Math.max(2, fine.sides >> 2)), fine.sides, false);
    case "sphere":
      return writeTurned(batch, pill(a, 2 * a, Math.max(2, fine.sides >> 2)), fine.sides, shape.sides !== undefined);
    case "extrusion":
      return writeExtrusion(batch, shape, a);
    case "text":
    case "light":
    case "model":
      return;
    default:
      return shape.shape satisfies never;
  }
}

/** The six faces: outward axis, then the two that span it, right-handed. */
const FACES = [
  [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
  [[-1, 0, 0], [0, 0, 1], [0, 1, 0]],
  [[0, 1, 0], [1, 0, 0], [0, 0, -1]],
  [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
  [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
  [[0, 0, -1], [-1, 0, 0], [0, 1, 0]],
] as const;
const CORNERS = [[-1, -1], [1, -1], [1, 1], [-1, 1]] as const;

/**
 * A box that may narrow towards its top. With a bevel each face is drawn smaller and the gaps between faces are
 * closed by strips that keep the faces' normals at their ends, so that light runs softly round the edge.
 */
function writeBox(batch: Batch, size: readonly [number, number, number], top: readonly number[], bevel: number): void {
  const [x, y, z] = size;
  const [topX = x, topZ = z] = top;
  const slopeX = (x - topX) / 2 / y;
  const slopeZ = (z - topZ) / 2 / y;
  const inset = Math.min(bevel, x / 3, y / 3, z / 3);
  const half = [x / 2, y / 2, z / 2] as const;
  const found = new Map<number, number>();
  for (const [face, [out, along, up]] of FACES.entries()) {
    const normal = [out[0], out[1] + Math.abs(out[0]) * slopeX + Math.abs(out[2]) * slopeZ, out[2]] as const;
    const length = Math.hypot(...normal);
    const numbers = CORNERS.map(([s, t]) => {
      const place = [0, 1, 2].map((axis) => {
        const full = half[axis] ?? 0;
        const side = (out[axis] ?? 0) + (along[axis] ?? 0) * s + (up[axis] ?? 0) * t;
        return side * (out[axis] ? full : full - inset);
      });
      const [px = 0, py = 0, pz = 0] = place;
      const height = py / y + 0.5;
      const sx = x === 0 ? 1 : 1 - height * (1 - topX / x);
      const sz = z === 0 ? 1 : 1 - height * (1 - topZ / z);
      const number = batch.vertex(px * sx, py + y / 2, pz * sz, normal[0] / length, normal[1] / length, normal[2] / length);
      found.set(face * 8 + (px > 0 ? 1 : 0) + (py > 0 ? 2 : 0) + (pz > 0 ? 4 : 0), number);
      return number;
    });
    const [p = 0, q = 0, r = 0, w = 0] = numbers;
    batch.quad(p, q, r, w);
  }
  if (inset > 0) closeBevel(batch, found);
}

/** Corners by sign bits: 1 x, 2 y, 4 z; faces +x -x +y -y +z -z. */
function closeBevel(batch: Batch, found: ReadonlyMap<number, number>): void {
  const at = (face: number, corner: number): number => found.get(face * 8 + corner) ?? 0;
  for (const [axis, others] of [[1, [2, 4]], [2, [1, 4]], [4, [1, 2]]] as const) {
    for (let signs = 0; signs < 4; signs++) {
      const [first, second] = others;
      const corner = (signs & 1 ? first : 0) | (signs & 2 ? second : 0);
      const faceA = faceOf(first, (signs & 1) !== 0);
      const faceB = faceOf(second, (signs & 2) !== 0);
      const [a0, a1] = [at(faceA, corner), at(faceA, corner | axis)];
      const [b0, b1] = [at(faceB, corner), at(faceB, corner | axis)];
      // Which way round shows outward follows from the handedness of the two faces and the edge.
      const even = ((signs & 1) ^ (signs >> 1)) === 0;
      if (even === (axis !== 2)) batch.quad(a0, b0, b1, a1);
      else batch.quad(a0, a1, b1, b0);
    }
  }
  for (let corner = 0; corner < 8; corner++) {
    const [a, b, c] = [at(faceOf(1, (corner & 1) !== 0), corner), at(faceOf(2, (corner & 2) !== 0), corner), at(faceOf(4, (corner & 4) !== 0), corner)];
    const isOdd = (((corner & 1) + ((corner >> 1) & 1) + (corner >> 2)) & 1) === 1;
    if (isOdd) batch.triangle(a, b, c);
    else batch.triangle(a, c, b);
  }
}

function faceOf(axis: 1 | 2 | 4, isPositive: boolean): number {
  const face = axis === 1 ? 0 : axis === 2 ? 2 : 4;
  return isPositive ? face : face + 1;
}

/** A ramp whose top rises from y = 0 at the +z end to y at the -z end. */
function writeWedge(batch: Batch, x: number, y: number, z: number): void {
  const [right, back, front] = [x / 2, -z / 2, z / 2];
  const slope = Math.hypot(y, z);
  const flat = (points: readonly (readonly [number, number, number])[], nx: number, ny: number, nz: number): void => {
    const [a = 0, b = 0, c = 0, d] = points.map(([px, py, pz]) => batch.vertex(px, py, pz, nx, ny, nz));
    if (d === undefined) batch.triangle(a, b, c);
    else batch.quad(a, b, c, d);
  };
  flat([[-right, 0, front], [right, 0, front], [right, y, back], [-right, y, back]], 0, z / slope, y / slope);
  flat([[right, 0, back], [-right, 0, back], [-right, y, back], [right, y, back]], 0, 0, -1);
  flat([[right, 0, front], [right, 0, back], [right, y, back]], 1, 0, 0);
  flat([[-right, 0, back], [-right, 0, front], [-right, y, back]], -1, 0, 0);
}

function writePlane(batch: Batch, x: number, z: number): void {
  // A finger's breadth higher than what it lies on, so that the two do not flicker.
  const y = 0.012;
  const [a, b, c, d] = [
    batch.vertex(-x / 2, y, z / 2, 0, 1, 0),
    batch.vertex(x / 2, y, z / 2, 0, 1, 0),
    batch.vertex(x / 2, y, -z / 2, 0, 1, 0),
    batch.vertex(-x / 2, y, -z / 2, 0, 1, 0),
  ];
  batch.quad(a, b, c, d);
}

/** A line of an outline to be turned: radius and height at both ends. */
interface Band {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Normals (outward, up) at both ends. */
  readonly fromNormal: readonly [number, number];
  readonly toNormal: readonly [number, number];
}

function drum(radius: number, height: number, top: number, bevel: number): Band[] {
  const slope = Math.hypot(height, radius - top);
  const side = [height / slope, (radius - top) / slope] as const;
  const inset = top > 0 ? Math.min(bevel, top / 2, height / 3) : 0;
  const bands: Band[] = [{ from: [radius, 0], to: [top, height - inset], fromNormal: side, toNormal: side }];
  if (inset > 0) bands.push({ from: [top, height - inset], to: [top - inset, height], fromNormal: side, toNormal: [0, 1] });
  if (top > 0) bands.push({ from: [top - inset, height], to: [0, height], fromNormal: [0, 1], toNormal: [0, 1] });
  // Seen from below only where it stands in the air or narrows downward.
  bands.unshift({ from: [0, 0], to: [radius, 0], fromNormal: [0, -1], toNormal: [0, -1] });
  return bands;
}

/** Half spheres at both ends of a length; a sphere when the height is the diameter. */
function pill(radius: number, height: number, rings: number): Band[] {
  const bands: Band[] = [];
  // Exactly nothing at the poles: the cosine leaves a hair's breadth, and a ring of triangles without area.
  const at = (ring: number, lift: number): readonly [number, number] => {
    const angle = (ring / rings) * (Math.PI / 2);
    return [Math.abs(ring) === rings ? 0 : radius * Math.cos(angle), radius + lift + radius * Math.sin(angle)];
  };
  const long = height - 2 * radius;
  for (let ring = -rings; ring < rings; ring++) {
    const [low, high] = [(ring / rings) * (Math.PI / 2), ((ring + 1) / rings) * (Math.PI / 2)];
    if (ring === 0 && long > 0) bands.push({ from: at(0, 0), to: at(0, long), fromNormal: [1, 0], toNormal: [1, 0] });
    const lift = ring < 0 ? 0 : long;
    bands.push({
      from: at(ring, lift),
      to: at(ring + 1, lift),
      fromNormal: [Math.cos(low), Math.sin(low)],
      toNormal: [Math.cos(high), Math.sin(high)],
    });
  }
  return bands;
}

/** Turns an outline about the upright axis; flat sides when the world asks for a number of sides. */
function writeTurned(batch: Batch, bands: readonly Band[], sides: number, isFlat: boolean): void {
  for (const { from, to, fromNormal, toNormal } of bands) {
    let [low, high] = [-1, -1];
    for (let side = 0; side <= sides; side++) {
      const angle = ((side + (isFlat ? 0.5 : 0)) / sides) * 2 * Math.PI;
      const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
      // Flat sides: the vertices that close one side carry its normal, and others open the next.
      const facing = isFlat ? angle - Math.PI / sides : angle;
      const [outX, outZ] = [Math.sin(facing), Math.cos(facing)];
      const [nextLow, nextHigh] = [
        batch.vertex(from[0] * sine, from[1], from[0] * cosine, fromNormal[0] * outX, fromNormal[1], fromNormal[0] * outZ),
        batch.vertex(to[0] * sine, to[1], to[0] * cosine, toNormal[0] * outX, toNormal[1], toNormal[0] * outZ),
      ];
      if (side > 0) {
        if (from[0] > 0) batch.triangle(low, nextLow, to[0] > 0 ? nextHigh : high);
        if (to[0] > 0) batch.triangle(low, nextHigh, high);
      }
      if (isFlat && side < sides) {
        const on = facing + (2 * Math.PI) / sides;
        const [x, z] = [Math.sin(on), Math.cos(on)];
        low = batch.vertex(from[0] * sine, from[1], from[0] * cosine, fromNormal[0] * x, fromNormal[1], fromNormal[0] * z);
        high = batch.vertex(to[0] * sine, to[1], to[0] * cosine, toNormal[0] * x, toNormal[1], toNormal[0] * z);
      } else {
        [low, high] = [nextLow, nextHigh];
      }
    }
  }
}

type Corner = readonly [number, number];

function writeExtrusion(batch: Batch, shape: SceneShape, length: number): void {
  const outline = (shape.points ?? []).map(([a, b]) => new Vector2(a, b));
  if (outline.length < 3) return;
  if (ShapeUtils.isClockWise(outline)) outline.reverse();
  const axis = shape.axis ?? "up";
  // Outline (a, b) and way along the axis (l) in the engine's own x, y, z; each is right-handed.
  const put = (a: number, b: number, l: number): readonly [number, number, number] => {
    if (axis === "up") return [a, l, -b];
    return axis === "north" ? [a, b, l] : [l, b, -a];
  };
  const [near, far] = axis === "up" ? [0, length] : [-length / 2, length / 2];
  const add = ([a, b]: Corner, l: number, na: number, nb: number, nl: number): number => {
    const [x, y, z] = put(a, b, l);
    const [nx, ny, nz] = put(na, nb, nl);
    return batch.vertex(x, y, z, nx, ny, nz);
  };
  for (const [at, corner] of outline.entries()) {
    const next = outline[(at + 1) % outline.length] ?? corner;
    const span = Math.hypot(next.x - corner.x, next.y - corner.y) || 1;
    const [na, nb] = [(next.y - corner.y) / span, (corner.x - next.x) / span];
    const [from, to] = [[corner.x, corner.y], [next.x, next.y]] as const;
    const [p, q, r, w] = [add(from, near, na, nb, 0), add(to, near, na, nb, 0), add(to, far, na, nb, 0), add(from, far, na, nb, 0)];
    batch.quad(p, q, r, w);
  }
  const faces = ShapeUtils.triangulateShape(outline, []);
  for (const [l, isFar] of [[near, false], [far, true]] as const) {
    const numbers = outline.map(({ x, y }) => add([x, y], l, 0, 0, isFar ? 1 : -1));
    for (const [i = 0, j = 0, k = 0] of faces) {
      const [a = 0, b = 0, c = 0] = [numbers[i], numbers[j], numbers[k]];
      if (isFar) batch.triangle(a, b, c);
      else batch.triangle(a, c, b);
    }
  }
}

const CLOTH_CELLS = 14;

/** A hanging cloth: a box so thin that only its two faces count, in cells that the wind can bend. */
export function writeCloth(batch: Batch, size: readonly number[], swayPerMetre: number, axisAway: (x: number) => number): void {
  const [x = 1, y = 1, z = 0.02] = size;
  for (const side of [1, -1]) {
    let [low, high] = [0, 0];
    for (let cell = 0; cell <= CLOTH_CELLS; cell++) {
      const px = (cell / CLOTH_CELLS - 0.5) * x;
      const sway = swayPerMetre * axisAway(px);
      const nextLow = batch.vertex(px, 0, (side * z) / 2, 0, 0, side, 1, sway);
      const nextHigh = batch.vertex(px, y, (side * z) / 2, 0, 0, side, 1, sway);
      if (cell > 0 && side > 0) batch.quad(low, nextLow, nextHigh, high);
      if (cell > 0 && side < 0) batch.quad(nextLow, low, high, nextHigh);
      [low, high] = [nextLow, nextHigh];
    }
  }
}
