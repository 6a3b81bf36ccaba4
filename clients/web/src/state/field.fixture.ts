/** Small walk fields for tests, written in the server's file format. */

import { WalkField } from "./walk-field";

const NODES = 257;

export interface Node {
  /** Metres; null: no floor. */
  readonly height: number | null;
  /** Metres to the nearest wall. */
  readonly distance: number;
}

/** A file of one layer, tiles -1..0 each way, from what `at` says of each node. Units: metres. */
export function buildFieldFile(at: (x: number, z: number) => Node): ArrayBuffer {
  const file = new ArrayBuffer(24 + 4 * 4 + 4 + 4 * (NODES * NODES * 3 + 1) + 2);
  const view = new DataView(file);
  [..."AWF2"].forEach((letter, index) => view.setUint8(index, letter.charCodeAt(0)));
  view.setUint16(4, 22, true);
  view.setInt16(6, -64 * 20, true);
  view.setInt32(8, -1, true);
  view.setInt32(12, -1, true);
  view.setUint16(16, 2, true);
  view.setUint16(18, 2, true);
  view.setUint8(20, 1);
  [0, 1, 2, 3].forEach((block) => view.setInt32(24 + 4 * block, block, true));
  view.setUint32(40, 4, true);
  for (let block = 0; block < 4; block++) {
    const start = 44 + block * (NODES * NODES * 3 + 1);
    for (let node = 0; node < NODES * NODES; node++) {
      const x = (((block & 1) - 1) * 256 + (node % NODES)) * 0.25;
      const z = (((block >> 1) - 1) * 256 + Math.floor(node / NODES)) * 0.25;
      const { height, distance } = at(x, z);
      view.setInt16(start + 2 * node, height === null ? -32768 : Math.round(height * 64), true);
      view.setInt8(start + 2 * NODES * NODES + node, Math.max(-127, Math.min(127, Math.round(distance * 64))));
    }
  }
  return file;
}

/** Flat ground, with a wall along x = `wall` if it is given: the free side is west of it. */
export function buildField(wall = 100): WalkField {
  return new WalkField(buildFieldFile((x) => ({ height: 0, distance: wall - x })));
}
