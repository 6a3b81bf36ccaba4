/** Whom people look at: who spoke last near them, for a while. */

import type { Point } from "./figure";

const EARSHOT_M = 14;
const LASTS_S = 5;

interface Voice {
  readonly slot: number;
  readonly untilS: number;
}

/** Remembers who spoke; `where` tells where somebody's head is now, or null when they are gone. */
export class Attention {
  private voices: Voice[] = [];
  private readonly where: (slot: number) => Point | null;

  constructor(where: (slot: number) => Point | null) {
    this.where = where;
  }

  spoke(slot: number, nowS: number): void {
    this.voices = [{ slot, untilS: nowS + LASTS_S }, ...this.voices.filter((voice) => voice.slot !== slot && voice.untilS > nowS)].slice(0, 8);
  }

  clear(): void {
    this.voices = [];
  }

  /** What somebody at a place turns their head to: the last speaker within earshot who is not themselves. */
  of(slot: number, at: Point, nowS: number): Point | null {
    for (const voice of this.voices) {
      if (voice.slot === slot || voice.untilS < nowS) continue;
      const point = this.where(voice.slot);
      // Squared: this runs for everybody in every frame, and hypot is slow.
      if (point !== null && (point.x - at.x) ** 2 + (point.z - at.z) ** 2 < EARSHOT_M ** 2) return point;
    }
    return null;
  }
}
