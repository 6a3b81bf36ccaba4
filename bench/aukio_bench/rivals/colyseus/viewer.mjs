// A sampled client: it decodes every patch as Colyseus' SDK does, and is compared with the truth.

import { Reflection } from "@colyseus/schema";

import { NEAREST, smallest } from "./nearest.mjs";
import { PLACE_STEP } from "./state.mjs";

const UNIT = 65536; // of a place, in a metre
const FIRST = 20; // ranks whose error counts first
const SETTLED_TICKS = 24; // a path this old has been confirmed or corrected

/** What all viewers of the sample believed, judged when the truth has settled. Errors in metres. */
export class Comparison {
  isOn = false;
  missing = [0, 0]; // pairs at ranks 1-20 and 21-50 of whom nothing was known
  pairs = [0, 0];
  raw = [[], []];
  extrapolated = [[], []];
  #looks = [];

  constructor(truth) {
    this.truth = truth;
    this.away = new Float64Array(truth.count);
    this.sorted = new Float64Array(truth.count);
  }

  /**
   * Notes what a viewer believed of its 50 nearest just before it was shown `tick` of the plan:
   * `now` is what its last patch said, `before` what the one before that said.
   */
  look(own, tick, before, now) {
    const { truth, away, sorted } = this;
    if (!this.isOn || tick > truth.tick) return;
    const at = truth.at(tick);
    let others = 0;
    for (let row = 0; row < truth.count; row++) {
      const x = truth.xs[at + row] - truth.xs[at + own];
      const z = truth.zs[at + row] - truth.zs[at + own];
      away[row] = x * x + z * z;
      if (row !== own) sorted[others++] = away[row];
    }
    const first = others > FIRST ? smallest(sorted, others, FIRST) : Infinity;
    const last = others > NEAREST ? smallest(sorted, others, NEAREST) : Infinity;
    const look = { tick, count: 0, rows: new Int32Array(NEAREST), ranks: new Uint8Array(NEAREST) };
    look.places = new Float64Array(NEAREST * 4); // x, z as last told; x, z extrapolated
    for (let row = 0; row < truth.count && look.count < NEAREST; row++) {
      if (row === own || away[row] > last) continue;
      const [x, z] = [now.x[row], now.z[row]];
      const isFresh = before.x[row] === before.x[row]; // known for two patches: it can go on
      look.rows[look.count] = row;
      look.ranks[look.count] = away[row] <= first ? 0 : 1;
      look.places[look.count * 4] = x;
      look.places[look.count * 4 + 1] = z;
      look.places[look.count * 4 + 2] = isFresh ? 2 * x - before.x[row] : x;
      look.places[look.count * 4 + 3] = isFresh ? 2 * z - before.z[row] : z;
      look.count++;
    }
    this.#looks.push(look);
  }

  /** Judges the looks that are old enough. */
  settle(tick) {
    let ready = 0;
    while (ready < this.#looks.length && this.#looks[ready].tick <= tick - SETTLED_TICKS) {
      this.#judge(this.#looks[ready++]);
    }
    this.#looks.splice(0, ready);
  }

  #judge({ tick, count, rows, ranks, places }) {
    const { truth } = this;
    const at = truth.at(tick);
    for (let n = 0; n < count; n++) {
      const [x, z, nextX, nextZ] = places.subarray(n * 4, n * 4 + 4);
      const rank = ranks[n];
      this.pairs[rank]++;
      if (x !== x) {
        this.missing[rank]++;
        continue;
      }
      const [trueX, trueZ] = [truth.xs[at + rows[n]], truth.zs[at + rows[n]]];
      this.raw[rank].push(Math.hypot(x - trueX, z - trueZ) / UNIT);
      this.extrapolated[rank].push(Math.hypot(nextX - trueX, nextZ - trueZ) / UNIT);
    }
  }
}

/** What one client of the sample knows, by row: where it was told everybody is, NaN for nobody. */
export class Viewer {
  constructor(count) {
    // After a patch: what it says, what was known before it, and what was known before that.
    [this.now, this.before, this.older] = [places(count), places(count), places(count)];
  }

  /** Takes the types of the state from the server, as the SDK does. */
  handshake(bytes) {
    this.decoder = Reflection.decode(Uint8Array.from(bytes));
  }

  /** Takes the whole state, or a patch of it; returns the tick it shows. */
  decode(bytes) {
    this.decoder.decode(bytes, { offset: 0 });
    [this.now, this.before, this.older] = [this.older, this.now, this.before];
    const { x, z } = this.now;
    x.fill(NaN);
    this.decoder.state.players?.forEach((player, key) => {
      x[+key] = player.x * PLACE_STEP;
      z[+key] = player.z * PLACE_STEP;
    });
    return this.decoder.state.tick;
  }
}

function places(count) {
  return { x: new Float64Array(count).fill(NaN), z: new Float64Array(count).fill(NaN) };
}
