/**
 * When inputs have to leave so that they reach the server a moment before their tick.
 *
 * Each answer tells how early one input came. What it would have taken to come just in time is the
 * *need* of that input; needs of a steady line are all alike, those of a jittery one are spread. The
 * aim lies a fifth of a tick above the middle of them, or so far above that hardly any would be late,
 * whichever is more: the safety grows by itself with the jitter. Units: ticks of the client's clock
 * minus ticks of the local one.
 */

/** CK2: about three sixteenths of a tick. */
const WISHED = 0.2;
/** Above the need that one input in two hundred exceeds; and of its distance from the middle: late ones are told of less often. */
const SPARE = 1 / 16;
const SPARE_SHARE = 0.15;
const LATE_SHARE = 0.005;
/** The server keeps inputs two ticks early and no earlier: more safety than this would cost corrections. */
const MOST_SAFETY = 1.4;
const KEPT = 200;
/** The line may have become better since. */
const KEPT_MS = 20_000;
/** News beyond all that was known, so often in a row and alike, tell of another line or of dropped time. */
const CHANGED_BY = 0.75;
const ALIKE = 1;
const IN_A_ROW = 3;
/** Sequences that are remembered until their answer comes: more than a second of them. */
const OPEN = 256;
const NO_SEQUENCE = -1;

interface Need {
  readonly ticks: number;
  readonly atMs: number;
  /** How early that input came, in ticks; below 0 it was late. */
  readonly margin: number;
}

export class InputPhase {
  private needs: Need[] = [];
  private readonly sequences = new Int32Array(OPEN).fill(NO_SEQUENCE);
  private readonly offsets = new Float64Array(OPEN);

  /** An input leaves while the client's clock is ahead of the local one by `offset` ticks. */
  sent(sequence: number, offset: number): void {
    this.sequences[sequence % OPEN] = sequence;
    this.offsets[sequence % OPEN] = offset;
  }

  /** Takes how early an input came, in 1/16 tick; of an input that nobody remembers it says nothing. */
  answered(sequence: number, sixteenths: number, nowMs: number): void {
    const at = sequence % OPEN;
    if (this.sequences[at] !== sequence) return;
    this.sequences[at] = NO_SEQUENCE;
    const margin = sixteenths / 16;
    const need = { ticks: this.offsets[at] - margin, atMs: nowMs, margin };
    this.needs = [...this.needs.filter(({ atMs }) => nowMs - atMs < KEPT_MS).slice(1 - KEPT), need];
    if (this.hasChanged()) this.needs = this.needs.slice(-IN_A_ROW);
  }

  /** How far the client's clock should be ahead of the local one; null while no input was answered. */
  get aim(): number | null {
    if (this.needs.length === 0) return null;
    const sorted = this.needs.map(({ ticks }) => ticks).sort((a, b) => a - b);
    const middle = sorted[sorted.length >> 1];
    const worst = sorted[sorted.length - 1 - Math.floor(LATE_SHARE * sorted.length)];
    return middle + Math.max(WISHED, Math.min(MOST_SAFETY, (worst - middle) * (1 + SPARE_SHARE) + SPARE));
  }

  /** Of the inputs remembered: how early the middle one came, in ticks, and the share that came late. */
  get record(): { readonly margin: number; readonly lateShare: number } {
    const margins = this.needs.map(({ margin }) => margin).sort((a, b) => a - b);
    return { margin: margins[margins.length >> 1] ?? 0, lateShare: margins.filter((margin) => margin < 0).length / Math.max(1, margins.length) };
  }

  /** Whether the newest needs agree with each other and with none before. */
  private hasChanged(): boolean {
    const newest = this.needs.slice(-IN_A_ROW).map(({ ticks }) => ticks);
    const before = this.needs.slice(0, -IN_A_ROW).map(({ ticks }) => ticks);
    if (before.length === 0 || Math.max(...newest) - Math.min(...newest) > ALIKE) return false;
    return Math.max(...newest) < Math.min(...before) - CHANGED_BY || Math.min(...newest) > Math.max(...before) + CHANGED_BY;
  }
}
