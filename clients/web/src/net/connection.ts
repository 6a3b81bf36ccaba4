/**
 * One client's conversation with the server, over as many sockets as it takes.
 *
 * It opens a socket, says hello, and keeps the session: when the line is lost it comes back with
 * the resume secret after a random wait, for as long as the page is open. Sockets, time and
 * randomness are handed in.
 */

import { decode, encode } from "../protocol/codec";
import { ProtocolError } from "../protocol/errors";
import {
  type ClientMessage,
  type ClockPong,
  type Goodbye,
  Reason,
  REASON_OF_CLOSE,
  type Refuse,
  RESUMABLE,
  SCHEMA,
  type ServerMessage,
  SNAPSHOT_ID,
  VERSION,
  type Welcome,
} from "../protocol/messages.gen";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const WELCOME_WITHIN_MS = 8_000;
const SILENCE_MS = 6_000; // nothing heard for so long, though asked: the line is dead
const ASKED_MS = 4_000;
const STOOD_STILL_MS = 1_500; // between two looks: the page was busy or hidden, not the line dead
const PING_EVERY_MS = 2_000;
const FIRST_PINGS = 5; // the first few settle the clock
const FIRST_PING_EVERY_MS = 300;
const SETTLED_MS = 10_000; // joined for so long: the next loss begins with short waits again

/** Where the conversation stands; each state says what the page can do. */
export type ConnectionState =
  /** Nothing was asked for yet. */
  | { readonly kind: "idle" }
  /** A socket is being opened or the welcome is awaited; `isReturning`: we were in before. */
  | { readonly kind: "connecting"; readonly isReturning: boolean }
  /** In the world. */
  | { readonly kind: "joined"; readonly welcome: Welcome }
  /** The line is gone; another try begins at `retryAtMs`. `reason` is null when nobody said why. */
  | { readonly kind: "lost"; readonly reason: Reason | null; readonly retryAtMs: number }
  /** The server said no. It is asked again at `retryAtMs`, or only when the person wants (null). */
  | { readonly kind: "refused"; readonly reason: Reason; readonly detail: string; readonly retryAtMs: number | null }
  /** The server speaks a newer wire; the page is being loaded anew. */
  | { readonly kind: "outdated" }
  /** The person left. */
  | { readonly kind: "left" };

export interface Socket {
  send(bytes: Uint8Array): void;
  close(): void;
}

/** What a socket tells; nothing more is told after `closed`. */
export interface SocketEvents {
  opened(): void;
  received(bytes: Uint8Array): void;
  closed(code: number): void;
}

export interface Platform {
  openSocket(events: SocketEvents): Socket;
  nowMs(): number;
  random(): number;
  /** Runs something later; returns what cancels it. */
  later(ms: number, run: () => void): () => void;
  loadSecret(): Uint8Array;
  storeSecret(secret: Uint8Array | null): void;
  /** What a signed link gave; "" for none. It is shown once. */
  loadTicket(): string;
  dropTicket(): void;
  /** Loads the page anew for this schema; returns false when that was tried before. */
  reloadFor(schema: string): boolean;
}

export interface Guest {
  readonly name: string;
  readonly look: Uint8Array;
  readonly language: string;
  /** Where a newcomer wants to begin; empty: the world's own choice. */
  readonly spot: string;
}

export interface Listener {
  stateChanged(state: ConnectionState): void;
  /** A message of a joined session; may throw ProtocolError, which ends the connection. */
  messageReceived(message: ServerMessage): void;
  snapshotReceived(bytes: Uint8Array): void;
  pongReceived(pong: ClockPong, sentMs: number): void;
}

export class Connection {
  private current: ConnectionState = { kind: "idle" };
  private guest: Guest = { name: "", look: new Uint8Array(), language: "en", spot: "" };
  private socket: Socket | null = null;
  private attempts = 0;
  private hasJoined = false;
  private joinedMs = 0;
  private heardMs = 0;
  private askedMs: number | null = null;
  private pingedMs = 0;
  private watchedMs = 0;
  private pings = 0;
  private cancelWait: () => void = () => undefined;
  private platform: Platform;
  private readonly listener: Listener;

