/** Bits out. The first bit is the least significant bit of the first byte; fields low bit first. */

export class BitWriter {
  private bytes = new Uint8Array(64);
  private length = 0;

  /** Appends an unsigned field of at most 32 bits; what we write is asserted. */
  unsigned(value: number, bits: number): void {
    if (!(value >= 0 && value < 2 ** bits)) throw new RangeError(`${value} does not fit in ${bits} bits`);
    this.reserve(bits);
    let rest = value;
    for (let left = bits; left > 0; ) {
      const shift = this.length & 7;
      const taken = Math.min(8 - shift, left);
      this.bytes[this.length >> 3] |= (rest % 2 ** taken) << shift;
      rest = Math.floor(rest / 2 ** taken);
      this.length += taken;
      left -= taken;
    }
  }

  /** Appends a field in two's complement. */
  signed(value: number, bits: number): void {
    const half = 2 ** (bits - 1);
    if (!(value >= -half && value < half)) throw new RangeError(`${value} does not fit in ${bits} signed bits`);
    this.unsigned(value < 0 ? value + 2 * half : value, bits);
  }

  /** The stream, padded with zero bits to whole bytes. */
  toBytes(): Uint8Array {
    return this.bytes.slice(0, (this.length + 7) >> 3);
  }

  private reserve(bits: number): void {
    const needed = (this.length + bits + 7) >> 3;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(2 * needed);
    grown.set(this.bytes);
    this.bytes = grown;
  }
}
