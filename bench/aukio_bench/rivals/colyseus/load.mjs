// Loads a Colyseus plaza with clients: node load.mjs '{"port": ..., "motion": FILE, ...}'
//
// Says {"at": "begin"} and {"at": "end"} as its window opens and closes, then its figures: one JSON
// object a line. Settings: port, motion, clients, joins_per_s, settle_s, seconds, seed, sample.

import { readFileSync } from "node:fs";
import { Agent } from "node:http";

import { Client } from "./client.mjs";
import { Motion } from "./motion.mjs";
import { percentile } from "./percentile.mjs";
import { Truth } from "./truth.mjs";
import { Comparison, Viewer } from "./viewer.mjs";
import { TICK_HZ } from "./walking.mjs";
import { ticksBetween } from "./wish.mjs";

const HEARTBEAT_TICKS = 9; // a wish at least so often, as our bots: twice a second
const GROUP = 150; // clients that send at one moment
const MARGIN_TICKS = 0.5; // wishes leave this long before the tick they are for
const JOIN_S = 20; // the last client may take this long

const settings = JSON.parse(process.argv[2]);
const { clients: count, seconds } = settings;
const tickMs = 1000 / TICK_HZ;

class Load {
  errors = {};
  isOver = false;
  #tick = -1; // the server's, wrapping, as last seen in a patch
  #offset = null; // the server's tick of the plan's tick 0, once everybody walks
  #sent = new Int32Array(count).fill(-HEARTBEAT_TICKS);
  #lags = [];
  #inputs = 0;
  #isOn = false;
  #walks = false;

