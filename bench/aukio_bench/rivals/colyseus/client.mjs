// One client of a Colyseus room as a bare socket: it joins as Colyseus' own SDK does, counts what
// it receives, answers pings, and hands patches on only if it has a listener for them.

import { request } from "node:http";
import { connect } from "node:net";
import { randomBytes } from "node:crypto";

import { CORRECTION, WISH, WISH_BYTES, readCorrection, writeWish } from "./wish.mjs";

// The first byte of Colyseus' messages (Protocol of @colyseus/shared-types).
const JOIN_ROOM = 10;
const ERROR = 11;
const ROOM_STATE = 14;
const ROOM_STATE_PATCH = 15;
const ROOM_DATA_BYTES = 17;

const [BINARY, CLOSE, PING, PONG] = [0x82, 0x88, 0x89, 0x8a];
const NOTHING = Buffer.alloc(0);
// All sockets read into one buffer: what came is taken before the next read, and 25 MB a second of
// fresh buffers would cost the generator more in collecting them than in reading.
const ARRIVED = Buffer.allocUnsafe(64 * 1024);

export class Client {
  received = 0; // bytes of websocket frames, headers included
  frames = 0;
  #rest = NOTHING;
  #isUpgraded = false;
  #socket = null;
  #input = frame(Buffer.from([ROOM_DATA_BYTES, WISH, ...new Array(WISH_BYTES).fill(0)]));

  /**
   * `listener` has joined(), ended(why), corrected(correction), and, for the sample,
   * handshake(bytes), state(bytes) and patch(bytes), whose bytes hold only during the call.
   */
  constructor(listener) {
    this.listener = listener;
    this.isSampled = listener.patch !== undefined;
  }

  /** Reserves a seat over HTTP, then opens the websocket. */
  async open(port, agent, options) {
    const seat = await reserve(port, agent, options);
    const path = `/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`;
    const callback = (size, buffer) => {
      this.#take(buffer.subarray(0, size));
      return true; // go on reading
    };
    const onread = { buffer: ARRIVED, callback };
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
    this.#socket.on("error", (error) => this.listener.ended(error.code));
    this.#socket.on("close", () => this.listener.ended("closed"));
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
  }

  /** Sends a wish; its frame is one buffer used again, for a mask of zeros masks nothing. */
  wish(tick, yaw, heading, gait) {
    writeWish(this.#input, this.#input.length - WISH_BYTES, tick, yaw, heading, gait);
    this.#socket.write(Buffer.from(this.#input));
  }

  close() {
    this.listener = { ended() {} };
    this.#socket?.destroy();
  }

  #take(data) {
    if (this.#rest.length) {
      data = Buffer.concat([this.#rest, data]);
      this.#rest = NOTHING;
    }
    let at = 0;
    if (!this.#isUpgraded) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#rest = Buffer.from(data);
        return;
      }
      if (!data.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101"))) {
        this.listener.ended(data.toString("latin1", 0, 40));
        return;
      }
      this.#isUpgraded = true;
      at = end + 4;
    }
    while (data.length - at >= 2) {
      let size = data[at + 1];
      let head = 2;
      if (size === 126) {
        if (data.length - at < 4) break;
        size = data.readUInt16BE(at + 2);
        head = 4;
      } else if (size === 127) {
        if (data.length - at < 10) break;
        size = Number(data.readBigUInt64BE(at + 2));
        head = 10;
      }
      const stop = at + head + size;
      if (stop > data.length) break;
      this.received += head + size;
      this.frames++;
      this.#frame(data[at], data, at + head, stop);
      at = stop;
    }
    if (at < data.length) this.#rest = Buffer.from(data.subarray(at));
  }

  #frame(kind, data, from, to) {
    if (kind === BINARY) {
      const message = data[from];
      if (message === ROOM_STATE_PATCH) {
        if (this.isSampled) this.listener.patch(data.subarray(from + 1, to));
      } else {
        this.#message(message, data.subarray(from + 1, to));
      }
    } else if (kind === PING) {
      this.#socket.write(frame(data.subarray(from, to), PONG));
    } else if (kind === CLOSE) {
      this.listener.ended(`close ${to - from >= 2 ? data.readUInt16BE(from) : ""}`);
    }
  }

  #message(kind, bytes) {
    if (kind === JOIN_ROOM) {
      if (this.isSampled) this.listener.handshake(reflection(bytes));
      this.#socket.write(frame(Buffer.from([JOIN_ROOM])));
    } else if (kind === ROOM_STATE) {
      if (this.isSampled) this.listener.state(bytes);
      this.listener.joined();
    } else if (kind === ROOM_DATA_BYTES && bytes[0] === CORRECTION) {
      this.listener.corrected(readCorrection(bytes.subarray(1)));
    } else if (kind === ERROR) {
      this.listener.ended(`error ${bytes.toString("latin1")}`);
    }
  }
}

/** A masked frame with a mask of zeros: clients must mask, and any mask is legal. */
function frame(payload, kind = BINARY) {
  return Buffer.concat([Buffer.from([kind, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** The description of the state's types in a JOIN_ROOM message, after its token and serializer. */
function reflection(bytes) {
  let at = 1 + bytes[0]; // the token
  at += 1 + bytes[at]; // the name of the serializer
  let size = bytes[at++]; // Colyseus' number: below 128 itself, 0xcc u8, 0xcd u16
  if (size === 0xcc) size = bytes[at++];
  else if (size === 0xcd) {
    size = bytes.readUInt16LE(at);
    at += 2;
  } else if (size > 127) throw new Error(`a handshake of unexpected size (${size})`);
  return bytes.subarray(at, at + size);
}

function reserve(port, agent, options) {
  const body = JSON.stringify(options);
  const headers = { "content-type": "application/json", "content-length": body.length };
  const path = "/matchmake/joinOrCreate/plaza";
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, agent, method: "POST", path, headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part) => (text += part));
        answer.on("end", () => {
          if (answer.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`matchmaking answered ${answer.statusCode}: ${text}`));
        });
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}
