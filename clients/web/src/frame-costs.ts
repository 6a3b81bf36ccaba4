/** What the last frames cost in script: measured always, because a clock that is read twice costs nothing. */

/** Frames that are kept. */
const KEPT = 240;

/** Costs of recent frames, milliseconds, the newest last; both lists are of the same frames. */
export interface RecentCosts {
  /** Our own part: steps, prediction, poses, signs, page. */
  readonly own: readonly number[];
  /** The renderer's: sorting, uniforms, and handing calls to the graphics driver, which may make it wait. */
  readonly render: readonly number[];
}

export class FrameCosts {
  private readonly own = new Float32Array(KEPT);
  private readonly render = new Float32Array(KEPT);
  private count = 0;

  note(ownMs: number, renderMs: number): void {
    const at = this.count++ % KEPT;
    this.own[at] = ownMs;
    this.render[at] = renderMs;
  }

  recent(): RecentCosts {
    return { own: this.inOrder(this.own), render: this.inOrder(this.render) };
  }

  private inOrder(ring: Float32Array): readonly number[] {
    if (this.count <= KEPT) return [...ring.subarray(0, this.count)];
    const oldest = this.count % KEPT;
    return [...ring.subarray(oldest), ...ring.subarray(0, oldest)];
  }
}
