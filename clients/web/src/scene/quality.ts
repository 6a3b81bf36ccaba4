/** Steps the picture down when frames come too slowly for the machine; never up again. */

const SLOW_FRAME_MS = 45;
const JUDGED_FRAMES = 40;

/** What is given up first: sharpness, then shadows, then more sharpness. */
export const LEVELS = [
  { pixelRatio: 2, shadows: true },
  { pixelRatio: 1, shadows: true },
  { pixelRatio: 1, shadows: false },
  { pixelRatio: 0.75, shadows: false },
] as const;

/** The level to begin with: the last where the processor draws, because there is no graphics card. */
export function firstLevel(): number {
  const probe = document.createElement("canvas").getContext("webgl2");
  if (probe === null) return 0;
  const facts = probe.getExtension("WEBGL_debug_renderer_info");
  const name = facts === null ? "" : String(probe.getParameter(facts.UNMASKED_RENDERER_WEBGL));
  probe.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name) ? LEVELS.length - 1 : 0;
}

export class Quality {
  level: number;
  private frames = 0;
  private slow = 0;

  constructor(level: number) {
    this.level = Math.max(0, Math.min(LEVELS.length - 1, level));
  }

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
