// What clients tell the server, packed as bytes: a wish (client), a correction (server).
//
//   wish         u16 tick it is for, u16 yaw (1/65536 turn), u16 bits 0-9 heading, 10-11 gait
//   correction   u16 tick, i32 x, i32 z (1/65536 m), u16 heading, u8 speed: after that tick

export const WISH = 1; // message types: numbers are shorter than names
export const CORRECTION = 2;
export const WISH_BYTES = 6;
const CORRECTION_BYTES = 13;

/** Writes a wish at `at` of a Buffer. */
export function writeWish(buffer, at, tick, yaw, heading, gait) {
  buffer.writeUInt16LE(tick & 0xffff, at);
  buffer.writeUInt16LE(yaw, at + 2);
  buffer.writeUInt16LE(heading | (gait << 10), at + 4);
}

/** Gives a walker the wish in `bytes`; returns the tick it is for, -1 if it is not well formed. */
export function readWish(bytes, walker) {
  if (bytes.length !== WISH_BYTES) return -1;
  const bits = bytes[4] | (bytes[5] << 8);
  const gait = (bits >> 10) & 3;
  if (bits >> 12 || gait > 2) return -1;
  walker.yaw = bytes[2] | (bytes[3] << 8);
  walker.wish = bits & 1023;
  walker.gait = gait;
  return bytes[0] | (bytes[1] << 8);
}

/** A correction: where a walker is after `tick`. */
export function packCorrection(tick, walker) {
  const buffer = Buffer.alloc(CORRECTION_BYTES);
  buffer.writeUInt16LE(tick & 0xffff, 0);
  buffer.writeInt32LE(walker.x, 2);
  buffer.writeInt32LE(walker.z, 6);
  buffer.writeUInt16LE(walker.heading, 10);
  buffer.writeUInt8(walker.speed, 12);
  return buffer;
}

/** What `packCorrection` packed. */
export function readCorrection(bytes) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    tick: buffer.readUInt16LE(0),
    x: buffer.readInt32LE(2),
    z: buffer.readInt32LE(6),
    heading: buffer.readUInt16LE(10),
    speed: buffer.readUInt8(12),
  };
}

/** How far wrapping tick `a` is after `b`, -32768..32767. */
export function ticksBetween(a, b) {
  return (((a - b) & 0xffff) ^ 0x8000) - 0x8000;
}
