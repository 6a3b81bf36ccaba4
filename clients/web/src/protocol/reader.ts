/** Bits in: takes fields from untrusted bytes; what we read is checked. */

import { ProtocolError } from "./errors";

const TOO_MUCH = "a Rice code stands for more than its field can be";

/** Every method throws ProtocolError when the stream is too short or its padding is not zero. */
export class BitReader {
  private readonly bytes: Uint8Array;
  private readonly length: number;
  private at: number;

  constructor(bytes: Uint8Array, startByte = 0) {
    this.bytes = bytes;
    this.length = bytes.length * 8;
    this.at = startByte * 8;
  }

  /** Takes an unsigned field of at most 32 bits. */
  unsigned(bits: number): number {
    if (this.at + bits > this.length) throw new ProtocolError("the message ends inside a field");
    let value = 0;
    for (let done = 0; done < bits; ) {
      const shift = this.at & 7;
      const taken = Math.min(8 - shift, bits - done);
      const piece = (this.bytes[this.at >> 3] >> shift) & ((1 << taken) - 1);
      value += piece * 2 ** done;
      this.at += taken;
      done += taken;
    }
    return value;
  }

  /** Takes a field in two's complement. */
  signed(bits: number): number {
    const value = this.unsigned(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  flag(): boolean {
    return this.unsigned(1) === 1;
  }

  /** Takes a Rice code of a value up to `most`: as many 1 bits as `value >> k`, a 0, k low bits. */
  rice(k: number, most: number): number {
    let ones = 0;
    while (this.flag()) if (++ones * 2 ** k > most) throw new ProtocolError(TOO_MUCH);
    const value = ones * 2 ** k + this.unsigned(k);
    if (value > most) throw new ProtocolError(TOO_MUCH);
    return value;
  }

  /** Bits that were not taken yet. */
  get bitsLeft(): number {
    return this.length - this.at;
  }

  /** Skips to the next whole byte; the bits skipped must be zero. */
  align(): void {
    if (this.unsigned(-this.at & 7) !== 0) throw new ProtocolError("padding bits are not zero");
  }

  /** Checks that the stream ends here. */
  finish(): void {
    this.align();
    if (this.at !== this.length) throw new ProtocolError("bytes after the end of the message");
  }
}
