/**
 * Ways on foot: from here to a place on the walk field, round what stands between.
 *
 * A* (Hart, Nilsson and Raphael 1968) over a half-metre grid, then pulled straight. Where the goal
 * cannot be reached, the way leads to the nearest place that can.
 */

import { RADIUS, STEP_HEIGHT, UNIT } from "../protocol/motion.gen";
import type { WalkField } from "./walk-field";

const GRID = UNIT / 2;
const SAMPLE = UNIT / 4;
/** How much room a way keeps to walls where it can: a shoulder's breadth more than it needs. */
const ROOM = RADIUS + UNIT / 8;
const TIGHT = RADIUS - UNIT / 64;
const MOST_NODES = 24_000;
const AROUND: readonly (readonly [number, number])[] = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-1, 1], [-1, -1]];

/** A place to stand on, position units. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

interface Node extends Place {
  readonly i: number;
  readonly j: number;
  readonly from: Node | null;
  readonly cost: number;
  readonly rank: number;
}

/**
 * The corners of a way, the start left out and the end included; empty when there is nowhere to go.
 *
 * `goal.y` chooses among floors above each other: the end lies within a step of it where it can.
 * `mostNodes` bounds the search: a quarter of a square metre each.
 */
export function findWay(field: WalkField, start: Place, goal: Place, mostNodes = MOST_NODES): Place[] {
  const end = settle(field, goal.x, goal.z, goal.y);
  if (end !== null && canWalk(field, start, end)) return [end];
  const found = search(field, start, end ?? goal, mostNodes);
  return found === null ? [] : straighten(field, start, found, end);
}

/** Whether one can walk straight from one place to another and arrives on the other's floor. */
export function canWalk(field: WalkField, from: Place, to: Place): boolean {
  const [dx, dz] = [to.x - from.x, to.z - from.z];
  const pieces = Math.max(1, Math.ceil(Math.sqrt(dx * dx + dz * dz) / SAMPLE));
  let y = from.y;
  for (let piece = 1; piece <= pieces; piece++) {
    const next = floorAt(field, from.x + (dx * piece) / pieces, from.z + (dz * piece) / pieces, y);
    if (next === null) return false;
    y = next;
  }
  return Math.abs(y - to.y) <= STEP_HEIGHT;
}

/** The height one comes to on a place from a neighbouring one at `y`; null: no way there. */
function floorAt(field: WalkField, east: number, south: number, y: number): number | null {
  const [x, z] = [Math.round(east), Math.round(south)];
  const layer = field.layerAt(x, z, y);
  if (layer < 0 || field.distance(x, z, layer) < TIGHT) return null;
  const height = field.height(x, z, layer);
  return height !== null && Math.abs(height - y) <= STEP_HEIGHT ? height : null;
}

/** The place itself, on its floor, if one can stand there. */
function settle(field: WalkField, x: number, z: number, y: number): Place | null {
  const layer = field.layerAt(x, z, y);
  const height = layer < 0 ? null : field.height(x, z, layer);
  return height === null || field.distance(x, z, layer) < TIGHT ? null : { x, y: height, z };
}

/** The last node of the cheapest way, or of the way that comes nearest. */
function search(field: WalkField, start: Place, goal: Place, mostNodes: number): Node | null {
  const open = new Heap();
  const costs = new Map<string, number>();
  const away = (x: number, z: number): number => Math.sqrt((x - goal.x) ** 2 + (z - goal.z) ** 2);
  let nearest: Node = { ...start, i: 0, j: 0, from: null, cost: 0, rank: away(start.x, start.z) };
  let least = nearest.rank;
  open.push(nearest);
  for (let visited = 0; visited < mostNodes; visited++) {
    const node = open.pop();
    if (node === undefined) break;
    const left = away(node.x, node.z);
    if (left < least && Math.abs(node.y - goal.y) < 2 * UNIT) [nearest, least] = [node, left];
    if (left < GRID && Math.abs(node.y - goal.y) <= STEP_HEIGHT) return node;
    for (const [di, dj] of AROUND) {
      const [i, j] = [node.i + di, node.j + dj];
      const [x, z] = [start.x + i * GRID, start.z + j * GRID];
      const half = floorAt(field, (node.x + x) / 2, (node.z + z) / 2, node.y);
      const y = half === null ? null : floorAt(field, x, z, half);
      if (y === null) continue;
      const layer = field.layerAt(x, z, y);
      const crowded = field.distance(x, z, layer) < ROOM ? 1.6 : 1;
      const cost = node.cost + Math.sqrt(di * di + dj * dj) * GRID * crowded;
      const key = `${i} ${j} ${layer}`;
      if (cost >= (costs.get(key) ?? Infinity)) continue;
      costs.set(key, cost);
      open.push({ x, y, z, i, j, from: node, cost, rank: cost + away(x, z) });
    }
  }
  return nearest.from === null ? null : nearest;
}

/** Leaves out every corner that one can walk past, looking as far ahead as the view is free. */
function straighten(field: WalkField, start: Place, last: Node, end: Place | null): Place[] {
  const corners: Place[] = [];
  for (let node: Node | null = last; node !== null; node = node.from) corners.unshift(node);
  if (end !== null && canWalk(field, last, end)) corners.push(end);
  const way: Place[] = [];
  let [from, at] = [start, 0];
  while (at < corners.length - 1) {
    let next = at + 1;
    // Doubling first: a long free stretch is not tested place by place.
    for (let reach = 1; at + reach < corners.length; reach *= 2) {
      const far = Math.min(corners.length - 1, at + reach);
      if (!canWalk(field, from, corners[far])) break;
      next = far;
    }
    while (next + 1 < corners.length && canWalk(field, from, corners[next + 1])) next += 1;
    from = corners[next];
    way.push(from);
    at = next;
  }
  return way;
}

/** A binary heap of nodes, the least rank first. */
class Heap {
  private readonly nodes: Node[] = [];

  push(node: Node): void {
    const { nodes } = this;
    let at = nodes.push(node) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (nodes[parent].rank <= node.rank) break;
      nodes[at] = nodes[parent];
      at = parent;
    }
    nodes[at] = node;
  }

  pop(): Node | undefined {
    const { nodes } = this;
    const top = nodes[0];
    const last = nodes.pop();
    if (last === undefined || nodes.length === 0) return top;
    let at = 0;
    for (let child = 1; child < nodes.length; child = 2 * at + 1) {
      if (child + 1 < nodes.length && nodes[child + 1].rank < nodes[child].rank) child += 1;
      if (nodes[child].rank >= last.rank) break;
      nodes[at] = nodes[child];
      at = child;
    }
    nodes[at] = last;
    return top;
  }
}
