/** The walk field: floor heights and distances to walls in 0.25 m cells, read by bilinear interpolation. */

import { STEP_HEIGHT } from "../protocol/motion.gen";

const CELL = 16384; // 0.25 m in position units
const TILE_CELLS = 256;
const NODES = TILE_CELLS + 1;
const NONE = -32768;
const ROOMY = 127 * 1024; // the greatest distance the field can tell, in position units
const MAGIC = 0x32465741; // "AWF2"
const HEAD_BYTES = 24;
const BLOCK_BYTES = NODES * NODES * 3 + 1;

/** A file that is not a walk field. */
export class WalkFieldError extends Error {}

/**
 * A walk field as the server compiled it. Units: positions and heights 1/65536 m.
 *
 * File, little-endian: `AWF2` | u16 step (1/64 m) | i16 rescue height (1/64 m) | i32 tile x0, z0 |
 * u16 tiles wide, deep | u8 layers | 3 zero bytes | int32 table[deep][wide][layers], block or -1 |
 * u32 block count | per block int16 heights[257²], int8 distances[257²], one zero byte |
 * u16 gate count | per gate u8 size, entity, u8 size, state, u32 block, u16 row, column, rows, columns,
 * int8 distances[rows][columns].
 *
 * A gate is a wall while its entity is in its state: there the lesser of the distances counts.
 */
export class WalkField {
  readonly layers: number;
  private readonly tileX0: number;
  private readonly tileZ0: number;
  private readonly tilesWide: number;
  private readonly tilesDeep: number;
  private readonly table: Int32Array;
  private readonly heights: readonly Int16Array[];
  private readonly distances: readonly Int8Array[];
  /** As the file has them, whatever the gates are. */
  private readonly bare: readonly Int8Array[];
  private readonly gates: readonly Gate[];
  /** By entity, of those that have gates; what is not here has none. */
  private readonly states: ReadonlyMap<string, string> = new Map();
  /** The node values of the cell last loaded: north-west, north-east, south-west, south-east. */
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;

  /** Reads a file; throws WalkFieldError when it is not one. */
  constructor(file: ArrayBuffer) {
    if (file.byteLength < HEAD_BYTES + 4) throw new WalkFieldError("a walk field is shorter than its head");
    const view = new DataView(file);
    if (view.getUint32(0, true) !== MAGIC) throw new WalkFieldError("not a walk field: its first bytes are not AWF2");
    this.tileX0 = view.getInt32(8, true);
    this.tileZ0 = view.getInt32(12, true);
    this.tilesWide = view.getUint16(16, true);
    this.tilesDeep = view.getUint16(18, true);
    this.layers = view.getUint8(20);
    const cells = this.tilesWide * this.tilesDeep * this.layers;
    const blocksAt = HEAD_BYTES + 4 * cells + 4;
    if (file.byteLength < blocksAt) throw new WalkFieldError("a walk field ends inside its table");
    // Typed arrays read in the machine's order; every browser runs on little-endian machines.
    this.table = new Int32Array(file, HEAD_BYTES, cells);
    const blocks = view.getUint32(blocksAt - 4, true);
    const gatesAt = blocksAt + blocks * BLOCK_BYTES;
    if (file.byteLength < gatesAt + 2 || this.table.some((block) => block >= blocks)) {
      throw new WalkFieldError("a walk field has a wrong length");
    }
    const starts = Array.from({ length: blocks }, (_, block) => blocksAt + block * BLOCK_BYTES);
    this.heights = starts.map((at) => new Int16Array(file, at, NODES * NODES));
    this.bare = starts.map((at) => new Int8Array(file, at + 2 * NODES * NODES, NODES * NODES));
    this.distances = this.bare;
    this.gates = readGates(file, gatesAt, blocks);
  }

  /** This field with the walls of other states, by entity; itself where none of them is different. */
  turned(states: Readonly<Record<string, string>>): WalkField {
    const now = new Map([...this.states, ...Object.entries(states)]);
    const isTurned = ({ entity }: Gate): boolean => now.get(entity) !== this.states.get(entity);
    const turning = this.gates.filter((gate) => isTurned(gate) && (gate.state === now.get(gate.entity) || gate.state === this.states.get(gate.entity)));
    if (turning.length === 0) return this;
    const distances = [...this.distances];
    for (const block of new Set(turning.map((gate) => gate.block))) {
      const nodes = this.bare[block].slice();
      for (const gate of this.gates) if (gate.block === block && now.get(gate.entity) === gate.state) lower(nodes, gate);
      distances[block] = nodes;
    }
    return Object.assign(Object.create(WalkField.prototype) as WalkField, this, { distances, states: now });
  }

