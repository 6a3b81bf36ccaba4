/** Recording how one moves: one's own inputs, changes alone, without name, place or words. */

import type { Input } from "../protocol/input";
import { type Pose, writePose } from "../protocol/pose";
import { BitWriter } from "../protocol/writer";

/** Tick from 0, yaw (1/65536 turn), heading (1/1024 turn), gait, jump, and head and hands as on the wire, in hex. */
export type ClipRow = readonly [tick: number, yaw: number, heading: number, gait: number, jump: 0 | 1, pose: string | null];

/** A file of recorded motion; bench/aukio_bench/replay.py reads it. */
export interface MotionClip {
  readonly format: "aukio-motion";
  readonly version: 1;
  readonly tick_hz: number;
  readonly source: string;
  readonly seconds: number;
  readonly inputs: readonly ClipRow[];
}

export class MotionRecorder {
  private readonly tickHz: number;
  private readonly most: number;
  private readonly rows: ClipRow[] = [];
  private first = 0;
  private last = 0;
  private pose: string | null = null;
  private wasPosed = false;

  /** Ends by itself after `mostS` seconds. */
  constructor(tickHz: number, mostS: number) {
    this.tickHz = tickHz;
    this.most = Math.round(mostS * tickHz);
  }

  /** How long it has been recording. */
  get seconds(): number {
    return this.ticks / this.tickHz;
  }

  get isFull(): boolean {
    return this.ticks >= this.most;
  }

  /** Takes an input as it leaves. In a headset the last pose stays in force until the next. */
  note({ tick, yaw, heading, gait, jump, pose }: Input, isInHeadset: boolean): void {
    if (this.rows.length === 0) this.first = this.last = tick;
    // Ticks wrap; inputs come at least twice a second.
    this.last += ((tick - this.last) << 16) >> 16;
    if (pose !== null) this.pose = toHex(pose);
    if (!isInHeadset) this.pose = null;
    this.wasPosed ||= this.pose !== null;
    const row: ClipRow = [this.last - this.first, yaw, heading, gait, jump ? 1 : 0, this.pose];
    if (row[0] >= this.most) return;
    const before = this.rows.at(-1);
    if (before === undefined || isNews(row, before)) this.rows.push(row);
  }

  /** What was recorded; `hands` says with what one steered without a headset. */
  clip(hands: string): MotionClip {
    const source = this.wasPosed ? "headset" : hands;
    return { format: "aukio-motion", version: 1, tick_hz: this.tickHz, source, seconds: this.seconds, inputs: this.rows };
  }

  private get ticks(): number {
    return this.rows.length === 0 ? 0 : Math.min(this.most, this.last - this.first + 1);
  }
}

/** The file of a clip: a row on a line. */
export function clipText({ inputs, ...head }: MotionClip): string {
  const rows = inputs.map((row) => JSON.stringify(row)).join(",\n");
  return `${JSON.stringify(head).slice(0, -1)},"inputs":[\n${rows}\n]}\n`;
}

/** A jump is one in its own tick alone, so that each is news and its end is none. */
function isNews([, yaw, heading, gait, jump, pose]: ClipRow, [, ...before]: ClipRow): boolean {
  return jump === 1 || yaw !== before[0] || heading !== before[1] || gait !== before[2] || pose !== before[4];
}

function toHex(pose: Pose): string {
  const out = new BitWriter();
  writePose(out, pose);
  return Array.from(out.toBytes(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