  constructor(motion, sampled) {
    this.motion = motion;
    this.truth = new Truth(motion);
    this.comparison = new Comparison(this.truth);
    this.clients = Array.from({ length: count }, (_, row) => {
      return new Client(this.#listener(row, sampled));
    });
  }

  /** Lets everybody join at an even rate; true if all did. */
  async join() {
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const began = performance.now();
    this.joined = 0;
    for (let row = 0; row < count; row++) {
      await until(began + (row / settings.joins_per_s) * 1000);
      const [x, z] = this.motion.starts.subarray(row * 2, row * 2 + 2);
      const opening = this.clients[row].open(settings.port, agent, { row, x, z });
      opening.catch((error) => this.#fail(error.message));
    }
    const deadline = performance.now() + JOIN_S * 1000;
    while (this.joined < count && performance.now() < deadline) {
      await until(performance.now() + 50);
    }
    agent.destroy();
    return this.joined === count;
  }

  /** Lets everybody walk from the tick after the next one seen. */
  walk() {
    this.#walks = true;
  }

  /** Opens or closes the window; returns what has been counted at this moment. */
  mark(isOn) {
    this.#isOn = this.comparison.isOn = isOn;
    const { user, system } = process.cpuUsage();
    const received = this.clients.reduce((sum, client) => sum + client.received, 0);
    const frames = this.clients.reduce((sum, client) => sum + client.frames, 0);
    const waited_ns = waitedForCore();
    const at = performance.now();
    return { at, cpu_us: user + system, waited_ns, received, frames, inputs: this.#inputs };
  }

  figures(first, last) {
    const passed = (last.at - first.at) / 1000;
    const { raw, extrapolated, missing, pairs } = this.comparison;
    const points = (values) => [50, 95, 99].map((point) => percentile(values, point));
    return {
      seconds: passed,
      bytes_per_client_s: (last.received - first.received) / passed / count,
      frames_per_client_s: (last.frames - first.frames) / passed / count,
      inputs_per_client_s: (last.inputs - first.inputs) / passed / count,
      busy: (last.cpu_us - first.cpu_us) / 1e6 / passed,
      waited: (last.waited_ns - first.waited_ns) / 1e9 / passed,
      lag_ms: percentile(this.#lags, 99),
      raw_m: raw.map(points),
      extrapolated_m: extrapolated.map(points),
      missing: missing.map((number, rank) => number / Math.max(1, pairs[rank])),
      pairs,
      errors: this.errors,
    };
  }

  #listener(row, sampled) {
    const listener = {
      joined: () => this.joined++,
      ended: (why) => this.#fail(`ended: ${why}`),
      corrected: (correction) => {
        if (this.#offset !== null) this.truth.correct(row, correction, this.#offset);
      },
    };
    if (!sampled.has(row)) return listener;
    const viewer = new Viewer(count);
    listener.handshake = (bytes) => viewer.handshake(bytes);
    listener.state = (bytes) => this.#beat(viewer.decode(bytes));
    listener.patch = (bytes) => {
      const now = performance.now();
      const tick = viewer.decode(bytes);
      const planned = this.#planned(tick);
      if (planned >= 0) this.comparison.look(row, planned, viewer.older, viewer.before);
      this.#beat(tick, now);
    };
    return listener;
  }

  /** A tick is seen for the first time: the wishes for the next one get their moments. */
  #beat(tick, now) {
    if (this.#tick >= 0 && ticksBetween(tick, this.#tick) <= 0) return;
    this.#tick = tick;
    if (this.#walks) this.#offset ??= (tick + 1) & 0xffff;
    if (this.#offset !== null) this.#plan(now);
  }

  /** The plan's tick for one of the server's; -1 before the plan begins. */
  #planned(tick) {
    if (this.#offset === null) return -1;
    const { tick: reached } = this.truth;
    return Math.max(-1, reached + ticksBetween(tick, (reached + this.#offset) & 0xffff));
  }

  #plan(now) {
    const reached = this.truth.tick;
    const next = this.#planned(this.#tick) + 1;
    if (next <= reached || next >= this.motion.ticks || this.isOver) return;
    while (this.truth.tick < next) this.truth.step(); // more than one only if a tick was overslept
    this.comparison.settle(this.truth.tick);
    const groups = Math.ceil(count / GROUP);
    const window = Math.min(0.6, count / 5000);
    for (let group = 0; group < groups; group++) {
      const due = now + tickMs * (1 - MARGIN_TICKS - window * (1 - group / groups));
      setTimeout(
        () => this.#send(group * GROUP, reached + 1, next, due),
        Math.max(0, due - performance.now()),
      );
    }
  }

  /** Sends what a group wishes for ticks `from` to `to` of the plan. */
  #send(start, from, to, due) {
    if (this.isOver) return;
    if (this.#isOn) this.#lags.push(Math.max(0, performance.now() - due));
    const { motion } = this;
    const stop = Math.min(start + GROUP, count);
    for (let tick = from; tick <= to; tick++) {
      for (let row = start; row < stop; row++) {
        const isQuiet = tick > 0 && !motion.changes(row, tick);
        if (isQuiet && tick - this.#sent[row] < HEARTBEAT_TICKS) continue;
        this.#sent[row] = tick;
        this.#inputs++;
        const at = (tick * count + row) * 2;
        const bits = motion.wishes[at + 1];
        this.clients[row].wish(tick + this.#offset, motion.wishes[at], bits & 1023, bits >> 10);
      }
    }
  }

  #fail(why) {
    if (!this.isOver) this.errors[why] = (this.errors[why] ?? 0) + 1;
  }
}

/** A seeded choice of `size` of the rows. */
function sample(size, seed) {
  const rows = Array.from({ length: count }, (_, row) => row);
  let state = seed >>> 0;
  for (let n = 0; n < Math.min(size, count); n++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes, 3rd ed., 7.1.4
    const other = n + Math.floor((state / 2 ** 32) * (count - n));
    [rows[n], rows[other]] = [rows[other], rows[n]];
  }
  return new Set(rows.slice(0, size));
}

/** Nanoseconds that this program was ready to run and its core was not free for it. */
function waitedForCore() {
  return Number(readFileSync("/proc/self/schedstat", "latin1").split(" ")[1]);
}

function until(moment) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, moment - performance.now())));
}

const load = new Load(new Motion(settings.motion), sample(settings.sample, settings.seed));
if (!(await load.join())) {
  console.log(JSON.stringify({ at: "failed", joined: load.joined, errors: load.errors }));
  process.exit(1);
}
load.walk();
await until(performance.now() + settings.settle_s * 1000);
const first = load.mark(true);
console.log(JSON.stringify({ at: "begin" }));
await until(performance.now() + seconds * 1000);
const last = load.mark(false);
console.log(JSON.stringify({ at: "end" }));
await until(performance.now() + 2000); // until the truth of the last looks has settled
load.isOver = true;
load.comparison.settle(Infinity);
console.log(JSON.stringify({ at: "done", ...load.figures(first, last) }));
process.exit(0);
