/**
 * One stay in a world, from a welcome until the line is lost: oneself predicted, the others drawn on.
 *
 * `step` runs often and does nothing between ticks; it samples the person's wish at each tick of the
 * client's clock, sends it and walks. Everything is handed in: bytes, time, the field.
 */

import { InputSender } from "../net/input-sender";
import { ServerClock } from "../net/server-clock";
import type { Wish } from "../protocol/input";
import type { Pose } from "../protocol/pose";
import type { ClockPong, Welcome } from "../protocol/messages.gen";
import { decodeSnapshot } from "../protocol/snapshot";
import { unwrapTick } from "../protocol/ticks";
import { Entities } from "./entities";
import { HeadsetPoses } from "./headset";
import { Prediction, type Stance } from "./prediction";
import type { WalkField } from "./walk-field";

/** Unwrapped ticks begin here, so that a tick from before the welcome is not negative. */
const EPOCH = 2 * 65536;
/** Missed ticks that are walked with fresh wishes; what lies further back holds the last one sent. */
const FRESH_TICKS = 4;

/** Asks what the person wishes now; called once for each tick. */
export type Wishes = (bodyYaw: number, isInAir: boolean) => Wish;
/** Head and hands now; null without a headset. */
export type Posing = () => Pose | null;
const noPose: Posing = () => null;

export class Visit {
  readonly welcome: Welcome;
  readonly clock: ServerClock;
  readonly self: Stance = { x: 0, y: 0, z: 0, yaw: 0 };
  /** Head and hands of the others who are in headsets. */
  readonly poses = new HeadsetPoses();
  private world: { readonly prediction: Prediction; readonly entities: Entities } | null = null;
  private readonly sender: InputSender;
  private readonly tick: number;
  /** Snapshots that came before the world was loaded. */
  private early: Uint8Array[] = [];
  private seen: number;
  private shownMs: number;

  constructor(welcome: Welcome, nowMs: number) {
    this.welcome = welcome;
    this.tick = this.seen = unwrapTick(welcome.tick, EPOCH);
    this.clock = new ServerClock(welcome.tick_hz, this.tick, nowMs);
    this.sender = new InputSender(welcome.tick_hz, welcome.yaw);
    this.shownMs = nowMs;
  }

  get prediction(): Prediction | null {
    return this.world?.prediction ?? null;
  }

  get entities(): Entities | null {
    return this.world?.entities ?? null;
  }

  /** The tick of the newest snapshot that was applied. */
  get snapshotTick(): number {
    return this.seen;
  }

  /** The world's walk field is here: walking begins. */
  enter(field: WalkField, nowMs: number): void {
    const { tick_hz, x, y, z, yaw } = this.welcome;
    const entities = new Entities(field, tick_hz);
    this.clock.advance(nowMs);
    entities.show(Math.floor(this.clock.viewTime), 0, 0);
    const prediction = new Prediction(field, tick_hz, this.tick, { x, y, z, yaw });
    this.world = { prediction, entities };
    for (const bytes of this.early) this.takeSnapshot(bytes, nowMs);
    this.early = [];
    prediction.show(1, this.self); // who asks before the first frame is not told the middle of the world
  }

  /** The world is another one from a tick on: walks on its field then; returns that tick, unwrapped. */
  renew(field: WalkField, tick: number): number {
    const from = unwrapTick(tick, this.seen);
    this.world?.prediction.renew(field, from);
    return from;
  }

  /** Walls have come or gone, from a tick on. */
  turn(field: WalkField, tick: number): void {
    this.world?.prediction.turn(field, unwrapTick(tick, this.seen));
  }

  /** Applies a snapshot; throws ProtocolError and changes nothing when it is broken. */
  takeSnapshot(bytes: Uint8Array, nowMs: number): void {
    if (this.world === null) {
      this.early.push(bytes);
      return;
    }
    const { entities, prediction } = this.world;
    // A record's low position is read against our own extrapolation at the snapshot's tick.
    const snapshot = decodeSnapshot(bytes, this.welcome.tick_hz, this.seen, (slot, tick) => entities.believed(slot, tick));
    const tick = unwrapTick(snapshot.tick, this.seen);
    entities.apply(snapshot, tick);
    for (const [slot, pose] of snapshot.poses) if (entities.get(slot) !== undefined) this.poses.take(slot, pose);
    for (const slot of snapshot.leaves) this.poses.forget(slot);
    this.seen = tick;
    if (snapshot.correction !== null) prediction.correct(snapshot.correction);
    if (snapshot.answer !== null) this.clock.inputAnswered(snapshot.answer.input, snapshot.answer.margin, nowMs);
  }

  takePong(pong: ClockPong, sentMs: number, nowMs: number): void {
    this.clock.advance(nowMs);
    this.clock.takePong(pong, sentMs, nowMs);
  }

  /** Walks the ticks that have begun; sends inputs through `send`. */
  step(nowMs: number, wishes: Wishes, send: (bytes: Uint8Array) => void, posing: Posing = noPose): void {
    this.clock.advance(nowMs);
    if (this.world === null) return;
    const { prediction } = this.world;
    const last = Math.floor(this.clock.clientTime);
    const leave = (bytes: Uint8Array): void => {
      this.clock.inputSent(this.sender.sequence);
      send(bytes);
    };
    prediction.stepTo(last - FRESH_TICKS, this.sender.held);
    while (prediction.tick < last) {
      const wished = wishes(prediction.state.yaw, prediction.isInAir);
      const wish = this.sender.choose(prediction.tick + 1, wished, prediction.claim(), this.seen, posing(), leave);
      prediction.step(wish);
    }
  }

  /** Renews where everybody is drawn; runs once a frame, after `step`. */
  show(nowMs: number): void {
    if (this.world === null) return;
    const { prediction, entities } = this.world;
    const elapsed = nowMs - this.shownMs;
    this.shownMs = nowMs;
    const view = this.clock.viewTime;
    entities.show(Math.floor(view), view - Math.floor(view), elapsed);
    this.poses.show(elapsed);
    prediction.settle(elapsed);
    const ahead = this.clock.clientTime - prediction.tick;
    prediction.show(Math.max(0, Math.min(1, ahead)), this.self);
  }
}
