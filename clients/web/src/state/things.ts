/** Which thing of a world a point on its surface belongs to. */

const REACH_M = 0.08; // surfaces are drawn a little rounder than they are
const LEANS_M = 0.6; // outlines and leaning parts are known by the box round them only

/** A part of a thing, as far as its place is concerned: base centre, degrees clockwise, size. */
export interface Part {
  readonly entity: string;
  readonly shape: string;
  readonly at: readonly [number, number, number];
  readonly yaw: number;
  readonly size: readonly number[];
  readonly tilt?: number;
  readonly points?: readonly (readonly [number, number])[];
}

/** The thing whose part comes nearest to a point (metres); null when none does. */
export function thingAt(parts: readonly Part[], x: number, y: number, z: number): string | null {
  let found: string | null = null;
  let least = Infinity;
  for (const part of parts) {
    const away = distanceTo(part, x, y, z);
    const reach = part.tilt === undefined && part.points === undefined ? REACH_M : LEANS_M;
    if (away > reach || away >= least) continue;
    least = away;
    found = part.entity;
  }
  return found;
}

/** How far a point lies outside the box round a part; 0 inside. */
function distanceTo(part: Part, x: number, y: number, z: number): number {
  const angle = (part.yaw * Math.PI) / 180;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const [dx, dz] = [x - part.at[0], z - part.at[2]];
  const [right, back] = [dx * cosine + dz * sine, dz * cosine - dx * sine];
  const [wide, tall, deep] = extent(part);
  const outX = Math.max(0, Math.abs(right) - wide / 2);
  const outZ = Math.max(0, Math.abs(back) - deep / 2);
  const above = y - part.at[1];
  const outY = Math.max(0, -above, above - tall);
  return Math.hypot(outX, outY, outZ);
}

function extent({ shape, size, points }: Part): readonly [number, number, number] {
  const [a = 0, b = 0, c = 0] = size;
  if (points !== undefined) {
    const reach = 2 * Math.max(...points.map(([x, z]) => Math.max(Math.abs(x), Math.abs(z))));
    return [reach, Math.max(a, reach), reach];
  }
  switch (shape) {
    case "box":
    case "wedge":
      return [a, b, c];
    case "plane":
      return [a, 0, b];
    case "sphere":
      return [2 * a, 2 * a, 2 * a];
    case "cylinder":
    case "cone":
    case "capsule":
      return [2 * a, b, 2 * a];
    default:
      return [0, -1, 0]; // letters and lights: what they hang on is the thing
  }
}
