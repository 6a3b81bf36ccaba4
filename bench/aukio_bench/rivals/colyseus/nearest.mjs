// Whom a client's view holds: the 50 nearest, with hysteresis.

export const NEAREST = 50;
const HYSTERESIS = 1.1; // who is in the view keeps the place until this much farther

/**
 * Renews one client's view.
 *
 * The rows that belong into it are the 50 nearest, where a row that is in it already counts as a
 * tenth nearer than it is. Its own walker is always in its view.
 */
export class Interest {
  constructor(capacity) {
    this.capacity = capacity;
    this.away = new Float64Array(capacity);
    this.sorted = new Float64Array(capacity);
  }

  /**
   * Calls `enter(row)` and `leave(row)` for what changes, and keeps `shown` (a Uint8Array by row).
   * `xs` and `zs` are places by row, `count` rows of them are used; NaN is a row without anybody.
   */
  renew(own, shown, xs, zs, count, enter, leave) {
    const { away } = this;
    const x = xs[own];
    const z = zs[own];
    const nearer = 1 / (HYSTERESIS * HYSTERESIS);
    let others = 0;
    for (let row = 0; row < count; row++) {
      const dx = xs[row] - x;
      const dz = zs[row] - z;
      const square = (dx * dx + dz * dz) * (shown[row] ? nearer : 1);
      away[row] = square;
      if (row !== own && square === square) this.sorted[others++] = square;
    }
    const limit = others > NEAREST ? smallest(this.sorted, others, NEAREST) : Infinity;
    for (let row = 0; row < count; row++) {
      const belongs = row === own || away[row] <= limit;
      if (belongs === (shown[row] === 1)) continue;
      shown[row] = belongs ? 1 : 0;
      if (belongs) enter(row);
      else leave(row);
    }
  }
}

/** The `rank`-th smallest (from 1) of the first `count` values, which it reorders (quickselect). */
export function smallest(values, count, rank) {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swapped = values[i];
        values[i++] = values[j];
        values[j--] = swapped;
      }
    }
    if (rank - 1 <= j) high = j;
    else if (rank - 1 >= i) low = i;
    else break;
  }
  return values[rank - 1];
}
