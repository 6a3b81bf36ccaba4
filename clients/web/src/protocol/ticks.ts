/** Tick numbers wrap at 65,536 on the wire and grow without end in the client. */

const WRAP = 65536;

/** The tick nearest to `near` whose number on the wire is `wire`. */
export function unwrapTick(wire: number, near: number): number {
  const ahead = (wire - near) & (WRAP - 1);
  return near + (ahead < WRAP / 2 ? ahead : ahead - WRAP);
}

/** The number of a tick on the wire. */
export function wireTick(tick: number): number {
  return tick & (WRAP - 1);
}
