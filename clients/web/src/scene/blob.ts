/** A cloud of leaves: a ball with bumps, darker below. */

import { IcosahedronGeometry } from "three";

import type { Batch } from "./batch";

interface Ball {
  readonly points: readonly (readonly [number, number, number])[];
  readonly faces: readonly (readonly [number, number, number])[];
}

const balls = [ball(0), ball(1), ball(2), ball(3)] as const;

function ball(detail: number): () => Ball {
  let made: Ball | null = null;
  return () => (made ??= join(new IcosahedronGeometry(1, detail)));
}

/** Three's ball has a vertex for each corner of each face; soft shading wants them joined. */
function join(geometry: IcosahedronGeometry): Ball {
  const position = geometry.getAttribute("position");
  const numbers = new Map<string, number>();
  const points: [number, number, number][] = [];
  const faces: [number, number, number][] = [];
  const number = (at: number): number => {
    const point: [number, number, number] = [position.getX(at), position.getY(at), position.getZ(at)];
    const key = point.map((each) => each.toFixed(4)).join();
    const found = numbers.get(key) ?? points.push(point) - 1;
    numbers.set(key, found);
    return found;
  };
  for (let at = 0; at < position.count; at += 3) faces.push([number(at), number(at + 1), number(at + 2)]);
  geometry.dispose();
  return { points, faces };
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
