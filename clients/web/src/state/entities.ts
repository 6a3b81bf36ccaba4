/**
 * The others: each holds its last motion record, moved on tick by tick by the formula both ends share.
 *
 * Two copies of a record are kept. `known` stands at the tick of the newest snapshot that was asked
 * about it, because low positions are read against it; `ahead` stands at the tick that is drawn.
 * Between two ticks the place is interpolated; where a new record disagrees with what was drawn, the
 * difference fades instead of jumping (research: sync-simulation 7).
 */

import { advance, isAtRest, type Motion } from "../protocol/motion";
import { UNIT } from "../protocol/motion.gen";
import type { Place, Record } from "../protocol/record";
import type { Snapshot } from "../protocol/snapshot";
import type { Stance } from "./prediction";
import { unwrapTick } from "../protocol/ticks";
import type { WalkField } from "./walk-field";

const PLACE_BLEND_MS = 80;
const YAW_BLEND_MS = 150;
const HARD_SET_M = 1;
/** A difference fades at most this much faster than somebody walked lately: nobody is seen to dart. */
const FADE_SHARE = 0.9;
const LATELY_MS = 400;
const LEAST_PACE = 0.5; // m/s, so that a difference of somebody who stood fades at all
/** A record is not moved on further than this: news that old means that we are cut off. */
const LONGEST_BELIEF_S = 6;
/** How far a walker's floor may lie from its last height before we wait for news of a fall. */
const FLOOR_REACH = 0.6 * UNIT;

export interface Entity {
  readonly slot: number;
  readonly generation: number;
  readonly kind: number;
  /** Where to draw it now; renewed by `Entities.show`. */
  readonly stance: Stance;
  /** Horizontal speed in m/s, for the stride. */
  speed: number;
  /** Where the feet go, radians clockwise from north. */
  heading: number;
  isInAir: boolean;
}

interface Tracked extends Entity {
  known: Motion;
  knownTick: number;
  before: Motion;
  ahead: Motion;
  aheadTick: number;
  readonly offset: Stance;
  /** The greatest speed shown lately, m/s. */
  pace: number;
}

export class Entities {
  private readonly tracked = new Map<number, Tracked>();
  private field: WalkField;
  private readonly tickHz: number;
  private tick = 0;
  private fraction = 0;

  constructor(field: WalkField, tickHz: number) {
    this.field = field;
    this.tickHz = tickHz;
  }

  /** The ground is another one: others stand on it from now on, also who does not move. */
  renew(field: WalkField): void {
    this.field = field;
    for (const entity of this.tracked.values()) {
      const { known } = entity;
      if (known.air) continue;
      Object.assign(scratchShown, entity.stance);
      known.y = this.floorBelow(known, known.y);
      this.restart(entity);
      blend(entity, scratchShown, this.fraction);
    }
  }

  get size(): number {
    return this.tracked.size;
  }

  [Symbol.iterator](): IterableIterator<Entity> {
    return this.tracked.values();
  }

  get(slot: number): Entity | undefined {
    return this.tracked.get(slot);
  }

  clear(): void {
    this.tracked.clear();
  }

  /** Where a known entity is at the tick of a snapshot; see `decodeSnapshot`. */
  believed(slot: number, wireTickOfSnapshot: number): Place | undefined {
    const entity = this.tracked.get(slot);
    if (entity === undefined) return undefined;
    this.bringKnownTo(entity, unwrapTick(wireTickOfSnapshot, entity.knownTick));
    return entity.known;
  }

  /** Takes the news of a snapshot; `tick` is its unwrapped tick. */
  apply(snapshot: Snapshot, tick: number): void {
    for (const slot of snapshot.leaves) this.tracked.delete(slot);
    for (const record of snapshot.records) this.take(record, tick);
  }

  /** Moves everything on to a tick and a fraction of the next, and renews every stance. */
  show(tick: number, fraction: number, elapsedMs: number): void {
    this.tick = tick;
    this.fraction = fraction;
    for (const entity of this.tracked.values()) {
      this.bringAheadTo(entity, tick);
      fade(entity, elapsedMs);
      place(entity, fraction, entity.stance);
    }
  }

  private take(record: Record, tick: number): void {
    const old = this.tracked.get(record.slot);
    const motion = { ...record.motion };
    if (record.enter !== null || old === undefined) {
      this.tracked.set(record.slot, this.enter(record, motion, tick));
      return;
    }
    if (!motion.air) motion.y = this.floorBelow(motion, record.whole ? motion.y : old.known.y);
    const shown = { ...old.stance };
    old.known = motion;
    old.knownTick = tick;
    this.restart(old);
    blend(old, shown, this.fraction);
  }

