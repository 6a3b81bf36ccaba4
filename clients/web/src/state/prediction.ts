/**
 * One's own avatar: moved at once by the rule the server uses, and set right when the server says so.
 *
 * A correction resets the state at its tick and replays the wishes since; what is drawn glides from
 * where it was to where it should be, so that a small correction is never seen.
 */

import type { Claim, Wish } from "../protocol/input";
import { Gait, PLACE_STEP, UNIT } from "../protocol/motion.gen";
import type { Correction } from "../protocol/snapshot";
import { standAt, stepWalker, type Walker } from "./movement";
import { unwrapTick } from "../protocol/ticks";
import type { WalkField } from "./walk-field";

/** Ticks of wishes kept: 2 s at the highest rate. */
const KEPT = 128;
/** A gap longer than this is not walked through tick by tick (a laptop that slept). */
const LONGEST_GAP = 1200;
const GLIDE_MS = 100;
const HARD_SET_M = 1;

/** Where to draw an avatar: metres and radians clockwise from north. */
export interface Stance {
  x: number;
  y: number;
  z: number;
  yaw: number;
}

export class Prediction {
  /** The last tick that was simulated; the walker is as it is after it. */
  tick: number;
  corrections = 0;
  /** How far the last correction moved the avatar, in metres. */
  lastCorrection = 0;
  private readonly walker: Walker;
  private readonly previous: Walker;
  private readonly wishes: Wish[];
  /** The oldest tick whose wish is remembered. */
  private oldest: number;
  private readonly offset = { x: 0, y: 0, z: 0 };
  /** What is walked on, each from a tick on, also when ticks are replayed; by their ticks. */
  private fields: readonly { readonly field: WalkField; readonly from: number }[];
  private readonly tickHz: number;

  /** Starts standing at a place where the server has the avatar after `tick`. */
  constructor(field: WalkField, tickHz: number, tick: number, place: Pick<Walker, "x" | "y" | "z" | "yaw">) {
    this.fields = [{ field, from: -Infinity }];
    this.tickHz = tickHz;
    this.tick = tick;
    this.oldest = tick + 1;
    this.walker = standAt(place);
    this.previous = { ...this.walker };
    const stand: Wish = { yaw: place.yaw, heading: 0, gait: Gait.STAND, jump: false };
    this.wishes = Array.from({ length: KEPT }, () => stand);
  }

  get isInAir(): boolean {
    return this.walker.air;
  }

  /** The present state; changed by the next step. */
  get state(): Readonly<Walker> {
    return this.walker;
  }

  /** From a tick on walks on another field; the last one told counts, also for what was to come after it. */
  renew(field: WalkField, from: number): void {
    const before = this.fields.filter((each) => each.from < from);
    const needed = before.findLastIndex((each) => each.from <= this.oldest);
    this.fields = [...before.slice(Math.max(0, needed)), { field, from }];
  }

  /** From a tick on some walls are others; what was told of later ticks stays. */
  turn(field: WalkField, from: number): void {
    const later = this.fields.filter((each) => each.from > from);
    this.renew(field, from);
    this.fields = [...this.fields, ...later];
  }

  /** Low bits of the place at the start of the next tick, for the input that names this tick. */
  claim(): Claim {
    return [Math.floor(this.walker.x / PLACE_STEP) & 0xffff, Math.floor(this.walker.z / PLACE_STEP) & 0xffff];
  }

  /** Simulates the next tick with the wish that holds in it. */
  step(wish: Wish): void {
    Object.assign(this.previous, this.walker);
    this.tick += 1;
    stepWalker(this.walker, wish, this.fieldAt(this.tick), this.tickHz);
    this.wishes[this.tick % KEPT] = wish;
    this.oldest = Math.max(this.oldest, this.tick - KEPT + 1);
  }

  /** Simulates up to `tick` with a wish that goes on, as the server does when it hears nothing. */
  stepTo(tick: number, wish: Wish): void {
    const going = wish.jump ? { ...wish, jump: false } : wish;
    if (tick - this.tick > LONGEST_GAP) this.tick = tick - LONGEST_GAP;
    while (this.tick < tick) this.step(going);
  }

  /** Takes the server's word for the state after `correction.tick` and replays what came since. */
  correct(correction: Correction): void {
    const tick = unwrapTick(correction.tick, this.tick);
    const shown = { x: this.walker.x, y: this.walker.y, z: this.walker.z };
    const now = this.tick;
    this.takeOver(correction);
    // Wishes older than we remember cannot be replayed; a tick ahead of us is where we are now.
    this.tick = Math.max(tick, this.oldest - 1);
    if (tick > now) this.oldest = tick + 1;
    while (this.tick < now) this.step(this.wishes[(this.tick + 1) % KEPT]);
    this.glideFrom(shown, correction.moved);
    this.corrections += 1;
  }

  /** Where to draw the avatar, `fraction` of a tick after the start of the last simulated one. */
  show(fraction: number, out: Stance): void {
    const { previous: a, walker: b, offset } = this;
    out.x = (a.x + (b.x - a.x) * fraction) / UNIT + offset.x;
    out.y = (a.y + (b.y - a.y) * fraction) / UNIT + offset.y;
    out.z = (a.z + (b.z - a.z) * fraction) / UNIT + offset.z;
    out.yaw = (b.yaw / UNIT) * 2 * Math.PI;
  }

  /** Lets the visible rest of corrections fade. */
  settle(elapsedMs: number): void {
    const kept = Math.exp(-elapsedMs / GLIDE_MS);
    this.offset.x *= kept;
    this.offset.y *= kept;
    this.offset.z *= kept;
  }

  private fieldAt(tick: number): WalkField {
    let found = this.fields[0].field;
    for (const { field, from } of this.fields) if (from <= tick) found = field;
    return found;
  }

  private takeOver({ x, y, z, yaw, heading, speed, vertical, air }: Correction): void {
    Object.assign(this.walker, { x, y, z, yaw, heading, speed, vertical, air });
    Object.assign(this.previous, this.walker);
  }

  private glideFrom(shown: { x: number; y: number; z: number }, moved: boolean): void {
    const dx = (shown.x - this.walker.x) / UNIT;
    const dy = (shown.y - this.walker.y) / UNIT;
    const dz = (shown.z - this.walker.z) / UNIT;
    this.lastCorrection = Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (moved || this.lastCorrection > HARD_SET_M) {
      this.offset.x = this.offset.y = this.offset.z = 0;
      return;
    }
    this.offset.x += dx;
    this.offset.y += dy;
    this.offset.z += dz;
  }
}
