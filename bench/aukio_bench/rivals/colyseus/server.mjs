// Serves the plaza with Colyseus: node server.mjs '{"variant": "views", "clients": 500}'
//
// Says {"port": ...} when it listens. Each line on its standard input is answered by one line of
// JSON: how its ticks went since the line before. It ends when its standard input does.

import { createInterface } from "node:readline";

import { Server } from "@colyseus/core";
import { Encoder } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

import { plaza } from "./plaza.mjs";
import { percentile } from "./percentile.mjs";
import { TICK_HZ } from "./walking.mjs";

const { variant, clients } = JSON.parse(process.argv[2]);

// The patches of all views of a tick stand one after another in this buffer.
Encoder.BUFFER_SIZE = 1024 * 1024;

/** How ticks go: milliseconds of work, milliseconds beyond the period, and how many there were. */
class TickMeter {
  inputs = 0;
  late = 0;
  began = NaN;
  since = performance.now();
  work = [];
  lateness = [];

  note(began, ended) {
    this.work.push(ended - began);
    if (this.began === this.began) this.lateness.push(began - this.began - 1000 / TICK_HZ);
    this.began = began;
  }

  /** What there was since the report before. */
  report() {
    const now = performance.now();
    const seconds = (now - this.since) / 1000;
    const { work, lateness, inputs, late } = this;
    Object.assign(this, { inputs: 0, late: 0, since: now, work: [], lateness: [] });
    return {
      seconds,
      ticks: work.length,
      work_ms: [50, 95, 99, 100].map((point) => percentile(work, point)),
      lateness_ms: [50, 99, 100].map((point) => percentile(lateness, point)),
      inputs,
      late,
    };
  }
}

const meter = new TickMeter();
const transport = new WebSocketTransport({ perMessageDeflate: false });
const server = new Server({ transport, greet: false });
server.define("plaza", plaza(variant, clients, meter));
await server.listen(0, "127.0.0.1");
console.log(JSON.stringify({ port: transport.server.address().port, node: process.version }));

const lines = createInterface({ input: process.stdin });
lines.on("line", () => console.log(JSON.stringify(meter.report())));
lines.on("close", () => process.exit(0));
