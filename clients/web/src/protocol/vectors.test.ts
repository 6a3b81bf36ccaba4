/** The golden bytes of protocol/vectors, which the server's tests read too. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { decode, encode, type Message, type Sender } from "./codec";
import { ProtocolError } from "./errors";
import { decodeInput, encodeInput, type Input } from "./input";
import { INPUT_ID, Reason, SNAPSHOT_ID } from "./messages.gen";
import { advance, type Motion } from "./motion";
import { decodeSnapshot } from "./snapshot";

const FOLDER = new URL("../../../../protocol/vectors/", import.meta.url);
const load = (name: string): never => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as never;

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function revived(fields: object): object {
  const entries = Object.entries(fields).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === "object" && value !== null && "hex" in value ? fromHex(value.hex as string) : value,
  ]);
  return Object.fromEntries(entries) as object;
}

interface Named {
  readonly name: string;
  readonly hex: string;
}

describe("control.json", () => {
  const cases: (Named & { type: string; sender: Sender; fields: object })[] = load("control.json");
  test.each(cases)("$name", ({ type, sender, fields, hex }) => {
    const message = { type, ...revived(fields) } as Message;
    expect(toHex(encode(message))).toBe(hex);
    expect(decode(fromHex(hex), sender)).toEqual(message);
  });
});

describe("inputs.json", () => {
  const cases: (Named & { fields: Input })[] = load("inputs.json");
  test.each(cases)("$name", ({ fields, hex }) => {
    expect(toHex(encodeInput(fields))).toBe(hex);
    expect(decodeInput(fromHex(hex))).toEqual(fields);
  });
});

describe("snapshots.json", () => {
  const file: { tick_hz: number; believed: { [slot: string]: [number, number] }; cases: (Named & { before: number; fields: object })[] } =
    load("snapshots.json");
  const believed = (slot: number) => {
    const place = file.believed[slot];
    return place && { x: place[0], z: place[1] };
  };
  test.each(file.cases)("$name", ({ before, fields, hex }) => {
    expect(decodeSnapshot(fromHex(hex), file.tick_hz, before, believed)).toEqual(fields);
  });
});

describe("motion.json", () => {
  const cases: { name: string; tick_hz: number; from: Motion; then: number[][] }[] = load("motion.json");
  test.each(cases)("$name at $tick_hz Hz", ({ tick_hz, from, then }) => {
    const motion = { ...from };
    const course = then.map(() => {
      advance(motion, tick_hz);
      return [motion.x, motion.y, motion.z, motion.yaw, motion.heading, motion.speed];
    });
    expect(course).toEqual(then);
  });
});

describe("rejects.json", () => {
  const cases: (Named & { sender: Sender; reason: keyof typeof Reason })[] = load("rejects.json");
  test.each(cases)("$name", ({ sender, hex, reason }) => {
    const bytes = fromHex(hex);
    expect(refusal(bytes, sender)).toBe(Reason[reason]);
  });
});

function refusal(bytes: Uint8Array, sender: Sender): Reason | "accepted" {
  try {
    if (sender === "client" && bytes[0] === INPUT_ID) decodeInput(bytes);
    else if (sender === "server" && bytes[0] === SNAPSHOT_ID) decodeSnapshot(bytes, 20, 0, () => undefined);
    else decode(bytes, sender);
  } catch (error) {
    if (error instanceof ProtocolError) return error.reason;
    throw error;
  }
  return "accepted";
}
