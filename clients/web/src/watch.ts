/** Looks twice a second at what changes all the time, and tells the page what it shows of it. */

import type { Connection } from "./net/connection";
import type { Presence } from "./presence";
import { hasGamepad } from "./ui/device";
import type { PageModel, Readings } from "./ui/model";
import type { Store } from "./ui/store";

const EVERY_MS = 500;
const SLOW_ROUND_TRIP_MS = 600;
const SLOW_ANSWER_MS = 2_000;
/** A slow line is called slow until it is clearly better: no flicker. */
const RELIEF = 0.7;
/** Looks in a row that have to agree: a page that stood still for a moment hears late, too. */
const AGREEING = 4;
/** With fewer frames than this between two looks it is the page that is slow, not the line. */
const LEAST_FRAMES = 2;

interface Work {
  readonly draws: number;
  readonly triangles: number;
  readonly level: number | string;
}

export class Watch {
  private readonly page: Store<PageModel>;
  private readonly connection: Connection;
  private readonly presence: Presence;
  private readonly work: () => Work | null;
  private lookedMs = 0;
  private frames = 0;
  private slowLooks = 0;
  private frameMs = 0;

  constructor(page: Store<PageModel>, connection: Connection, presence: Presence, work: () => Work | null) {
    this.page = page;
    this.connection = connection;
    this.presence = presence;
    this.work = work;
  }

  /** Takes how long a frame's work took. */
  frameEnded(workMs: number): void {
    this.frames += 1;
    this.frameMs += workMs;
  }

  look(nowMs: number, viewYaw: number): void {
    const passedMs = nowMs - this.lookedMs;
    if (passedMs < EVERY_MS) return;
    this.lookedMs = nowMs;
    const { connection, loading, panel, readings, isSlow, hasGamepad: knowsGamepad } = this.page.value;
    const slow = this.isSlow(isSlow, passedMs);
    if (slow !== isSlow) this.page.change({ isSlow: slow });
    if (hasGamepad() !== knowsGamepad) this.page.change({ hasGamepad: !knowsGamepad });
    if (connection.kind === "lost" || connection.kind === "refused" || loading.kind === "failed") this.page.change({ nowMs });
    if (panel === "people") this.page.change({ nearby: this.presence.nearby(viewYaw) });
    if (readings !== null) this.page.change({ readings: this.readings(passedMs) });
    this.frames = this.frameMs = 0;
  }

  private isSlow(wasSlow: boolean, passedMs: number): boolean {
    if (this.connection.state.kind !== "joined") return false;
    const factor = wasSlow ? RELIEF : 1;
    // Sending and hearing each wait for a frame to end: that is the page's own slowness, not the line's.
    const ownMs = (2 * passedMs) / Math.max(1, this.frames);
    const roundTripMs = Math.max(0, (this.presence.visit?.clock.roundTripMs ?? 0) - ownMs);
    const isWaiting = this.frames >= LEAST_FRAMES && this.connection.waitingMs > SLOW_ANSWER_MS * factor;
    this.slowLooks = roundTripMs > SLOW_ROUND_TRIP_MS * factor || isWaiting ? this.slowLooks + 1 : 0;
    return this.slowLooks >= AGREEING || (wasSlow && this.slowLooks > 0);
  }

  private readings(passedMs: number): Readings {
    const { visit } = this.presence;
    const work = this.work();
    const inputs = visit?.clock.inputs;
    return {
      framesPerSecond: (this.frames * 1000) / passedMs,
      frameMs: this.frameMs / Math.max(1, this.frames),
      draws: work?.draws ?? 0,
      triangles: work?.triangles ?? 0,
      roundTripMs: visit?.clock.roundTripMs ?? 0,
      corrections: visit?.prediction?.corrections ?? 0,
      inputWaitMs: inputs?.marginMs ?? 0,
      lateShare: inputs?.lateShare ?? 0,
      people: visit?.entities?.size ?? 0,
      beyond: this.presence.farCrowd.heads,
      level: String(work?.level ?? "–"),
    };
  }
}
