/** The colours of people, one family; a look is one byte per choice. */

export const SHIRTS = ["#c8553d", "#2f7f86", "#e0a93f", "#8f6a9a", "#6f8f4e", "#4d6f9a", "#f0ece3", "#b9656f"] as const;
export const TROUSERS = ["#3b4148", "#54606b", "#7a6650", "#2f4a5a", "#8a8478"] as const;
export const SKINS = ["#f6d9c4", "#e8bd9b", "#cf9b74", "#a9754c", "#7d5233", "#54361f"] as const;
export const HAIRS = ["#2b2320", "#5b3a24", "#8a5a2e", "#c9a35a", "#d8d2c6", "#a3452c"] as const;

/** How many looks there are for each byte. */
export const CHOICES: readonly number[] = [SHIRTS.length, TROUSERS.length, SKINS.length, HAIRS.length];

/** The colour that a byte of a look chooses; a missing byte is 0, one too large wraps. */
export function choose<T>(colours: readonly T[], look: Uint8Array, byte: number): T {
  return colours[(look[byte] ?? 0) % colours.length];
}
