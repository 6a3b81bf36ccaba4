/** Two ends in memory: a visit, and a server that walks by the same rule. */

import { describe, expect, test } from "vitest";

import { decodeInput, type Input, type Wish } from "../protocol/input";
import { SNAPSHOT_ID, type Welcome } from "../protocol/messages.gen";
import { Gait, PLACE_STEP } from "../protocol/motion.gen";
import { BitWriter } from "../protocol/writer";
import { buildField } from "./field.fixture";
import { standAt, stepWalker, type Walker } from "./movement";
import { Visit } from "./visit";

const HZ = 20;
const TICK_MS = 1000 / HZ;
const FIELD = buildField();
const WELCOME: Welcome = {
  type: "Welcome", entity: 1, generation: 0, name: "Aino", secret: new Uint8Array(32), resumed: false, world: "yard",
  scene: "aa", walk: "bb", tick: 65_530, tick_hz: HZ, x: 0, y: 0, z: 0, yaw: 0,
};

const STAND: Wish = { yaw: 0, heading: 0, gait: Gait.STAND, jump: false };
const EAST: Wish = { yaw: 16_384, heading: 256, gait: Gait.RUN, jump: false };

/** A server that places each input on its tick and answers claims that are wrong. */
class FakeServer {
  readonly walker: Walker = standAt(WELCOME);
  tick = WELCOME.tick;
  corrections = 0;
  late = 0;
  private wish: Wish = STAND;
  private correctedAt = -Infinity;
  private toldAt = WELCOME.tick;
  private readonly waiting = new Map<number, Input>();
  private sequence = 0;

  receive(bytes: Uint8Array): void {
    const input = decodeInput(bytes);
    const tick = this.tick + 1 + (((input.tick - this.tick - 1) << 16) >> 16);
    if (tick <= this.tick) this.late += 1;
    this.sequence = input.sequence;
    this.waiting.set(Math.max(tick, this.tick + 1), input);
  }

  /** Runs a tick; returns a snapshot when the client predicted wrongly. */
  step(): Uint8Array | null {
    this.tick += 1;
    const placed = this.waiting.get(this.tick);
    const isWrong = placed !== undefined && this.knowsCorrection(placed) && !this.isTrue(placed);
    this.wish = placed ?? { ...this.wish, jump: false };
    stepWalker(this.walker, this.wish, FIELD, HZ);
    if (!isWrong) return null;
    this.corrections += 1;
    this.correctedAt = this.tick;
    return this.correction();
  }

  /** Claims made before a correction could arrive prove nothing. */
  private knowsCorrection({ seen }: Input): boolean {
    return this.correctedAt < 0 || ((seen - this.correctedAt) << 16) >> 16 >= 0;
  }

  private isTrue({ claim }: Input): boolean {
    const { x, z } = this.walker;
    const here = [x, z].map((place) => Math.floor(place / PLACE_STEP) & 0xffff);
    return claim === null || (claim[0] === here[0] && claim[1] === here[1]);
  }

  private correction(): Uint8Array {
    const out = new BitWriter();
    const { x, y, z, vertical, yaw, heading, speed, air } = this.walker;
    const isFar = this.tick - this.toldAt > 255;
    this.toldAt = this.tick;
    out.unsigned(SNAPSHOT_ID, 8);
    out.unsigned(1 | 8 | (Number(isFar) << 4), 8);
    out.unsigned(this.tick & (isFar ? 0xffff : 0xff), isFar ? 16 : 8);
    out.unsigned(this.sequence, 16);
    out.signed(3, 8);
    out.unsigned(this.tick & 0xffff, 16);
    for (const value of [x, y, z, vertical]) out.signed(value, 32);
    out.unsigned(yaw, 16);
    out.unsigned(heading, 16);
    out.unsigned(speed, 8);
    out.unsigned(Number(air), 8);
    return out.toBytes();
  }
}

/** Plays a visit over a line with this delay each way, in steps of 5 ms. */
function play(ms: number, wayMs: number, wishAt: (ms: number) => Wish, disturb: (server: FakeServer, ms: number) => void = () => undefined) {
  const [visit, server] = [new Visit(WELCOME, 0), new FakeServer()];
  visit.enter(FIELD, 0);
  const line: { at: number; run: () => void }[] = [];
  for (let now = 0; now < ms; now += 5) {
    for (const due of line.filter((one) => one.at === now)) due.run();
    if (now % TICK_MS === 0 && now > 0) {
      const snapshot = server.step();
      if (snapshot !== null) line.push({ at: now + wayMs, run: () => visit.takeSnapshot(snapshot, now + wayMs) });
    }
    disturb(server, now);
    if (now % 500 === 0) {
      const sent = now;
      line.push({
        at: now + wayMs,
        run: () => {
          const pong = { type: "ClockPong", time: 0, tick: (server.tick + 1) & 0xffff, phase: (((sent + wayMs) % TICK_MS) / TICK_MS) * 65_536 } as const;
          line.push({ at: sent + 2 * wayMs, run: () => visit.takePong(pong, sent, sent + 2 * wayMs) });
        },
      });
    }
    visit.step(now, () => wishAt(now), (bytes) => line.push({ at: now + wayMs, run: () => server.receive(bytes) }));
    visit.show(now);
  }
  return { visit, server };
}

const zigzag = (ms: number): Wish => (Math.floor(ms / 300) % 3 === 0 ? STAND : { ...EAST, heading: Math.floor(ms / 100) % 1024 });

describe("a visit", () => {
  test.each([5, 25, 100])("walks exactly as the server does over a line of %i ms", (wayMs) => {
    const { visit, server } = play(20_000, wayMs, zigzag);
    expect(server.corrections).toBe(0);
    const state = visit.prediction?.state;
    expect(Math.abs((state?.x ?? 0) - server.walker.x)).toBeLessThan(65_536 * 2);
    expect(server.walker.x).not.toBe(0);
  });

  test("sends inputs that arrive before their tick once its clock has settled", () => {
    const { server } = play(20_000, 45, zigzag);
    expect(server.late).toBeLessThanOrEqual(2);
  });

  test("is set right once when the server moves the avatar, and not again", () => {
    const { visit, server } = play(6_000, 45, () => EAST, (fake, ms) => {
      if (ms === 3_000) fake.walker.z += 65_536;
    });
    expect(server.corrections).toBeGreaterThanOrEqual(1);
    expect(server.corrections).toBeLessThanOrEqual(3);
    expect(visit.prediction?.state.z).toBe(server.walker.z);
  });

  test("keeps snapshots that come before the world is loaded", () => {
    const visit = new Visit(WELCOME, 0);
    const server = new FakeServer();
    server.walker.z = 5 * 65_536;
    server.receive(Uint8Array.of(1, 1, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0));
    const snapshot = server.step();
    expect(snapshot).not.toBeNull();
    visit.takeSnapshot(snapshot ?? new Uint8Array(), 50);
    visit.enter(FIELD, 100);
    expect(visit.prediction?.state.z).toBe(5 * 65_536);
  });

  test("knows where one stands before the first frame is drawn", () => {
    const visit = new Visit({ ...WELCOME, x: 65_536, z: 26 * 65_536, yaw: 16_384 }, 0);
    visit.enter(FIELD, 100);
    expect(visit.self).toMatchObject({ x: 1, z: 26, yaw: Math.PI / 2 });
  });
});
