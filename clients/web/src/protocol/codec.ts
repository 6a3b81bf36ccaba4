/**
 * Control messages to bytes and back; one legal encoding for each value.
 *
 * A message is its id byte and a MessagePack array of its fields in declared order. Decoding checks
 * id and sender, size, types and ranges, texts in NFC, and that encoding the result gives the same
 * bytes again; the last check alone rules out long forms, floats, maps, extensions, trailing bytes.
 */

import { Decoder, Encoder } from "@msgpack/msgpack";

import { ProtocolError } from "./errors";
import { type ClientMessage, type Field, MESSAGES, type MessageShape, Reason, type ServerMessage } from "./messages.gen";

export type Message = ClientMessage | ServerMessage;
export type Sender = MessageShape["sender"];

const BY_ID = new Map(MESSAGES.map((shape) => [shape.id, shape]));
const BY_TYPE = new Map(MESSAGES.map((shape) => [shape.type, shape]));
const LONE_SURROGATE = /\p{Surrogate}/u;
const LARGEST = 4096;

const encoder = new Encoder();
const decoder = new Decoder({
  maxArrayLength: 32,
  maxMapLength: 0,
  maxExtLength: 0,
  maxStrLength: LARGEST,
  maxBinLength: LARGEST,
});

/** Encodes a control message; throws RangeError when it breaks its own field types or size limit. */
export function encode(message: Message): Uint8Array {
  const shape = BY_TYPE.get(message.type);
  if (shape === undefined) throw new RangeError(`no message ${message.type}`);
  const values = shape.fields.map(([name]) => (message as unknown as Fields)[name]);
  const fault = findFault(shape, values);
  if (fault !== null) throw new RangeError(fault);
  const bytes = pack(shape.id, values);
  if (bytes.length > shape.limit) {
    throw new RangeError(`${shape.type} has ${bytes.length} bytes, limit ${shape.limit}`);
  }
  return bytes;
}

/** Decodes a control message that `sender` sent; throws ProtocolError on anything `encode` would not write. */
export function decode(bytes: Uint8Array, sender: Sender): Message {
  const shape = bytes.length > 0 ? BY_ID.get(bytes[0]) : undefined;
  if (shape === undefined || shape.sender !== sender) {
    throw new ProtocolError(`no message ${bytes[0] ?? "(empty)"} from a ${sender}`, Reason.UNKNOWN_MESSAGE);
  }
  if (bytes.length > shape.limit) {
    throw new ProtocolError(`${shape.type} has ${bytes.length} bytes, limit ${shape.limit}`, Reason.OVERSIZED);
  }
  const values = unpack(bytes.subarray(1));
  if (!Array.isArray(values)) throw new ProtocolError(`${shape.type}: expected an array of its fields`);
  const fault = findFault(shape, values);
  if (fault !== null) throw new ProtocolError(fault);
  if (!isSame(pack(shape.id, values), bytes)) {
    throw new ProtocolError(`${shape.type} is not in its one legal encoding`);
  }
  const fields = shape.fields.map(([name], index) => [name, values[index]]);
  return { type: shape.type, ...Object.fromEntries(fields) } as unknown as Message;
}

/** How many characters a text has, as the wire counts them: code points. */
export function countCharacters(text: string): number {
  return [...text].length;
}

/** The first `most` characters of a text. */
export function cutCharacters(text: string, most: number): string {
  return [...text].slice(0, most).join("");
}

type Fields = Readonly<{ [name: string]: unknown }>;

function unpack(bytes: Uint8Array): unknown {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new ProtocolError(`not MessagePack: ${String(error)}`);
  }
}

function pack(id: number, values: readonly unknown[]): Uint8Array {
  const packed = encoder.encodeSharedRef(values);
  const bytes = new Uint8Array(packed.length + 1);
  bytes[0] = id;
  bytes.set(packed, 1);
  return bytes;
}

function findFault(shape: MessageShape, values: readonly unknown[]): string | null {
  if (values.length !== shape.fields.length) {
    return `${shape.type}: expected ${shape.fields.length} fields, got ${values.length}`;
  }
  const wrong = shape.fields.find((field, index) => !isLegal(field, values[index]));
  return wrong === undefined ? null : `${shape.type}.${wrong[0]} is not ${wrong[1]} ${wrong[2]}..${wrong[3]}`;
}

function isLegal([, type, low, high]: Field, value: unknown): boolean {
  switch (type) {
    case "bool":
      return typeof value === "boolean";
    case "int":
      return typeof value === "number" && Number.isInteger(value) && !Object.is(value, -0) && isWithin(value, low, high);
    case "bytes":
      return value instanceof Uint8Array && isWithin(value.length, low, high);
    case "text":
      return typeof value === "string" && isWithin(countCharacters(value), low, high) && isClean(value);
  }
}

function isWithin(value: number, low: number, high: number): boolean {
  return low <= value && value <= high;
}

function isClean(text: string): boolean {
  return text.normalize("NFC") === text && !text.includes("\0") && !LONE_SURROGATE.test(text);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
