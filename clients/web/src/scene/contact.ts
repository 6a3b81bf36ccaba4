/** Soft dark edges on the ground round everything that stands on it, so that nothing seems to float. */

import { BufferAttribute, BufferGeometry, Mesh, MeshBasicMaterial } from "three";

import type { SceneShape } from "./world-loader";

const ON_GROUND_M = 0.06;
const HEIGHT_M = 0.034; // above whatever lies on the ground
const WIDEST_M = 0.9;
const DARKEST = 0.5;
const ROUND_SIDES = 10;
const NARROWEST_M = 0.12; // thinner feet show no shade

/** Builds one transparent mesh for a whole place; null when nothing stands on the ground. */
export function buildContact(shapes: readonly SceneShape[]): Mesh<BufferGeometry, MeshBasicMaterial> | null {
  const positions: number[] = [];
  const alphas: number[] = [];
  const indices: number[] = [];
  for (const shape of shapes) {
    const outline = outlineOf(shape);
    if (outline === null) continue;
    const reach = Math.min(WIDEST_M, 0.16 + 0.4 * heightOf(shape));
    const turn = (-shape.yaw * Math.PI) / 180;
    const first = alphas.length / 4;
    for (const { x, z, outX, outZ } of outline) {
      for (const [away, alpha] of [[-0.05, DARKEST], [reach * 0.35, DARKEST * 0.42], [reach, 0]] as const) {
        const [px, pz] = [x + outX * away, z + outZ * away];
        positions.push(shape.at[0] + px * Math.cos(turn) + pz * Math.sin(turn), HEIGHT_M, shape.at[2] - px * Math.sin(turn) + pz * Math.cos(turn));
        alphas.push(0.09, 0.075, 0.06, alpha);
      }
    }
    for (let at = 0; at < outline.length; at++) {
      const [here, next] = [first + at * 3, first + ((at + 1) % outline.length) * 3];
      for (const ring of [0, 1]) indices.push(here + ring, here + ring + 1, next + ring + 1, here + ring, next + ring + 1, next + ring);
    }
  }
  if (indices.length === 0) return null;
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(alphas), 4));
  geometry.setIndex(indices);
  const material = new MeshBasicMaterial({ vertexColors: true, transparent: true, depthWrite: false, polygonOffset: true, polygonOffsetFactor: -2, polygonOffsetUnits: -8 });
  const mesh = new Mesh(geometry, material);
  mesh.renderOrder = 1;
  mesh.name = "contact";
  return mesh;
}

interface Edge {
  readonly x: number;
  readonly z: number;
  readonly outX: number;
  readonly outZ: number;
}

/** The outline of what touches the ground, counter-clockwise from above, with the way outward at each corner. */
function outlineOf(shape: SceneShape): Edge[] | null {
  if (shape.solid === false || Math.abs(shape.at[1]) > ON_GROUND_M || heightOf(shape) < 0.1) return null;
  const [a = 0, , c = 0] = shape.size;
  const isRound = shape.shape === "cylinder" || shape.shape === "cone";
  if (isRound ? a * 2 < NARROWEST_M : Math.max(a, c) < NARROWEST_M) return null;
  switch (shape.shape) {
    case "box":
    case "wedge":
      return corners(a, c);
    case "cylinder":
    case "cone":
      return Array.from({ length: ROUND_SIDES }, (_, side) => {
        const angle = (side / ROUND_SIDES) * 2 * Math.PI;
        const [outX, outZ] = [Math.sin(angle), Math.cos(angle)];
        return { x: outX * a, z: outZ * a, outX, outZ };
      });
    case "plane":
    case "sphere":
    case "capsule":
    case "extrusion":
    case "text":
    case "light":
    case "model":
      return null;
    default:
      return shape.shape satisfies never;
  }
}

/** Two points at each corner, so that the shade turns round it. */
function corners(x: number, z: number): Edge[] {
  const ways = [[1, 0], [0, -1], [-1, 0], [0, 1]] as const;
  return ways.flatMap(([outX, outZ], at) => {
    const [nextX, nextZ] = ways[(at + 1) % 4] ?? [0, 0];
    const [px, pz] = [((outX + nextX) * x) / 2, ((outZ + nextZ) * z) / 2];
    return [
      { x: px, z: pz, outX, outZ },
      { x: px, z: pz, outX: (outX + nextX) * 0.7, outZ: (outZ + nextZ) * 0.7 },
      { x: px, z: pz, outX: nextX, outZ: nextZ },
    ];
  });
}

function heightOf({ shape, size }: SceneShape): number {
  return shape === "box" || shape === "wedge" || shape === "cylinder" || shape === "cone" ? (size[1] ?? 0) : 0;
}
