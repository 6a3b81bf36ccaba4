import { beforeEach, describe, expect, test } from "vitest";

import { decode, encode, type Message } from "../protocol/codec";
import { ProtocolError } from "../protocol/errors";
import { Reason, SNAPSHOT_ID, type Hello, type ServerMessage, type Welcome } from "../protocol/messages.gen";
import { Connection, type ConnectionState, type Listener, type Platform, type SocketEvents } from "./connection";

const SCHEMA = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const SECRET = new Uint8Array(32).fill(9);
const WELCOME: Welcome = {
  type: "Welcome", entity: 1, generation: 0, name: "Aino", secret: SECRET, resumed: false, world: "yard",
  scene: "aa", walk: "bb", tick: 7, tick_hz: 20, x: 0, y: 0, z: 0, yaw: 0,
};

/** A browser with a clock that is turned by hand and sockets that a test plays the server of. */
class FakeBrowser implements Platform {
  now = 1000;
  secret: Uint8Array = new Uint8Array();
  reloads: string[] = [];
  sockets: { events: SocketEvents; sent: Message[]; isClosed: boolean }[] = [];
  private timers: { at: number; run: () => void }[] = [];

  openSocket(events: SocketEvents) {
    const socket = { events, sent: [] as Message[], isClosed: false };
    this.sockets.push(socket);
    return { send: (bytes: Uint8Array) => socket.sent.push(decode(bytes, "client")), close: () => (socket.isClosed = true) };
  }
  nowMs = () => this.now;
  random = () => 0.5;
  later(ms: number, run: () => void): () => void {
    const timer = { at: this.now + ms, run };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((one) => one !== timer));
  }
  ticket = "";
  loadTicket = () => this.ticket;
  dropTicket = () => void (this.ticket = "");
  loadSecret = () => this.secret;
  storeSecret = (secret: Uint8Array | null) => (this.secret = secret ?? new Uint8Array());
  reloadFor(schema: string): boolean {
    const isNew = !this.reloads.includes(schema);
    this.reloads.push(schema);
    return isNew;
  }

  get line() {
    return this.sockets[this.sockets.length - 1];
  }

  /** Lets time pass; the page calls `watch` four times a second. */
  pass(ms: number, connection?: Connection): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.now += Math.min(250, end - this.now);
      const due = this.timers.filter((timer) => timer.at <= this.now);
      this.timers = this.timers.filter((timer) => timer.at > this.now);
      for (const timer of due) timer.run();
      connection?.watch();
    }
  }

  say(message: ServerMessage): void {
    this.line.events.received(encode(message));
  }

  welcome(): void {
    this.line.events.opened();
    this.say(WELCOME);
  }
}

let browser: FakeBrowser;
let states: ConnectionState[];
let messages: ServerMessage[];
let snapshots: () => void;
let connection: Connection;

beforeEach(() => {
  browser = new FakeBrowser();
  states = [];
  messages = [];
  snapshots = () => undefined;
  const listener: Listener = {
    stateChanged: (state) => states.push(state),
    messageReceived: (message) => messages.push(message),
    snapshotReceived: () => snapshots(),
    pongReceived: () => undefined,
  };
  connection = new Connection(browser, listener);
  connection.join({ name: "Aino", look: new Uint8Array(), language: "fi", spot: "" });
});

const hello = () => browser.line.sent[0] as Hello;
const pings = () => browser.line.sent.filter((message) => message.type === "ClockPing").length;

describe("coming in", () => {
  test("says hello without a secret first, and keeps the one it is given", () => {
    browser.welcome();
    expect(hello()).toMatchObject({ type: "Hello", name: "Aino", secret: new Uint8Array() });
    expect(browser.secret).toEqual(SECRET);
    expect(states.map((state) => state.kind)).toEqual(["connecting", "joined"]);
  });

  test("tries again when no welcome comes", () => {
    browser.line.events.opened();
    browser.pass(8_000);
    expect(connection.state.kind).toBe("lost");
    browser.pass(1_000);
    expect(browser.sockets).toHaveLength(2);
  });

  test("stays refused when the server says no for good", () => {
    browser.line.events.opened();
    browser.say({ type: "Refuse", reason: Reason.NAME, detail: "No.", retry: 0, version: 1, schema: SCHEMA });
    expect(connection.state).toMatchObject({ kind: "refused", reason: Reason.NAME, retryAtMs: null });
    browser.pass(60_000);
    expect(browser.sockets).toHaveLength(1);
  });

  test("asks a full world again when it was told to", () => {
    browser.line.events.opened();
    browser.say({ type: "Refuse", reason: Reason.FULL, detail: "Full.", retry: 10_000, version: 1, schema: SCHEMA });
    expect(connection.state).toMatchObject({ kind: "refused", retryAtMs: 11_250 });
    browser.pass(11_000);
    expect(browser.sockets).toHaveLength(2);
  });

  test("loads the page anew once for a newer wire, and then says so in words", () => {
    const refusal: ServerMessage = { type: "Refuse", reason: Reason.VERSION, detail: "", retry: 0, version: 2, schema: SCHEMA };
    browser.line.events.opened();
    browser.say(refusal);
    expect(connection.state.kind).toBe("outdated");
    expect(browser.reloads).toEqual(["0102030405060708"]);
    connection.join({ name: "", look: new Uint8Array(), language: "en", spot: "" });
    browser.line.events.opened();
    browser.say(refusal);
    expect(connection.state).toMatchObject({ kind: "refused", reason: Reason.VERSION, retryAtMs: null });
  });
});

