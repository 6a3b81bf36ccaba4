/**
 * The far crowd as people: which places of which cells are taken, as counts and individuals change.
 *
 * A head keeps its place while it can: counts that change by one add or take one. Heads stay away
 * from where people are individuals, and where somebody becomes one the head beside them goes at
 * once, although the counts tell it only within a second.
 */

import type { Cell, FarCrowd } from "./far-crowd";
import { type FarPlace, FarPlaces } from "./far-places";
import type { WalkField } from "./walk-field";

/** Heads that are drawn at most; more could not be told apart. */
export const MOST_HEADS = 2048;
/** How long a head takes to come or go. */
export const FADE_S = 0.7;

const LOOKED_EVERY_S = 0.25;
/** Somebody who appears this near to a head was that head. */
const SAME_M = 5;
/** Counts follow within a second; later a head that was taken back stands again. */
const TOLD_WITHIN_S = 1.6;
/** Of the distance of the furthest individual: nearer than that heads do not come. */
const CLEAR_SHARE = 0.92;
/** Heads that were there move away only from here on, so that nobody at the edge flickers. */
const MOVES_SHARE = 0.85;
/** Out here people become individuals by coming nearer. */
const EDGE_SHARE = 0.75;
/** Nobody comes to stand as near as this, even in a crowd too dense to be told of. */
const LEAST_CLEAR_M = 3;

interface Spot {
  readonly x: number;
  readonly z: number;
}

/** Somebody of the far crowd. Times in seconds of the clock given to `look`. */
export interface Head {
  readonly place: FarPlace;
  /** Began to appear. */
  readonly cameS: number;
  /** Began to disappear; Infinity while here. */
  wentS: number;
}

/** Who becomes an individual is known by this. */
export interface Individual {
  readonly slot: number;
  readonly generation: number;
  readonly stance: Spot;
}

interface Taken {
  readonly places: FarPlaces;
  /** By the number of the place. */
  readonly heads: Map<number, Head>;
  told: number;
  /** When each head that was taken back before the counts told it was so. */
  spentS: number[];
}

export class FarHeads {
  /** Everybody who is here, comes or goes; renewed by `look`. */
  heads: readonly Head[] = [];
  /** Grows with each change of `heads`. */
  version = 0;
  private readonly cells = new Map<string, Taken>();
  private readonly field: WalkField;
  private leaving: Head[] = [];
  private known = new Map<number, number>();
  private cellM = 0;
  private crowdVersion = -1;
  private lookedS = -Infinity;

  constructor(field: WalkField) {
    this.field = field;
  }

  /** How many are here now, without those who are leaving. */
  get count(): number {
    let sum = 0;
    for (const { heads } of this.cells.values()) sum += heads.size;
    return sum;
  }

  /** Runs each frame; looks when the counts are new, else four times a second. `viewer`: metres. */
  look(crowd: FarCrowd, individuals: Iterable<Individual>, viewer: Spot, nowS: number): void {
    const isNews = crowd.version !== this.crowdVersion;
    if (!isNews && nowS - this.lookedS < LOOKED_EVERY_S) return;
    this.lookedS = nowS;
    const before = this.version;
    if (isNews) this.hear(crowd, nowS);
    const reachM = this.meet(individuals, viewer, nowS);
    let room = MOST_HEADS;
    for (const [key, cell] of this.cells) {
      room -= this.fill(cell, viewer, reachM, room, nowS);
      if (cell.told === 0 && cell.heads.size === 0) this.cells.delete(key);
    }
    if (this.version !== before) this.list(nowS);
  }

  private hear(crowd: FarCrowd, nowS: number): void {
    this.crowdVersion = crowd.version;
    if (crowd.cellM !== this.cellM && crowd.cells.length > 0) this.clear(crowd.cellM, nowS);
    for (const cell of this.cells.values()) {
      cell.told = 0;
      cell.spentS = [];
    }
    for (const told of crowd.cells) this.cellOf(told).told = told.heads;
  }

  private clear(cellM: number, nowS: number): void {
    for (const cell of this.cells.values()) for (const index of [...cell.heads.keys()]) this.send(cell, index, nowS);
    this.cells.clear();
    this.cellM = cellM;
  }