  constructor(platform: Platform, listener: Listener) {
    this.platform = platform;
    this.listener = listener;
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** How long an asked question has waited for any answer; 0 while none is open. */
  get waitingMs(): number {
    return this.askedMs === null ? 0 : this.platform.nowMs() - this.askedMs;
  }

  /** Asks to come in, with the session's secret if there is one. */
  join(guest: Guest): void {
    this.guest = guest;
    this.attempts = 0;
    this.connect();
  }

  /** Tries now instead of later: the network came back, or the person does not want to wait. */
  retryNow(): void {
    const { kind } = this.current;
    if (kind === "lost" || kind === "refused") this.connect();
  }

  /** Another look, also for the next hello. */
  dress(look: Uint8Array): void {
    this.guest = { ...this.guest, look };
    this.send({ type: "Dress", look });
  }

  /** Gives up waiting for room: nothing more is tried. */
  stopWaiting(): void {
    this.drop();
    this.enter({ kind: "idle" });
  }

  /** Leaves for good: the session ends. */
  leave(): void {
    this.send({ type: "Leave" });
    this.drop();
    this.platform.storeSecret(null);
    this.hasJoined = false;
    this.enter({ kind: "left" });
  }

  /** The next world to join is another one; nothing is joined now. */
  turnTo(platform: Platform): void {
    this.platform = platform;
  }

  /** Goes over to another world: the session here ends, one there begins, by the same guest. */
  moveTo(platform: Platform, spot: string): void {
    this.send({ type: "Leave" });
    this.drop();
    this.platform.storeSecret(null);
    this.platform = platform;
    this.guest = { ...this.guest, spot };
    this.hasJoined = false;
    this.attempts = 0;
    this.connect();
  }

  /** Sends a control message if there is somebody to send it to; returns whether there was. */
  send(message: ClientMessage): boolean {
    return this.sendBytes(encode(message));
  }

  /** The same for an encoded input. */
  sendBytes(bytes: Uint8Array): boolean {
    if (this.current.kind !== "joined") return false;
    this.socket?.send(bytes);
    return true;
  }

  /** Asks for the time when due and notices a dead line; call it a few times a second. */
  watch(): void {
    if (this.current.kind !== "joined") return;
    const now = this.platform.nowMs();
    // What came while the page stood still waits to be read: the line gets its time again.
    if (now - this.watchedMs > STOOD_STILL_MS && this.askedMs !== null) this.askedMs = now;
    this.watchedMs = now;
    const isAsked = this.askedMs !== null && now - this.askedMs >= ASKED_MS;
    if (isAsked && now - this.heardMs >= SILENCE_MS) {
      this.lose(null);
      return;
    }
    if (now - this.joinedMs >= SETTLED_MS) this.attempts = 0;
    if (now - this.pingedMs >= (this.pings < FIRST_PINGS ? FIRST_PING_EVERY_MS : PING_EVERY_MS)) this.ping(now);
  }

  private connect(): void {
    this.drop();
    this.enter({ kind: "connecting", isReturning: this.hasJoined });
    const isCurrent = (): boolean => this.socket === socket;
    const socket: Socket = this.platform.openSocket({
      opened: () => isCurrent() && this.greet(socket),
      received: (bytes) => isCurrent() && this.receive(bytes),
      closed: (code) => isCurrent() && this.closed(code),
    });
    this.socket = socket;
    this.expectWelcome(this.platform.nowMs() + WELCOME_WITHIN_MS);
  }

  private expectWelcome(byMs: number): void {
    this.cancelWait = this.platform.later(byMs - this.platform.nowMs(), () => {
      const now = this.platform.nowMs();
      if (now - byMs > STOOD_STILL_MS) this.expectWelcome(now + STOOD_STILL_MS);
      else this.lose(null);
    });
  }

  private greet(socket: Socket): void {
    const { name, look, language, spot } = this.guest;
    const secret = this.platform.loadSecret();
    const schema = Uint8Array.from(SCHEMA.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    socket.send(encode({ type: "Hello", version: VERSION, schema, name, look, language, ticket: this.platform.loadTicket(), secret, spot }));
  }

  private receive(bytes: Uint8Array): void {
    this.heardMs = this.platform.nowMs();
    this.askedMs = null;
    try {
      if (bytes[0] !== SNAPSHOT_ID) this.dispatch(decode(bytes, "server") as ServerMessage);
      else if (this.current.kind === "joined") this.listener.snapshotReceived(bytes);
      else throw new ProtocolError("a snapshot before the welcome", Reason.WRONG_STATE);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.lose(error.reason);
    }
  }

  private dispatch(message: ServerMessage): void {
    switch (message.type) {
      case "Welcome":
        this.welcome(message);
        return;
      case "Refuse":
        this.refused(message);
        return;
      case "Goodbye":
        this.ended(message);
        return;
      case "ClockPong":
        this.listener.pongReceived(message, this.sentMs(message.time));
        return;
      default:
        this.listener.messageReceived(message);
    }
  }

  private welcome(message: Welcome): void {
    this.cancelWait();
    this.platform.storeSecret(message.secret);
    this.platform.dropTicket();
    this.hasJoined = true;
    this.joinedMs = this.platform.nowMs();
    this.pings = 0;
    this.pingedMs = -Infinity;
    this.watchedMs = this.joinedMs;
    this.enter({ kind: "joined", welcome: message });
    this.watch();
  }

  private refused({ reason, detail, retry, schema }: Refuse): void {
    this.drop();
    if (reason === Reason.TICKET) this.platform.dropTicket(); // who tries again comes as a guest
    if (reason === Reason.VERSION) {
      const hex = Array.from(schema, (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (this.platform.reloadFor(hex)) this.enter({ kind: "outdated" });
      else this.enter({ kind: "refused", reason, detail, retryAtMs: null });
      return;
    }
    this.stop(reason as Reason, detail, retry, retry > 0 || isResumable(reason));
  }

  private ended({ reason, resumable, retry, detail }: Goodbye): void {
    this.drop();
    if (resumable) this.lose(reason as Reason, retry);
    else this.stop(reason as Reason, detail, retry, false);
  }

  private closed(code: number): void {
    const reason = code in REASON_OF_CLOSE ? REASON_OF_CLOSE[code] : null;
    // 1000 without a goodbye is a proxy's polite close, not a person's wish to leave.
    if (reason === null || reason === Reason.LEFT || isResumable(reason)) this.lose(reason);
    else {
      this.drop();
      this.stop(reason, "", 0, false);
    }
  }

  /** The server said no; comes back by itself only if it makes sense. */
  private stop(reason: Reason, detail: string, retryMs: number, comesBack: boolean): void {
    const retryAtMs = comesBack ? this.scheduleRetry(retryMs) : null;
    this.enter({ kind: "refused", reason, detail, retryAtMs });
  }

  private lose(reason: Reason | null, retryMs = 0): void {
    this.drop();
    this.enter({ kind: "lost", reason, retryAtMs: this.scheduleRetry(retryMs) });
  }

  /** Full jitter: anything between no wait and the present limit, after what the server asked for. */
  private scheduleRetry(askedMs: number): number {
    const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts);
    this.attempts += 1;
    const wait = Math.min(askedMs, 60_000) + this.platform.random() * limit;
    this.cancelWait();
    this.cancelWait = this.platform.later(wait, () => this.connect());
    return this.platform.nowMs() + wait;
  }

  /** Lets go of the socket: whatever it still says is not heard, so a dead one cannot hold us up. */
  private drop(): void {
    this.cancelWait();
    const socket = this.socket;
    this.socket = null;
    this.askedMs = null;
    socket?.close();
  }

  private ping(now: number): void {
    this.pings += 1;
    this.pingedMs = now;
    this.askedMs ??= now;
    this.send({ type: "ClockPing", time: Math.floor(now) % 2 ** 32 });
  }

  /** The time at which a ping with this wire time was sent. */
  private sentMs(wire: number): number {
    const now = this.platform.nowMs();
    return now - ((Math.floor(now) - wire) >>> 0);
  }

  private enter(state: ConnectionState): void {
    this.current = state;
    this.listener.stateChanged(state);
  }
}

/** Whether trying again by itself can help: a hello that came late may come in time. */
function isResumable(reason: number): boolean {
  return reason === Reason.HELLO_LATE || (RESUMABLE as readonly number[]).includes(reason);
}
