/**
 * Snapshots: what one tick tells one viewer. Layout: `protocol/SPEC.md` SN1, drawn as
 *
 * ```
 * 0      u8   0x81
 * 1      u8   bit 0 correction, 1 leaves, 2 poses, 3 answer, 4 whole tick, 5-7 k of the gaps
 * 2      u8   low byte of the tick (bit 4: u16, the whole tick)
 * [answer: u16 sequence of the last input that was simulated, i8 how early it came, 1/16 tick]
 * [correction, 24 bytes]  [leaves: u8 count, u16 each]  [poses: u8 count, then u16 slot and 17 bytes each]
 * to the end: of each record the gap, as a Rice code, and what `record.ts` draws; then zero bits
 * ```
 */

import { ProtocolError } from "./errors";
import { Reason, SNAPSHOT_ID } from "./messages.gen";
import type { Gait } from "./motion.gen";
import { type Pose, readPose } from "./pose";
import { BitReader } from "./reader";
import { type Place, readRecord, type Record } from "./record";

const LAST_SLOT = 0xffff;
const LARGEST_K = 7;
const LONGEST_SHORT_TICK = 255; // ticks after the one before that the low byte tells
const LATEST_TICK = 0x7fff;

/** News of one's inputs: the last that was simulated, and how early it came, in 1/16 tick (negative: late). */
export interface Answer {
  readonly input: number;
  readonly margin: number;
}

/** The viewer's own avatar as the server has it after tick `tick`, at full precision. */
export interface Correction {
  readonly tick: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly vertical: number;
  readonly yaw: number;
  readonly heading: number;
  readonly speed: number;
  readonly air: boolean;
  readonly moved: boolean;
  /** How it goes on, for clients that do not predict themselves; ours does. */
  readonly gait: Gait;
}

export interface Snapshot {
  readonly tick: number;
  readonly records: readonly Record[];
  readonly leaves: readonly number[];
  /** Null while no input was simulated since the snapshot before. */
  readonly answer: Answer | null;
  readonly correction: Correction | null;
  readonly poses: readonly (readonly [number, Pose])[];
}

/** The believed place of a known entity at a tick on the wire, undefined if it is not known. */
export type BelievedAt = (slot: number, tick: number) => Place | undefined;

/**
 * Decodes a snapshot whole, before anything is applied. `before` is the tick of the snapshot before;
 * for the first, that of the welcome.
 *
 * Throws ProtocolError on anything that no encoder would write, and on a record without a whole
 * position for an entity that `believed` does not know.
 */
export function decodeSnapshot(bytes: Uint8Array, tickHz: number, before: number, believed: BelievedAt): Snapshot {
  const take = new BitReader(bytes);
  if (take.unsigned(8) !== SNAPSHOT_ID) throw new ProtocolError("not a snapshot", Reason.UNKNOWN_MESSAGE);
  const flags = take.unsigned(8);
  const tick = readTick(take, before, (flags & 16) !== 0);
  const answer = flags & 8 ? { input: take.unsigned(16), margin: take.signed(8) } : null;
  const correction = flags & 1 ? readCorrection(take) : null;
  const leaves = flags & 2 ? readSome(take, (from) => from.unsigned(16)) : [];
  const poses = flags & 4 ? readSome(take, (from) => [from.unsigned(16), readPose(from)] as const) : [];
  const records = readRecords(take, flags >> 5, (from, slot) => readRecord(from, slot, tickHz, (of) => believed(of, tick)));
  return { tick, records, leaves, answer, correction, poses };
}

/** The k of the gaps of so many records that end at this slot: log2 of the mean gap, rounded down. */
export function riceParameter(count: number, lastSlot: number): number {
  const mean = Math.floor((lastSlot + 1 - count) / count);
  return Math.min(LARGEST_K, Math.max(0, 31 - Math.clz32(mean)));
}

function readTick(take: BitReader, before: number, isWhole: boolean): number {
  if (!isWhole) {
    const later = (take.unsigned(8) - before) & 0xff;
    if (later === 0) throw new ProtocolError("a snapshot repeats the low byte of the tick before");
    return (before + later) & 0xffff;
  }
  const tick = take.unsigned(16);
  const later = (tick - before) & 0xffff;
  if (later <= LONGEST_SHORT_TICK || later > LATEST_TICK) throw new ProtocolError("a tick is whole where its low byte would do, or goes back");
  return tick;
}

function readRecords(take: BitReader, k: number, read: (take: BitReader, slot: number) => Record): Record[] {
  const records: Record[] = [];
  let slot = -1;
  while (take.bitsLeft >= 8) {
    slot += 1 + take.rice(k, LAST_SLOT - slot - 1);
    records.push(read(take, slot));
  }
  take.finish();
  const given = records.length === 0 ? 0 : riceParameter(records.length, slot);
  if (k !== given) throw new ProtocolError("the gaps are not written with the k that they give");
  return records;
}

function readSome<T>(take: BitReader, read: (take: BitReader) => T): T[] {
  const found: T[] = [];
  for (let left = take.unsigned(8); left > 0; left--) found.push(read(take));
  if (found.length === 0) throw new ProtocolError("a snapshot flags a part that is empty");
  return found;
}

function readCorrection(take: BitReader): Correction {
  const tick = take.unsigned(16);
  const [x, y, z, vertical] = [take.signed(32), take.signed(32), take.signed(32), take.signed(32)];
  const [yaw, heading, speed, flags] = [take.unsigned(16), take.unsigned(16), take.unsigned(8), take.unsigned(8)];
  if (flags >> 4 !== 0) throw new ProtocolError("a correction has an illegal flag");
  return { tick, x, y, z, vertical, yaw, heading, speed, air: (flags & 1) !== 0, moved: (flags & 2) !== 0, gait: (flags >> 2) as Gait };
}