describe("a lost line", () => {
  test("is opened again with the secret, and the page is told how long it takes", () => {
    browser.welcome();
    browser.line.events.closed(1006);
    expect(connection.state).toEqual({ kind: "lost", reason: null, retryAtMs: 1_250 });
    browser.pass(250);
    browser.welcome();
    expect(hello().secret).toEqual(SECRET);
    expect(connection.state.kind).toBe("joined");
  });

  test("is tried for as long as the page is open, with growing waits", () => {
    browser.welcome();
    const times: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      browser.line.events.closed(1006);
      const before = browser.now;
      while (connection.state.kind === "lost") browser.pass(50);
      times.push(browser.now - before);
    }
    expect(times[0]).toBeLessThan(500);
    expect(Math.max(...times)).toBeLessThanOrEqual(7_500);
    expect(times[11]).toBe(7_500);
  });

  test("is noticed when it swallows everything", () => {
    browser.welcome();
    browser.pass(7_000, connection);
    expect(states[2]).toMatchObject({ kind: "lost", reason: null });
    expect(browser.sockets[0].isClosed).toBe(true);
  });

  test("is not suspected while pongs come", () => {
    browser.welcome();
    for (let second = 0; second < 30; second++) {
      browser.pass(1_000, connection);
      browser.say({ type: "ClockPong", time: browser.now, tick: 1, phase: 0 });
    }
    expect(connection.state.kind).toBe("joined");
    expect(pings()).toBeLessThan(25);
  });

  test("is not suspected because the page was busy while the answer came", () => {
    browser.welcome();
    browser.pass(1_000, connection);
    browser.now += 9_000;
    connection.watch();
    expect(connection.state.kind).toBe("joined");
    browser.say({ type: "ClockPong", time: browser.now, tick: 1, phase: 0 });
    browser.pass(3_000, connection);
    expect(connection.state.kind).toBe("joined");
  });

  test("is not suspected because a hidden page slept", () => {
    browser.welcome();
    browser.say({ type: "ClockPong", time: browser.now, tick: 1, phase: 0 });
    browser.now += 60_000;
    connection.watch();
    expect(connection.state.kind).toBe("joined");
  });

  test("does not hear what an old socket still says", () => {
    browser.welcome();
    const [old] = browser.sockets;
    browser.pass(8_000, connection);
    browser.welcome();
    old.events.received(encode({ type: "People", count: 99 }));
    old.events.closed(1006);
    expect(messages).toEqual([]);
    expect(connection.state.kind).toBe("joined");
  });

  test("waits as long as a goodbye asks, and a little at random", () => {
    browser.welcome();
    browser.say({ type: "Goodbye", reason: Reason.RESTART, resumable: true, retry: 2_000, detail: "" });
    expect(connection.state).toEqual({ kind: "lost", reason: Reason.RESTART, retryAtMs: 3_250 });
  });

  test("is left alone when another window took the place", () => {
    browser.welcome();
    browser.say({ type: "Goodbye", reason: Reason.TAKEN_OVER, resumable: false, retry: 0, detail: "" });
    browser.pass(60_000);
    expect(connection.state).toMatchObject({ kind: "refused", reason: Reason.TAKEN_OVER, retryAtMs: null });
  });

  test("is given up and opened again after bytes that break the wire", () => {
    browser.welcome();
    snapshots = () => {
      throw new ProtocolError("broken");
    };
    browser.line.events.received(Uint8Array.of(SNAPSHOT_ID));
    expect(connection.state).toMatchObject({ kind: "lost", reason: Reason.MALFORMED });
  });

  test("is tried at once when the network comes back", () => {
    browser.welcome();
    browser.line.events.closed(1006);
    connection.retryNow();
    expect(browser.sockets).toHaveLength(2);
    browser.pass(20_000);
    expect(browser.sockets.length).toBeLessThanOrEqual(5);
  });
});

describe("leaving", () => {
  test("tells the server and forgets the secret", () => {
    browser.welcome();
    connection.leave();
    expect(browser.sockets[0].sent.map((message) => message.type)).toContain("Leave");
    expect(browser.secret).toHaveLength(0);
    browser.pass(60_000, connection);
    expect(browser.sockets).toHaveLength(1);
  });
});

describe("going over to another world", () => {
  test("leaves this one, and is in the other as the same guest on the spot that was named", () => {
    browser.welcome();
    const other = new FakeBrowser();
    other.secret = new Uint8Array();
    connection.moveTo(other, "quay");
    expect(browser.sockets[0].sent.at(-1)).toEqual({ type: "Leave" });
    expect(browser.sockets[0].isClosed).toBe(true);
    expect(browser.secret, "what was left cannot be come back to").toHaveLength(0);
    other.line.events.opened();
    expect(other.line.sent[0]).toMatchObject({ type: "Hello", name: "Aino", spot: "quay", secret: new Uint8Array() });
    other.say({ ...WELCOME, world: "hall" });
    expect(connection.state).toMatchObject({ kind: "joined", welcome: { world: "hall" } });
    expect(states.map((state) => state.kind), "nobody sees the page outside meanwhile").not.toContain("left");
  });

  test("what the former world still says is heard by nobody", () => {
    browser.welcome();
    const former = browser.line.events;
    const other = new FakeBrowser();
    connection.moveTo(other, "");
    former.received(encode({ type: "People", count: 7 }));
    former.closed(1000);
    expect(messages).toEqual([]);
    expect(connection.state.kind).toBe("connecting");
  });

  test("a line that is lost before the welcome is opened to the other world again", () => {
    browser.welcome();
    const other = new FakeBrowser();
    connection.moveTo(other, "");
    other.line.events.closed(1006);
    expect(connection.state.kind).toBe("lost");
    other.pass(2_000);
    expect(other.sockets).toHaveLength(2);
    expect(browser.sockets).toHaveLength(1);
  });
});
