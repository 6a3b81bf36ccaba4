/**
 * How much is drawn: chosen by measuring the first seconds, and changed when the machine asks for it.
 *
 * Frames are judged in windows. A window in which most frames come too late steps down, at once.
 * A long time of frames that come on time tries one step up; a step that failed is not tried again
 * for a long while, so that the picture does not swing.
 */

import type { Detail, Graphics } from "./detail";

export interface Level {
  readonly detail: Detail;
  /** Most pixels of the picture for each CSS pixel. */
  readonly pixelRatio: number;
}

/** From the least to the most: within a detail sharpness gives way first. */
export const LEVELS: readonly Level[] = [
  { detail: "low", pixelRatio: 0.6 },
  { detail: "low", pixelRatio: 0.8 },
  { detail: "low", pixelRatio: 1 },
  { detail: "medium", pixelRatio: 1 },
  { detail: "medium", pixelRatio: 1.5 },
  { detail: "high", pixelRatio: 1.5 },
  { detail: "high", pixelRatio: 2 },
];

const WARM_FRAMES = 12; // shaders are compiled and pictures uploaded in the first ones
const WARM_MS = 600;
const WINDOW_FRAMES = 40;
const WINDOW_MS = 1200; // a slow machine need not wait for all its frames
const FEWEST_FRAMES = 6;
const LATE_MS = 37; // slower than 27 frames a second: too slow to look round
const TERRIBLE_MS = 50; // two steps at once
const LONGEST_MS = 1000; // a hidden tab, or a world being built: says nothing
const ON_TIME_S = 12; // so long without a late window, and one step up is tried
const NOT_AGAIN_S = 180;

export class Quality {
  private at: number;
  private graphics: Graphics;
  private warmFrames = 0;
  private warmMs = 0;
  private frames = 0;
  private late = 0;
  private windowMs = 0;
  private onTimeMs = 0;
  private nowMs = 0;
  /** Until when a level is not tried again, by its index. */
  private readonly failed = new Map<number, number>();

  constructor(graphics: Graphics, first: Detail) {
    this.graphics = graphics;
    this.at = highestOf(graphics === "auto" ? first : graphics);
  }

  get level(): Level {
    return LEVELS[this.at];
  }

  get choice(): Graphics {
    return this.graphics;
  }

  /** Takes another choice of the person; "auto" goes on from what is drawn now. */
  choose(graphics: Graphics): void {
    this.graphics = graphics;
    this.failed.clear();
    if (graphics !== "auto") this.at = highestOf(graphics);
    this.restart();
  }

  /** Takes the time between two frames; returns whether the level has just changed. */
  judge(frameMs: number, expectedMs: number): boolean {
    if (this.graphics !== "auto" || frameMs > LONGEST_MS) return false;
    this.nowMs += frameMs;
    if (this.isWarming(frameMs)) return false;
    this.frames += 1;
    this.windowMs += frameMs;
    if (frameMs > Math.max(LATE_MS, expectedMs * 1.6)) this.late += 1;
    const isLong = this.windowMs >= Math.max(WINDOW_MS, FEWEST_FRAMES * expectedMs) && this.frames >= FEWEST_FRAMES;
    if (this.frames < WINDOW_FRAMES && !isLong) return false;
    const [isLate, mean, windowMs] = [this.late > this.frames / 2, this.windowMs / this.frames, this.windowMs];
    const isAnyLate = this.late > this.frames / 8;
    this.frames = this.late = this.windowMs = 0;
    if (isLate) return this.stepDown(mean > Math.max(TERRIBLE_MS, expectedMs * 3) ? 2 : 1);
    this.onTimeMs = isAnyLate ? 0 : this.onTimeMs + windowMs;
    return this.onTimeMs >= ON_TIME_S * 1000 && this.stepUp();
  }

  private isWarming(frameMs: number): boolean {
    if (this.warmFrames >= WARM_FRAMES || this.warmMs >= WARM_MS) return false;
    this.warmFrames += 1;
    this.warmMs += frameMs;
    return true;
  }

  private stepDown(steps: number): boolean {
    this.failed.set(this.at, this.nowMs + NOT_AGAIN_S * 1000);
    const to = Math.max(0, this.at - steps);
    if (to === this.at) return false;
    this.at = to;
    this.restart();
    return true;
  }

  private stepUp(): boolean {
    const next = this.at + 1;
    this.onTimeMs = 0;
    if (next >= LEVELS.length || (this.failed.get(next) ?? 0) > this.nowMs) return false;
    this.at = next;
    this.restart();
    return true;
  }

  private restart(): void {
    this.warmFrames = this.warmMs = 0;
    this.frames = this.late = this.windowMs = this.onTimeMs = 0;
  }
}

function highestOf(detail: Detail): number {
  return LEVELS.findLastIndex((level) => level.detail === detail);
}

/** What a machine is tried with first. */
export function firstDetail(): Detail {
  const probe = document.createElement("canvas").getContext("webgl2");
  const facts = probe?.getExtension("WEBGL_debug_renderer_info") ?? null;
  const name = probe === null || facts === null ? "" : String(probe.getParameter(facts.UNMASKED_RENDERER_WEBGL));
  probe?.getExtension("WEBGL_lose_context")?.loseContext();
  if (/swiftshader|llvmpipe|software|basic render/i.test(name)) return "low";
  const isSmall = matchMedia("(pointer: coarse)").matches || (navigator.hardwareConcurrency || 2) <= 4;
  return isSmall ? "medium" : "high";
}
