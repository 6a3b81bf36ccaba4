/** A cloud of leaves: a ball with bumps, darker below. */

import type { Batch } from "./batch";

interface Ball {
  readonly points: readonly Point[];
  /** Numbers of three points. */
  readonly faces: readonly Point[];
}

const balls = [ball(0), ball(1), ball(2), ball(3)] as const;

function ball(detail: number): () => Ball {
  let made: Ball | null = null;
  return () => (made ??= split(icosahedron(), detail));
}

type Point = readonly [number, number, number];

function icosahedron(): Ball {
  const g = (1 + Math.sqrt(5)) / 2;
  const points: readonly Point[] = [[-1, g, 0], [1, g, 0], [-1, -g, 0], [1, -g, 0], [0, -1, g], [0, 1, g], [0, -1, -g], [0, 1, -g], [g, 0, -1], [g, 0, 1], [-g, 0, -1], [-g, 0, 1]];
  const faces: readonly Point[] = [
    [0, 11, 5], [0, 5, 1], [0, 1, 7], [0, 7, 10], [0, 10, 11], [1, 5, 9], [5, 11, 4], [11, 10, 2], [10, 7, 6], [7, 1, 8],
    [3, 9, 4], [3, 4, 2], [3, 2, 6], [3, 6, 8], [3, 8, 9], [4, 9, 5], [2, 4, 11], [6, 2, 10], [8, 6, 7], [9, 8, 1],
  ];
  return { points: points.map(unit), faces };
}

/** Cuts every face into four, `times` over; corners are shared, as soft shading wants them. */
function split(ball: Ball, times: number): Ball {
  if (times === 0) return ball;
  const points = [...ball.points];
  const middles = new Map<number, number>();
  const middle = (a: number, b: number): number => {
    const key = Math.min(a, b) * 4096 + Math.max(a, b);
    const found = middles.get(key);
    if (found !== undefined) return found;
    const [p, q] = [points[a] ?? [0, 0, 0], points[b] ?? [0, 0, 0]];
    const made = points.push(unit([p[0] + q[0], p[1] + q[1], p[2] + q[2]])) - 1;
    middles.set(key, made);
    return made;
  };
  const faces = ball.faces.flatMap(([a, b, c]): Point[] => {
    const [x, y, z] = [middle(a, b), middle(b, c), middle(c, a)];
    return [[a, x, z], [b, y, x], [c, z, y], [x, y, z]];
  });
  return split({ points, faces }, times - 1);
}

function unit([x, y, z]: Point): Point {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

/** `detail` 0..3; `phase` makes no two bump alike. */
export function writeBlob(batch: Batch, radius: number, detail: 0 | 1 | 2 | 3, phase: number): void {
  const { points, faces } = balls[detail]();
  const turn = phase * 37;
  const numbers = points.map(([x, y, z]) => {
    const bump =
      Math.sin(x * 4.1 + turn) * Math.sin(y * 3.7 + turn * 1.3) * 0.1 + Math.sin(z * 5.3 + turn * 0.7 + y * 2) * 0.07 + Math.sin((x + z) * 8.3 + turn) * 0.035;
    const r = radius * (0.97 + bump);
    const [nx, ny, nz] = [x + bump * 1.4, y + 0.12, z - bump * 1.4];
    const length = Math.hypot(nx, ny, nz);
    return batch.vertex(x * r, radius + y * r * 0.94, z * r, nx / length, ny / length, nz / length, 0.78 + 0.16 * (y + 1) + bump * 1.1);
  });
  for (const [a, b, c] of faces) batch.triangle(numbers[a] ?? 0, numbers[b] ?? 0, numbers[c] ?? 0);
}
