/** How many people stand further away than those we are told of one by one, by cells of the ground. */

import { ProtocolError } from "../protocol/errors";
import type { FarCrowd as Told } from "../protocol/messages.gen";

/** Heads in one square of the ground; x and z of its middle, in metres. */
export interface Cell {
  readonly x: number;
  readonly z: number;
  readonly heads: number;
}

/** The newest counts; each replaces the ones before. */
export class FarCrowd {
  /** The cells where somebody is. */
  cells: readonly Cell[] = [];
  /** The length of a side of a cell, in metres. */
  cellM = 0;
  /** Grows with each news, so that who draws this knows when to begin anew. */
  version = 0;

  /** Everybody beyond; a cell of 255 may hold more. */
  get heads(): number {
    return this.cells.reduce((sum, { heads }) => sum + heads, 0);
  }

  /** Takes new counts; throws ProtocolError and changes nothing when they are no rectangle. */
  take({ cell, west, north, width, counts }: Told): void {
    const isEmpty = width === 0 && counts.length === 0;
    if (!isEmpty && (width === 0 || cell === 0 || counts.length === 0 || counts.length % width !== 0)) {
      throw new ProtocolError("the counts of a far crowd are no rectangle of cells");
    }
    this.cells = [...counts].flatMap((heads, index) => {
      const [column, row] = [index % width, Math.floor(index / width)];
      return heads === 0 ? [] : [{ x: (west + column + 0.5) * cell, z: (north + row + 0.5) * cell, heads }];
    });
    this.cellM = cell;
    this.version += 1;
  }

  clear(): void {
    this.cells = [];
    this.version += 1;
  }
}
