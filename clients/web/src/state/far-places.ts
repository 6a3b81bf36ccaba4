/**
 * Where people may stand in one cell of the ground: a list that is the same on every visit.
 *
 * Places come in a fixed order, each drawn by lot from the cell's own seed, so that the first n are
 * a good picture of n people and one more moves nobody. Some stand by themselves, many with a
 * neighbour whom they face; nobody stands in a wall or where there is no floor.
 */

import { UNIT } from "../protocol/motion.gen";
import { seeded } from "./random";
import type { WalkField } from "./walk-field";

/** Metres; yaw in radians clockwise from north. */
export interface FarPlace {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  /** 0 up to 1, for what somebody there wears. */
  readonly lot: number;
}

/** From a wall: shoulders and a little air. */
const FROM_WALL = 0.35 * UNIT;
const APART_M = 0.6;
const COMPANY_SHARE = 0.45;
const COMPANY_M: readonly [number, number] = [0.75, 1.2];
/** A cell in which so many lots found no more room has none. */
const MOST_TRIES = 4096;
/** From here on it is too crowded to keep apart. */
const CROWDED_TRIES = 1024;

export class FarPlaces {
  private readonly places: FarPlace[] = [];
  private readonly random: () => number;
  private readonly field: WalkField;
  private readonly west: number;
  private readonly north: number;
  private readonly side: number;
  private tries = 0;

  /** A cell of `side` metres whose north-west corner is column × side, row × side. */
  constructor(field: WalkField, column: number, row: number, side: number) {
    this.field = field;
    this.west = column * side;
    this.north = row * side;
    this.side = side;
    this.random = seeded(Math.imul(column, 0x9e3779b1) ^ Math.imul(row, 0x85ebca6b) ^ side);
  }

  /** The place of that number; null when there is no more room. */
  at(index: number): FarPlace | null {
    while (this.places.length <= index && this.tries < MOST_TRIES) this.draw();
    return this.places[index] ?? null;
  }

  private draw(): void {
    this.tries += 1;
    const { places, random, side } = this;
    const friend = random() < COMPANY_SHARE ? places.at(-1) : undefined;
    const angle = random() * 2 * Math.PI;
    const [lot, along, across] = [random(), random(), random()];
    if (friend === undefined) {
      this.add(this.west + along * side, this.north + across * side, angle, lot);
      return;
    }
    const away = COMPANY_M[0] + along * (COMPANY_M[1] - COMPANY_M[0]);
    // Not quite face to face: people in company leave room for a third.
    this.add(friend.x + Math.sin(angle) * away, friend.z - Math.cos(angle) * away, angle + Math.PI + (across - 0.5), lot);
  }

  private add(x: number, z: number, yaw: number, lot: number): void {
    const isInside = x >= this.west && x < this.west + this.side && z >= this.north && z < this.north + this.side;
    if (!isInside || !this.isApart(x, z)) return;
    const y = this.floorAt(x, z);
    if (y !== null) this.places.push({ x, y, z, yaw, lot });
  }

  private isApart(x: number, z: number): boolean {
    if (this.tries > CROWDED_TRIES) return true;
    return this.places.every((other) => (other.x - x) ** 2 + (other.z - z) ** 2 >= APART_M * APART_M);
  }

  /** The lowest floor with room for a person, metres. */
  private floorAt(x: number, z: number): number | null {
    const { field } = this;
    const [east, south] = [Math.round(x * UNIT), Math.round(z * UNIT)];
    let lowest: number | null = null;
    for (let layer = 0; layer < field.layers; layer++) {
      const height = field.height(east, south, layer);
      if (height === null || field.distance(east, south, layer) < FROM_WALL) continue;
      if (lowest === null || height < lowest) lowest = height;
    }
    return lowest === null ? null : lowest / UNIT;
  }
}
