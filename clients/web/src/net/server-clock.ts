/**
 * What tick it is on the server, and how far ahead of it this client lives.
 *
 * Server time counts running ticks: 100.4 means that tick 100 will be simulated in 0.6 tick. Pongs
 * bound it from both sides; of the last few the one with the shortest way there and back is
 * believed. Client time is when inputs are made: early enough that they arrive a moment before the
 * server needs them, which the margins of snapshots tell (input-phase.ts). Both are steered, never
 * set, as long as they are off by little, so that nobody on the screen walks in jerks.
 */

import type { ClockPong } from "../protocol/messages.gen";
import { unwrapTick } from "../protocol/ticks";
import { InputPhase } from "./input-phase";

const SAMPLES = 8;
const SERVER_SLEW = 0.05; // of the time that passes
const CLIENT_SLEW = 0.1;
const HARD_SET_TICKS = 5;
const WISHED_MARGIN = 0.2; // ticks before the server needs an input, while no margin is known

interface Sample {
  readonly roundTripMs: number;
  /** Server time minus local time, in ticks. */
  readonly offset: number;
}

export class ServerClock {
  roundTripMs = 0;
  readonly tickHz: number;
  private samples: Sample[] = [];
  private offset: number;
  private client: number;
  private readonly phase = new InputPhase();
  private at: number;

  /** Starts from a welcome that said that `tick` had just been simulated. */
  constructor(tickHz: number, tick: number, nowMs: number) {
    this.tickHz = tickHz;
    this.at = nowMs;
    this.offset = tick + 1.5 - this.ticks(nowMs);
    this.client = tick + 1;
  }

  /** The running tick of the server and its fraction. */
  get serverTime(): number {
    return this.ticks(this.at) + this.offset;
  }

  /** The tick that this client is making inputs for, and its fraction. */
  get clientTime(): number {
    return this.client;
  }

  /** The time at which others are drawn: a tick's state holds when the next tick begins. */
  get viewTime(): number {
    return this.serverTime - 1;
  }

  /** Milliseconds until the next tick of the client begins. */
  get untilTickMs(): number {
    return ((Math.floor(this.client) + 1 - this.client) * 1000) / this.tickHz;
  }

  /** How early inputs come: the middle one in ms, which is what the server adds, and the share that is late. */
  get inputs(): { readonly marginMs: number; readonly lateShare: number } {
    const { margin, lateShare } = this.phase.record;
    return { marginMs: (margin * 1000) / this.tickHz, lateShare };
  }

  /** Moves on to `nowMs`; call it before reading. */
  advance(nowMs: number): void {
    const passed = Math.max(0, this.ticks(nowMs - this.at));
    this.at = Math.max(this.at, nowMs);
    this.steerServer(passed);
    this.steerClient(passed);
  }

  /** Takes the answer to a ping that was sent at `sentMs`. */
  takePong(pong: ClockPong, sentMs: number, nowMs: number): void {
    const roundTripMs = Math.max(0, nowMs - sentMs);
    const told = unwrapTick(pong.tick, Math.floor(this.ticks(nowMs) + this.offset)) + pong.phase / 65536;
    const sample = { roundTripMs, offset: told + this.ticks(roundTripMs) / 2 - this.ticks(nowMs) };
    const isFirst = this.samples.length === 0;
    // A sample that contradicts an older one shows that the server dropped time: the old one is void.
    this.samples = this.samples.filter((old) => this.agree(old, sample)).slice(1 - SAMPLES);
    this.samples.push(sample);
    this.roundTripMs = this.best.roundTripMs;
    if (isFirst) {
      this.offset = sample.offset;
      this.client = Math.max(this.client, this.ticks(nowMs) + this.offset + this.lead);
    }
  }

  /** An input leaves now. */
  inputSent(sequence: number): void {
    this.phase.sent(sequence, this.client - this.ticks(this.at));
  }

  /** Takes what a snapshot says about an input: how early it came, in 1/16 tick. */
  inputAnswered(sequence: number, sixteenths: number, nowMs: number): void {
    this.phase.answered(sequence, sixteenths, nowMs);
  }

  /** How far the client should live ahead of the server's running tick. */
  private get lead(): number {
    const { aim } = this.phase;
    if (aim !== null) return aim - this.offset;
    const way = this.samples.length === 0 ? 0 : this.ticks(this.best.roundTripMs) / 2;
    return WISHED_MARGIN - 1 + way;
  }

  private get best(): Sample {
    return this.samples.reduce((a, b) => (b.roundTripMs <= a.roundTripMs ? b : a));
  }

  /** Whether two samples can both be true: each is right within half its way there and back. */
  private agree(a: Sample, b: Sample): boolean {
    return Math.abs(a.offset - b.offset) <= this.ticks(a.roundTripMs + b.roundTripMs) / 2 + 0.5;
  }

  private steerServer(passed: number): void {
    if (this.samples.length === 0) return;
    const error = this.best.offset - this.offset;
    const step = Math.abs(error) > HARD_SET_TICKS ? Math.abs(error) : SERVER_SLEW * passed;
    this.offset += Math.max(-step, Math.min(step, error));
  }

  private steerClient(passed: number): void {
    const error = this.serverTime + this.lead - (this.client + passed);
    // Time that was simulated cannot be taken back: a client far ahead waits.
    if (error > HARD_SET_TICKS) this.client += passed + error;
    else if (Math.abs(error) > 2) this.client += passed * Math.max(0, Math.min(2, 1 + error));
    else this.client += passed * (1 + Math.max(-CLIENT_SLEW, Math.min(CLIENT_SLEW, error * CLIENT_SLEW)));
  }

  private ticks(ms: number): number {
    return (ms * this.tickHz) / 1000;
  }
}
