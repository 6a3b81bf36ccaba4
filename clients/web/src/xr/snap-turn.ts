/** Turning in steps: smooth turning makes many people sick. */

export const SNAP = Math.PI / 6; // radians: 30 degrees a step
const FROM = 0.7; // of the stick's way
const AGAIN_BELOW = 0.35;

export class SnapTurn {
  private isReady = true;

  /** Takes the stick's way to the right, -1..1; returns the turn it asks for now, clockwise, mostly 0. */
  read(right: number): number {
    if (Math.abs(right) < AGAIN_BELOW) this.isReady = true;
    if (!this.isReady || Math.abs(right) < FROM) return 0;
    this.isReady = false;
    return right > 0 ? SNAP : -SNAP;
  }
}
