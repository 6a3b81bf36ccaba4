/** Which signs may be shown so that none lies on another: the nearest win, the others give way. */

/** A rectangle on the screen, CSS pixels from the upper left. */
export interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const GAP = 2;

/** Takes rectangles one by one, the most important first; kept from frame to frame without garbage. */
export class Heaps {
  private readonly taken: Rect[] = [];
  private count = 0;

  clear(): void {
    this.count = 0;
  }

  /** Whether a place is free. */
  isFree(left: number, top: number, right: number, bottom: number): boolean {
    for (let i = 0; i < this.count; i++) {
      const other = this.taken[i];
      if (left < other.right + GAP && right > other.left - GAP && top < other.bottom + GAP && bottom > other.top - GAP) return false;
    }
    return true;
  }

  take(left: number, top: number, right: number, bottom: number): void {
    const rect = this.taken[this.count] as Rect | undefined;
    if (rect === undefined) this.taken.push({ left, top, right, bottom });
    else Object.assign(rect, { left, top, right, bottom });
    this.count += 1;
  }
}
