// The inputs of everybody for a whole run, as the bench's Python side writes them (motion.py).
//
//   "AWM1", u32 walkers, u32 ticks; then for each walker i32 x, i32 z (1/65536 m);
//   then tick after tick, for each walker: u16 yaw (1/65536 turn), u16 bits 0-9 heading, 10-11 gait

import { readFileSync } from "node:fs";

export class Motion {
  constructor(path) {
    const bytes = readFileSync(path);
    if (bytes.toString("latin1", 0, 4) !== "AWM1") throw new Error(`${path} is no motion file`);
    this.count = bytes.readUInt32LE(4);
    this.ticks = bytes.readUInt32LE(8);
    const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    this.starts = new Int32Array(copy, 12, this.count * 2);
    this.wishes = new Uint16Array(copy, 12 + this.count * 8, this.ticks * this.count * 2);
  }

  /** Gives a walker its wish of a tick. */
  apply(row, tick, walker) {
    const at = (tick * this.count + row) * 2;
    const bits = this.wishes[at + 1];
    walker.yaw = this.wishes[at];
    walker.wish = bits & 1023;
    walker.gait = bits >> 10;
  }

  /** Whether a walker wishes something else at `tick` than at the one before. */
  changes(row, tick) {
    const at = (tick * this.count + row) * 2;
    const before = at - this.count * 2;
    const { wishes } = this;
    return wishes[at] !== wishes[before] || wishes[at + 1] !== wishes[before + 1];
  }
}
