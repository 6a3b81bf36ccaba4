/** Rounded surfaces over (u, v), from which everything of a person is made. */

/** One point of a surface, in the resting body: metres, feet at 0, facing north (-z). */
export interface SurfacePoint {
  x: number;
  y: number;
  z: number;
  /** How far it follows the middle and the end joint of its chain, 0..1; see skeleton.ts. */
  middle: number;
  end: number;
}

/** Fills `out` for u round and v along the surface, both 0..1. */
export type Surface = (u: number, v: number, out: SurfacePoint) => void;

/** One ring of a loft: height, half width, half depth, and its centre. */
export type Ring = readonly [y: number, halfWidth: number, halfDepth: number, x?: number, z?: number];

/**
 * A tube through rings, smooth between them (Catmull-Rom), u = 0 in front.
 *
 * `power` 2 gives ellipses, more gives rounder boxes: a chest is no cylinder.
 */
export function loft(rings: readonly Ring[], power = 2): Surface {
  const last = rings.length - 1;
  const at = (v: number, of: 0 | 1 | 2 | 3 | 4): number => {
    const place = Math.min(v * last, last - 1e-6);
    const i = Math.floor(place);
    const t = place - i;
    const value = (k: number): number => rings[Math.max(0, Math.min(last, k))][of] ?? 0;
    const [a, b, c, d] = [value(i - 1), value(i), value(i + 1), value(i + 2)];
    const curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    // No overshoot: a step between two rings must stay a step.
    return Math.max(Math.min(b, c), Math.min(Math.max(b, c), curve));
  };
  return (u, v, out) => {
    const angle = 2 * Math.PI * u;
    const [side, front] = [Math.sin(angle), Math.cos(angle)];
    out.x = at(v, 3) + at(v, 1) * rounded(side, power);
    out.y = at(v, 0);
    out.z = at(v, 4) - at(v, 2) * rounded(front, power);
  };
}

/** An ellipsoid with its poles above and below. */
export function ellipsoid(x: number, y: number, z: number, rx: number, ry: number, rz: number): Surface {
  return (u, v, out) => {
    const [around, down] = [2 * Math.PI * u, Math.PI * v];
    out.x = x + rx * Math.sin(around) * Math.sin(down);
    out.y = y + ry * Math.cos(down);
    out.z = z - rz * Math.cos(around) * Math.sin(down);
  };
}

/** A round rod from one place to another, with round ends. */
export function rod(from: readonly [number, number, number], to: readonly [number, number, number], radius: number, endRadius = radius): Surface {
  const along = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const length = Math.hypot(along[0], along[1], along[2]);
  const [ax, ay, az] = along.map((part) => part / length);
  // Any direction across: the axis least along the rod, made square to it.
  const [hx, hy, hz] = Math.abs(ay) < 0.9 ? [0, 1, 0] : [1, 0, 0];
  const [bx, by, bz] = normalized(ay * hz - az * hy, az * hx - ax * hz, ax * hy - ay * hx);
  const [cx, cy, cz] = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
  return (u, v, out) => {
    const t = Math.max(0, Math.min(1, (v - 0.12) / 0.76));
    const cap = v < 0.12 ? v / 0.12 : v > 0.88 ? (1 - v) / 0.12 : 1;
    const r = (radius + (endRadius - radius) * t) * Math.sqrt(Math.max(0, 1 - (1 - cap) ** 2));
    const [c, s] = [Math.cos(2 * Math.PI * u) * r, Math.sin(2 * Math.PI * u) * r];
    out.x = from[0] + along[0] * t + bx * c + cx * s;
    out.y = from[1] + along[1] * t + by * c + cy * s;
    out.z = from[2] + along[2] * t + bz * c + cz * s;
  };
}

/** A ring lying in the plane square to `axis`. */
export function torus(x: number, y: number, z: number, axis: "x" | "y" | "z", radius: number, thickness: number, squeeze = 1): Surface {
  return (u, v, out) => {
    const [around, tube] = [2 * Math.PI * u, 2 * Math.PI * v];
    const reach = radius + thickness * Math.cos(tube);
    const [a, b, c] = [reach * Math.cos(around), reach * Math.sin(around) * squeeze, thickness * Math.sin(tube)];
    out.x = x + (axis === "x" ? c : a);
    out.y = y + (axis === "y" ? c : axis === "x" ? a : b);
    out.z = z + (axis === "z" ? c : b);
  };
}

/** The surface with the joints it follows: `middle` and `end` of every point. */
export function rigged(surface: Surface, weigh: (out: SurfacePoint) => void): Surface {
  return (u, v, out) => {
    surface(u, v, out);
    weigh(out);
  };
}

/** The same on the other side of the body. */
export function mirrored(surface: Surface): Surface {
  return (u, v, out) => {
    surface(u, v, out);
    out.x = -out.x;
  };
}

/** 0 below `from`, 1 above `to`, smooth between; `from` may be the larger one. */
export function ramp(value: number, from: number, to: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

function rounded(part: number, power: number): number {
  return power === 2 ? part : Math.sign(part) * Math.abs(part) ** (2 / power);
}

function normalized(x: number, y: number, z: number): [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