  /** The floor's height, or null where the layer has none. */
  height(x: number, z: number, layer: number): number | null {
    if (!this.load(this.heights, x, z, layer)) return null;
    const { a, b, c, d } = this;
    if (a === NONE || b === NONE || c === NONE || d === NONE) return null;
    return this.blend(x, z);
  }

  /** The signed distance to the nearest wall. */
  distance(x: number, z: number, layer: number): number {
    return this.load(this.distances, x, z, layer) ? this.blend(x, z) : ROOMY;
  }

  /** The direction in which the distance grows, written to `out` as x, z; its length means nothing. */
  gradient(x: number, z: number, layer: number, out: [number, number]): void {
    out[0] = out[1] = 0;
    if (!this.load(this.distances, x, z, layer)) return;
    const { a, b, c, d } = this;
    const fx = x & (CELL - 1);
    const fz = z & (CELL - 1);
    out[0] = (b - a) * (CELL - fz) + (d - c) * fz;
    out[1] = (c - a) * (CELL - fx) + (d - b) * fx;
  }

  /**
   * The layer a walker at this height stands on or falls to, or -1.
   *
   * Among the floors within a step of y the one with the most room; else the highest below.
   */
  layerAt(x: number, z: number, y: number): number {
    let best = -1;
    let most = 0;
    let under = -1;
    let highest = 0;
    for (let layer = 0; layer < this.layers; layer++) {
      const height = this.height(x, z, layer);
      if (height === null) continue;
      if (Math.abs(height - y) <= STEP_HEIGHT) {
        const room = this.distance(x, z, layer);
        if (best < 0 || room > most) [best, most] = [layer, room];
      } else if (height < y && (under < 0 || height > highest)) {
        [under, highest] = [layer, height];
      }
    }
    return best >= 0 ? best : under;
  }

  private load(grids: readonly (Int16Array | Int8Array)[], x: number, z: number, layer: number): boolean {
    const i = x >> 14;
    const j = z >> 14;
    const tileX = (i >> 8) - this.tileX0;
    const tileZ = (j >> 8) - this.tileZ0;
    if (tileX < 0 || tileX >= this.tilesWide || tileZ < 0 || tileZ >= this.tilesDeep) return false;
    const block = this.table[(tileZ * this.tilesWide + tileX) * this.layers + layer];
    if (block < 0) return false;
    const grid = grids[block];
    const node = (j & 255) * NODES + (i & 255);
    this.a = grid[node];
    this.b = grid[node + 1];
    this.c = grid[node + NODES];
    this.d = grid[node + NODES + 1];
    return true;
  }

  private blend(x: number, z: number): number {
    const { a, b, c, d } = this;
    const fx = x & (CELL - 1);
    const fz = z & (CELL - 1);
    const near = a * (CELL - fx) + b * fx;
    const far = c * (CELL - fx) + d * fx;
    return Math.floor((near * (CELL - fz) + far * fz) / 2 ** 18);
  }
}

/** What is a wall in a part of a block while an entity is in a state. */
interface Gate {
  readonly entity: string;
  readonly state: string;
  readonly block: number;
  readonly row: number;
  readonly column: number;
  readonly columns: number;
  readonly distances: Int8Array;
}

function lower(nodes: Int8Array, { row, column, columns, distances }: Gate): void {
  for (let nth = 0; nth < distances.length; nth++) {
    const at = (row + Math.floor(nth / columns)) * NODES + column + (nth % columns);
    if (distances[nth] < nodes[at]) nodes[at] = distances[nth];
  }
}

function readGates(file: ArrayBuffer, from: number, blocks: number): readonly Gate[] {
  const view = new DataView(file);
  const ascii = new TextDecoder("ascii");
  let at = from + 2;
  const need = (bytes: number): void => {
    if (at + bytes > file.byteLength) throw new WalkFieldError("a walk field ends inside a gate");
  };
  const name = (): string => {
    need(1);
    const size = view.getUint8(at);
    need(1 + size);
    at += 1 + size;
    return ascii.decode(new Uint8Array(file, at - size, size));
  };
  const gates: Gate[] = [];
  for (let left = view.getUint16(from, true); left > 0; left--) {
    const [entity, state] = [name(), name()];
    need(12);
    const [block, row, column] = [view.getUint32(at, true), view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
    const [rows, columns] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    at += 12;
    if (block >= blocks || row + rows > NODES || column + columns > NODES) throw new WalkFieldError("a gate lies outside of its block");
    need(rows * columns);
    gates.push({ entity, state, block, row, column, columns, distances: new Int8Array(file, at, rows * columns) });
    at += rows * columns;
  }
  if (at !== file.byteLength) throw new WalkFieldError("a walk field has a wrong length");
  return gates;
}