  private cellOf({ x, z }: Cell): Taken {
    const [column, row] = [Math.floor(x / this.cellM), Math.floor(z / this.cellM)];
    const key = `${column},${row}`;
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = { places: new FarPlaces(this.field, column, row, this.cellM), heads: new Map(), told: 0, spentS: [] };
      this.cells.set(key, cell);
    }
    return cell;
  }

  /** Takes back the heads of those who are individuals now; returns how far individuals reach, metres. */
  private meet(individuals: Iterable<Individual>, viewer: Spot, nowS: number): number {
    const known = new Map<number, number>();
    const newcomers: Spot[] = [];
    let reachM = 0;
    for (const { slot, generation, stance } of individuals) {
      known.set(slot, generation);
      reachM = Math.max(reachM, distance(stance, viewer));
      if (this.known.get(slot) !== generation) newcomers.push(stance);
    }
    this.known = known;
    // Who appears further in came through the world's entrance, and was nobody's head.
    for (const at of newcomers) if (distance(at, viewer) > reachM * EDGE_SHARE) this.takeBack(at, nowS);
    return reachM;
  }

  private takeBack(at: Spot, nowS: number): void {
    let [nearest, found]: [number, { cell: Taken; index: number } | null] = [SAME_M, null];
    for (const cell of this.cells.values()) {
      for (const [index, { place }] of cell.heads) {
        const away = distance(place, at);
        if (away < nearest) [nearest, found] = [away, { cell, index }];
      }
    }
    if (found === null) return;
    found.cell.spentS.push(nowS);
    this.send(found.cell, found.index, nowS);
  }

  /** Brings a cell to its count; returns how many stand there then. */
  private fill(cell: Taken, viewer: Spot, reachM: number, room: number, nowS: number): number {
    cell.spentS = cell.spentS.filter((atS) => nowS - atS < TOLD_WITHIN_S);
    const wanted = Math.min(room, Math.max(0, cell.told - cell.spentS.length));
    if (cell.heads.size > wanted) this.thin(cell, viewer, cell.heads.size - wanted, nowS);
    for (const [index, { place }] of [...cell.heads]) {
      if (distance(place, viewer) >= reachM * MOVES_SHARE) continue;
      const other = this.freeIn(cell, viewer, reachM * CLEAR_SHARE);
      if (other === null) break; // all of the cell lies there: better too near than missing
      this.send(cell, index, nowS);
      this.bring(cell, ...other, nowS);
    }
    while (cell.heads.size < wanted) {
      const free = this.freeIn(cell, viewer, reachM * CLEAR_SHARE) ?? this.freeIn(cell, viewer, LEAST_CLEAR_M);
      if (free === null) break;
      this.bring(cell, ...free, nowS);
    }
    return cell.heads.size;
  }

  /** The nearest go first: there the counts shrink because people have become individuals. */
  private thin(cell: Taken, viewer: Spot, count: number, nowS: number): void {
    const nearest = [...cell.heads].sort(([, a], [, b]) => distance(a.place, viewer) - distance(b.place, viewer));
    for (const [index] of nearest.slice(0, count)) this.send(cell, index, nowS);
  }

  private freeIn({ places, heads }: Taken, viewer: Spot, clearM: number): [number, FarPlace] | null {
    for (let index = 0; ; index++) {
      const place = places.at(index);
      if (place === null) return null;
      if (!heads.has(index) && distance(place, viewer) >= clearM) return [index, place];
    }
  }

  private bring(cell: Taken, index: number, place: FarPlace, nowS: number): void {
    cell.heads.set(index, { place, cameS: nowS, wentS: Infinity });
    this.version += 1;
  }

  private send(cell: Taken, index: number, nowS: number): void {
    const head = cell.heads.get(index);
    if (head === undefined) return;
    head.wentS = nowS;
    this.leaving.push(head);
    cell.heads.delete(index);
    this.version += 1;
  }

  private list(nowS: number): void {
    this.leaving = this.leaving.filter(({ wentS }) => nowS - wentS < FADE_S);
    this.heads = [...this.cells.values()].flatMap(({ heads }) => [...heads.values()]).concat(this.leaving);
  }
}

function distance(a: Spot, b: Spot): number {
  return Math.sqrt((a.x - b.x) ** 2 + (a.z - b.z) ** 2);
}
