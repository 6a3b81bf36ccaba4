/** The browser's sockets, clock and storage, as the connection asks for them. */

import type { Platform, Socket, SocketEvents } from "../net/connection";
import { SUBPROTOCOL } from "../protocol/messages.gen";
import { ticketOf } from "./sharing";

const SECRET_KEY = "aukio.secret";
const TICKET_KEY = "aukio.ticket";
const RELOAD_KEY = "aukio.reloaded-for";
const ABNORMAL = 1006;

/** Storages are asked for late: where the person forbids them, even naming one throws. */
export type StorageOf = () => Storage;
export const session: StorageOf = () => sessionStorage;
export const local: StorageOf = () => localStorage;

/** `world` is null for the only world of a server. The secret is kept per tab and world. */
export function buildPlatform(world: string | null): Platform {
  const key = world === null ? SECRET_KEY : `${SECRET_KEY}.${world}`;
  // Where nothing may be stored the page itself remembers: a lost line still leads back to one's place.
  let remembered: string | null = null;
  return {
    openSocket: (events) => openSocket(world, events),
    nowMs: () => performance.now(),
    random: () => Math.random(),
    later: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    loadSecret: () => fromHex(read(session, key) ?? remembered ?? ""),
    storeSecret: (secret) => {
      remembered = secret === null ? null : toHex(secret);
      write(session, key, remembered);
    },
    loadTicket: () => read(session, ticketKey(world)) ?? "",
    dropTicket: () => write(session, ticketKey(world), null),
    reloadFor: (schema) => {
      if (read(session, RELOAD_KEY) === schema) return false;
      write(session, RELOAD_KEY, schema);
      // Without storage nobody would remember the reload, and the page would load for ever.
      if (read(session, RELOAD_KEY) !== schema) return false;
      location.reload();
      return true;
    },
  };
}

/** Takes the ticket of a signed link out of the address, where others could read it, and keeps it until it is shown. */
export function takeTicket(world: string | null): boolean {
  const ticket = ticketOf(location);
  if (ticket === null) return false;
  write(session, ticketKey(world), ticket);
  history.replaceState(history.state, "", `${location.pathname}${location.search}`);
  return true;
}

function ticketKey(world: string | null): string {
  return world === null ? TICKET_KEY : `${TICKET_KEY}.${world}`;
}

/** Reads from a storage that a browser may forbid. */
export function read(storage: StorageOf, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null; // forbidden by the person's settings: as if nothing were stored
  }
}

/** Writes to a storage that a browser may forbid; null removes. */
export function write(storage: StorageOf, key: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // Forbidden or full: the page works without memory.
  }
}

function openSocket(world: string | null, events: SocketEvents): Socket {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const path = world === null ? "/ws" : `/ws/${encodeURIComponent(world)}`;
  const socket = new WebSocket(`${scheme}://${location.host}${path}`, SUBPROTOCOL);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }) => events.received(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array());
  socket.onclose = ({ code }) => events.closed(code || ABNORMAL);
  return {
    send: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>);
    },
    close: () => socket.close(),
  };
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
