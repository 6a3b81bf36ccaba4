/** Decides which wishes become inputs: on change, at most 20 a second, at least two. */

import { type Claim, encodeInput, type Wish } from "../protocol/input";
import type { Pose } from "../protocol/pose";
import { Gait } from "../protocol/motion.gen";
import { wireTick } from "../protocol/ticks";

const MOST_PER_SECOND = 20;
const HEARTBEAT_S = 0.45;
const POSES_PER_SECOND = 10; // as often as the server tells others (PO2)

export class InputSender {
  /** The wish that the server believes to go on, without a jump. */
  held: Wish;
  /** Of the last input that was sent. */
  sequence = 0;
  private lastTick = -Infinity;
  private readonly shortestGap: number;
  private readonly longestGap: number;
  private readonly poseGap: number;
  private poseTick = -Infinity;

  constructor(tickHz: number, yaw: number) {
    this.held = { yaw, heading: 0, gait: Gait.STAND, jump: false };
    this.shortestGap = Math.ceil(tickHz / MOST_PER_SECOND);
    this.poseGap = Math.ceil(tickHz / POSES_PER_SECOND);
    this.longestGap = Math.max(1, Math.floor(tickHz * HEARTBEAT_S));
  }

  /**
   * Takes what the person wishes at the start of `tick`; returns the wish that holds in it.
   *
   * Only a wish that was sent holds: the server simulates the last one it was told. `claim` is the
   * predicted place before the tick, `seen` the tick of the last snapshot applied, `pose` head and
   * hands of somebody in a headset.
   */
  choose(tick: number, wished: Wish, claim: Claim, seen: number, pose: Pose | null, send: (bytes: Uint8Array) => void): Wish {
    const since = tick - this.lastTick;
    const isPoseDue = pose !== null && tick - this.poseTick >= this.poseGap;
    if (since < this.shortestGap || (since < this.longestGap && !isPoseDue && !this.isNews(wished))) return this.held;
    if (isPoseDue) this.poseTick = tick;
    this.lastTick = tick;
    this.sequence = (this.sequence + 1) & 0xffff;
    this.held = wished.jump ? { ...wished, jump: false } : wished;
    const input = { ...wished, sequence: this.sequence, tick: wireTick(tick), seen: wireTick(seen), claim, pose: isPoseDue ? pose : null };
    send(encodeInput(input));
    return wished;
  }

  private isNews(wished: Wish): boolean {
    const { yaw, heading, gait } = this.held;
    return wished.jump || wished.yaw !== yaw || wished.heading !== heading || wished.gait !== gait;
  }
}
