/** Steps the picture down when frames come too slowly for the machine; never up again. */

const SLOW_FRAME_MS = 45;
const JUDGED_FRAMES = 40;

/** What is given up first: sharpness, then shadows, then more sharpness. */
export const LEVELS = [
  { pixelRatio: 2, shadows: true },
  { pixelRatio: 1, shadows: true },
  { pixelRatio: 1, shadows: false },
  { pixelRatio: 0.7, shadows: false },
] as const;

export class Quality {
  level = 0;
  private frames = 0;
  private slow = 0;

  /** Takes the time since the last frame; returns whether the level has just changed. */
  judge(frameMs: number, expectedMs: number): boolean {
    // A single long frame is a hidden tab or a world being built, not a slow machine.
    if (frameMs > 1000) return false;
    this.frames += 1;
    if (frameMs > Math.max(SLOW_FRAME_MS, expectedMs * 1.6)) this.slow += 1;
    if (this.frames < JUDGED_FRAMES) return false;
    const isSlow = this.slow > JUDGED_FRAMES / 2;
    this.frames = this.slow = 0;
    if (!isSlow || this.level === LEVELS.length - 1) return false;
    this.level += 1;
    return true;
  }
}
