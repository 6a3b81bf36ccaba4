// Where everybody really is: the owners' own predicted walkers, tick by tick.

import { Walker } from "./walking.mjs";
import { ticksBetween } from "./wish.mjs";

const RING = 64; // ticks of places that are kept

/**
 * The path of every walker, by tick of the plan (not wrapped). xs and zs: places in 1/65536 m, by
 * tick modulo RING and row. A walker that the server corrects is walked again from there.
 */
export class Truth {
  tick = -1;

  constructor(motion) {
    this.motion = motion;
    this.count = motion.count;
    this.walkers = Array.from({ length: motion.count }, (_, row) => {
      return new Walker(motion.starts[row * 2], motion.starts[row * 2 + 1]);
    });
    this.xs = new Int32Array(RING * this.count);
    this.zs = new Int32Array(RING * this.count);
  }

  /** Walks everybody through the next tick of the plan. */
  step() {
    this.tick++;
    for (let row = 0; row < this.count; row++) this.#walk(row, this.tick);
  }

  /** Where the places of a tick begin in xs and zs. */
  at(tick) {
    return (tick % RING) * this.count;
  }

  /** Takes the server's word for a walker after one of its ticks, `offset` from the plan's. */
  correct(row, { tick: wireTick, x, z, heading, speed }, offset) {
    const tick = this.tick + ticksBetween(wireTick, (this.tick + offset) & 0xffff);
    if (tick > this.tick || this.tick - tick >= RING) return;
    Object.assign(this.walkers[row], { x, z, heading, speed });
    this.#keep(row, tick);
    for (let again = tick + 1; again <= this.tick; again++) this.#walk(row, again);
  }

  #walk(row, tick) {
    this.motion.apply(row, tick, this.walkers[row]);
    this.walkers[row].step();
    this.#keep(row, tick);
  }

  #keep(row, tick) {
    const at = this.at(tick) + row;
    this.xs[at] = this.walkers[row].x;
    this.zs[at] = this.walkers[row].z;
  }
}
