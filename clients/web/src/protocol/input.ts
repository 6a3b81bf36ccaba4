/** Inputs: what a walker wishes, packed for the wire. */

import { INPUT_ID, Reason } from "./messages.gen";
import { Gait, POSE_BYTES } from "./motion.gen";
import { ProtocolError } from "./errors";
import { type Pose, readPose, writePose } from "./pose";
import { BitReader } from "./reader";
import { BitWriter } from "./writer";

const HEAD_BYTES = 11;
const CLAIM_BYTES = 4;

/** Low 16 bits of the predicted x and z, in 1/256 m. */
export type Claim = readonly [number, number];

/**
 * What a walker wishes, from client tick `tick` on.
 *
 * Units: yaw 1/65536 turn; heading 0..1023 in 1/1024 turn; claim: where the client predicts itself
 * at the start of `tick`; seen: the tick of the last snapshot applied.
 */
export interface Input {
  readonly sequence: number;
  readonly tick: number;
  readonly seen: number;
  readonly yaw: number;
  readonly heading: number;
  readonly gait: Gait;
  readonly jump: boolean;
  readonly claim: Claim | null;
  readonly pose: Pose | null;
}

/** What holds in one tick. */
export type Wish = Pick<Input, "yaw" | "heading" | "gait" | "jump">;

/**
 * Encodes an input.
 *
 * ```
 * 0      u8   0x01
 * 1-2    u16  sequence, wrapping, +1 for each input
 * 3-4    u16  tick from which the wish holds
 * 5-6    u16  tick of the last snapshot applied
 * 7-8    u16  yaw
 * 9-10   u16  bits 0-9 heading, 10-11 gait (0-2), 12 jump, 13 claim, 14 pose, 15 zero
 * [claim: u16 x, u16 z]   [pose: 17 bytes]
 * ```
 */
export function encodeInput(input: Input): Uint8Array {
  if (input.gait === Gait.KEEP) throw new RangeError("an input has no gait KEEP");
  const out = new BitWriter();
  out.unsigned(INPUT_ID, 8);
  for (const field of [input.sequence, input.tick, input.seen, input.yaw]) out.unsigned(field, 16);
  out.unsigned(input.heading, 10);
  out.unsigned(input.gait, 2);
  for (const flag of [input.jump, input.claim !== null, input.pose !== null, false]) out.unsigned(flag ? 1 : 0, 1);
  for (const field of input.claim ?? []) out.unsigned(field, 16);
  if (input.pose !== null) writePose(out, input.pose);
  return out.toBytes();
}

/** Decodes an input; throws ProtocolError on a wrong id, a wrong length, gait 3 or bit 15 set. */
export function decodeInput(bytes: Uint8Array): Input {
  if (bytes[0] !== INPUT_ID) throw new ProtocolError("not an input", Reason.UNKNOWN_MESSAGE);
  const take = new BitReader(bytes, 1);
  const [sequence, tick, seen, yaw] = [take.unsigned(16), take.unsigned(16), take.unsigned(16), take.unsigned(16)];
  const heading = take.unsigned(10);
  const gait = take.unsigned(2) as Gait;
  const [jump, hasClaim, hasPose, illegal] = [take.flag(), take.flag(), take.flag(), take.flag()];
  const size = HEAD_BYTES + (hasClaim ? CLAIM_BYTES : 0) + (hasPose ? POSE_BYTES : 0);
  if (illegal || gait === Gait.KEEP || bytes.length !== size) {
    throw new ProtocolError("an input has a wrong length or an illegal flag");
  }
  const claim: Claim | null = hasClaim ? [take.unsigned(16), take.unsigned(16)] : null;
  const pose = hasPose ? readPose(take) : null;
  return { sequence, tick, seen, yaw, heading, gait, jump, claim, pose };
}