  private enter(record: Record, motion: Motion, tick: number): Tracked {
    const [generation, kind] = record.enter ?? [0, 0];
    if (!motion.air) motion.y = this.floorBelow(motion, motion.y);
    const entity: Tracked = {
      slot: record.slot,
      generation,
      kind,
      stance: { x: 0, y: 0, z: 0, yaw: 0 },
      offset: { x: 0, y: 0, z: 0, yaw: 0 },
      speed: 0,
      heading: 0,
      isInAir: false,
      pace: 0,
      known: motion,
      knownTick: tick,
      before: { ...motion },
      ahead: { ...motion },
      aheadTick: tick,
    };
    this.restart(entity);
    place(entity, this.fraction, entity.stance);
    return entity;
  }

  /** Begins to move on again from the record that is known. */
  private restart(entity: Tracked): void {
    Object.assign(entity.ahead, entity.known);
    Object.assign(entity.before, entity.known);
    entity.aheadTick = entity.knownTick;
    this.bringAheadTo(entity, this.tick);
  }

  /** `before` stands at `tick`, `ahead` one later; a record from later than that is shown as it is. */
  private bringAheadTo(entity: Tracked, tick: number): void {
    const last = entity.knownTick + LONGEST_BELIEF_S * this.tickHz;
    while (entity.aheadTick < tick + 1) {
      Object.assign(entity.before, entity.ahead);
      if (entity.aheadTick < last) this.advance(entity.ahead);
      entity.aheadTick += 1;
    }
  }

  private bringKnownTo(entity: Tracked, tick: number): void {
    if (isAtRest(entity.known)) entity.knownTick = Math.max(entity.knownTick, tick);
    for (; entity.knownTick < tick; entity.knownTick += 1) this.advance(entity.known);
  }

  private advance(motion: Motion): void {
    if (isAtRest(motion)) return;
    const from = motion.y;
    advance(motion, this.tickHz);
    // A fall ends on the floor even when the news of the landing is late.
    const floor = this.floorBelow(motion, from);
    motion.y = motion.air ? Math.max(motion.y, floor) : floor;
  }

  private floorBelow(motion: Motion, y: number): number {
    const layer = this.field.layerAt(motion.x, motion.z, y);
    const floor = layer < 0 ? null : this.field.height(motion.x, motion.z, layer);
    if (floor === null) return motion.air ? -Infinity : y;
    return motion.air || Math.abs(floor - y) <= FLOOR_REACH ? floor : y;
  }
}

/** Writes where an entity is `fraction` of a tick after `before`, its fading offset included. */
function place(entity: Tracked, fraction: number, out: Stance): void {
  const { before: a, ahead: b, offset } = entity;
  out.x = (a.x + (b.x - a.x) * fraction) / UNIT + offset.x;
  out.y = (a.y + (b.y - a.y) * fraction) / UNIT + offset.y;
  out.z = (a.z + (b.z - a.z) * fraction) / UNIT + offset.z;
  const turned = ((b.yaw - a.yaw) << 16) >> 16;
  out.yaw = ((a.yaw + turned * fraction) / UNIT) * 2 * Math.PI + offset.yaw;
  entity.speed = b.speed / 32;
  entity.heading = (b.heading / UNIT) * 2 * Math.PI;
  entity.isInAir = b.air;
}

const scratchStance: Stance = { x: 0, y: 0, z: 0, yaw: 0 };
const scratchShown: Stance = { x: 0, y: 0, z: 0, yaw: 0 };

/** Sets the offset so that the entity stays where it was shown, unless that is too far away. */
function blend(entity: Tracked, shown: Stance, fraction: number): void {
  const { offset } = entity;
  offset.x = offset.y = offset.z = offset.yaw = 0;
  place(entity, fraction, scratchStance);
  const dx = shown.x - scratchStance.x;
  const dy = shown.y - scratchStance.y;
  const dz = shown.z - scratchStance.z;
  if (dx * dx + dy * dy + dz * dz > HARD_SET_M * HARD_SET_M) return;
  offset.x = dx;
  offset.y = dy;
  offset.z = dz;
  offset.yaw = shortestTurn(shown.yaw - scratchStance.yaw);
}

function fade(entity: Tracked, elapsedMs: number): void {
  const { offset } = entity;
  entity.pace = Math.max(entity.speed, LEAST_PACE, entity.pace * Math.exp(-elapsedMs / LATELY_MS));
  if (isNothing(offset)) {
    offset.x = offset.y = offset.z = offset.yaw = 0;
    return;
  }
  const away = Math.sqrt(offset.x * offset.x + offset.y * offset.y + offset.z * offset.z);
  const most = (entity.pace * FADE_SHARE * elapsedMs) / 1000;
  const kept = Math.max(Math.exp(-elapsedMs / PLACE_BLEND_MS), away > most ? 1 - most / away : 0);
  offset.x *= kept;
  offset.y *= kept;
  offset.z *= kept;
  offset.yaw *= Math.exp(-elapsedMs / YAW_BLEND_MS);
}

function isNothing({ x, y, z, yaw }: Stance): boolean {
  return Math.abs(x) + Math.abs(y) + Math.abs(z) + Math.abs(yaw) < 1e-5;
}

/** An angle in radians brought to -pi..pi. */
export function shortestTurn(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
