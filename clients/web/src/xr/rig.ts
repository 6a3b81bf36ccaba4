/**
 * Where the room of somebody in a headset lies in the world, and how their avatar follows them.
 *
 * The head leads and the avatar comes after it by ordinary wishes, so that the server's rules hold.
 * A teleport moves the room at once and lets the avatar run there: the person does not see the run.
 * Where the avatar cannot follow, the room comes back to it.
 */

import type { Wish } from "../protocol/input";
import { headingIndex } from "../protocol/motion";
import { Gait, HEADING_STEP, UNIT } from "../protocol/motion.gen";
import type { Walker } from "../state/movement";
import type { Place } from "../state/path";
import type { Stance } from "../state/prediction";
import { shortestTurn } from "../state/entities";
import { toAngle } from "../state/steering";
import { WalkTo } from "../state/walk-to";

const LEAN_M = 0.4; // a head may lean so far before the feet come along
const ARRIVED_M = 0.12;
const RUNS_FROM_M = 1.2;
const LOST_M = 2.5; // further from the avatar than any lean: the server has put it elsewhere
const TWIST = Math.PI / 7; // a head turns so far before the body comes along
const CLIMB_MS = 120; // time constant of the room's height on steps

/** A head in its room: metres from the room's origin, yaw in radians clockwise. */
export interface RoomHead {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
}

export class Rig {
  /** The room's origin in the world, metres; yaw in radians clockwise. */
  x = 0;
  y = 0;
  z = 0;
  yaw = 0;
  private readonly tickHz: number;
  private walk: WalkTo | null = null;
  private isFollowing = false;
  private bodyYaw = 0;

  constructor(tickHz: number) {
    this.tickHz = tickHz;
  }

  /** Whether a teleport's run is still going on. */
  get isTeleporting(): boolean {
    return this.walk !== null;
  }

  /** Puts the room so that the head is above the avatar and looks where the avatar looks. */
  centre(stance: Stance, head: RoomHead): void {
    this.yaw = stance.yaw - head.yaw;
    this.bodyYaw = stance.yaw;
    this.y = stance.y;
    this.walk = null;
    this.isFollowing = false;
    this.putHeadOver(stance.x, stance.z, head);
  }

  /** Turns the room round the head. */
  turn(angle: number, head: RoomHead): void {
    const { x, z } = this.headInWorld(head);
    this.yaw += angle;
    this.putHeadOver(x, z, head);
  }

  /** Moves the head over the end of a way at once; the avatar runs there. */
  teleport(way: readonly Place[], head: RoomHead): void {
    const end = way.at(-1);
    if (end === undefined) return;
    this.walk = new WalkTo(way, true, this.tickHz);
    this.y = end.y / UNIT;
    this.putHeadOver(end.x / UNIT, end.z / UNIT, head);
  }

  /** The place of a head in the world, metres. */
  headInWorld(head: RoomHead): { x: number; y: number; z: number; yaw: number } {
    const [sine, cosine] = [Math.sin(this.yaw), Math.cos(this.yaw)];
    return {
      x: this.x + head.x * cosine - head.z * sine,
      y: this.y + head.y,
      z: this.z + head.x * sine + head.z * cosine,
      yaw: this.yaw + head.yaw,
    };
  }

  /** Follows the avatar's height and comes back to an avatar that is elsewhere; once a frame. */
  settle(stance: Stance, head: RoomHead, elapsedMs: number): void {
    if (this.walk !== null) return;
    const { x, z } = this.headInWorld(head);
    if (Math.hypot(x - stance.x, z - stance.z) > LOST_M) {
      this.centre({ ...stance, yaw: this.yaw + head.yaw }, head);
      return;
    }
    this.y += (stance.y - this.y) * (1 - Math.exp(-elapsedMs / CLIMB_MS));
  }

  /** What the avatar should do in the next tick. */
  wish(walker: Walker, head: RoomHead): Wish {
    const yaw = this.turnBody(head);
    if (this.walk !== null) {
      const wish = this.walk.wish(walker);
      if (wish !== null) return { ...wish, yaw };
      this.walk = null;
      this.comeBack(walker, head);
    }
    const { x, z } = this.headInWorld(head);
    const [dx, dz] = [x - walker.x / UNIT, z - walker.z / UNIT];
    const away = Math.hypot(dx, dz);
    this.isFollowing = away > (this.isFollowing ? ARRIVED_M : LEAN_M);
    if (!this.isFollowing) return { yaw, heading: 0, gait: Gait.STAND, jump: false };
    const heading = headingIndex(toAngle(Math.atan2(dx, -dz)));
    return { yaw, heading, gait: away > RUNS_FROM_M ? Gait.RUN : Gait.WALK, jump: false };
  }

  /** The avatar could not come all the way: the room comes to it. */
  private comeBack(walker: Walker, head: RoomHead): void {
    const { x, z } = this.headInWorld(head);
    if (Math.hypot(x - walker.x / UNIT, z - walker.z / UNIT) < 2 * LEAN_M) return;
    this.y = walker.y / UNIT;
    this.putHeadOver(walker.x / UNIT, walker.z / UNIT, head);
  }

  /** The body turns after a head that has turned far: an input for each turn, not for each frame. */
  private turnBody(head: RoomHead): number {
    const facing = this.yaw + head.yaw;
    if (Math.abs(shortestTurn(facing - this.bodyYaw)) > TWIST) this.bodyYaw = facing;
    return headingIndex(toAngle(this.bodyYaw)) * HEADING_STEP;
  }

  private putHeadOver(x: number, z: number, head: RoomHead): void {
    const [sine, cosine] = [Math.sin(this.yaw), Math.cos(this.yaw)];
    this.x = x - (head.x * cosine - head.z * sine);
    this.z = z - (head.x * sine + head.z * cosine);
  }
}
