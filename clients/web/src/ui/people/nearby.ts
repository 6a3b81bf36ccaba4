/** Who is near, as the people panel lists them: sorted, searched, and where to turn to see them. */

import type { TextKey } from "../texts/shape";

export const MOST_LISTED = 50;

export interface Nearby {
  readonly slot: number;
  readonly name: string;
  readonly metres: number;
  /** Radians clockwise from where the view looks, -pi..pi. */
  readonly bearing: number;
  readonly isHandUp: boolean;
  readonly isSitting: boolean;
  readonly isSpeaking: boolean;
  readonly isHidden: boolean;
  /** They have no word; known to those who may take it. */
  readonly isSilenced: boolean;
}

const DIRECTIONS = [
  "people.ahead",
  "people.aheadRight",
  "people.right",
  "people.behindRight",
  "people.behind",
  "people.behindLeft",
  "people.left",
  "people.aheadLeft",
] as const satisfies readonly TextKey[];

/** The words for a bearing: eighths of the circle round the one who looks. */
export function directionOf(bearing: number): (typeof DIRECTIONS)[number] {
  const eighth = Math.round((bearing / (2 * Math.PI)) * 8);
  return DIRECTIONS[((eighth % 8) + 8) % 8];
}

/** Where somebody is, seen from a place and a view. Axes: x east, z south; angles clockwise from north. */
export function bearingOf(east: number, south: number, viewYaw: number): number {
  const angle = Math.atan2(east, -south) - viewYaw;
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

/** Those whose name holds the text, upper and lower case and accents alike, at most `MOST_LISTED`. */
export function found(people: readonly Nearby[], text: string): readonly Nearby[] {
  const wanted = plain(text);
  return people.filter(({ name }) => plain(name).includes(wanted)).slice(0, MOST_LISTED);
}

/**
 * The nearest first; while `order` is held, whoever is in it keeps the place, so that nobody moves away
 * under a finger.
 */
export function ordered(people: readonly Nearby[], order: readonly number[] | null): readonly Nearby[] {
  const rank = new Map(order?.map((slot, index) => [slot, index]));
  const rankOf = ({ slot }: Nearby): number => rank.get(slot) ?? Infinity;
  return [...people].sort((a, b) => (rankOf(a) === rankOf(b) ? a.metres - b.metres : rankOf(a) - rankOf(b)));
}

/** Who was tapped in the picture comes first. */
export function selectedFirst(people: readonly Nearby[], selected: number | null): readonly Nearby[] {
  const person = people.find(({ slot }) => slot === selected);
  return person === undefined ? people : [person, ...people.filter((each) => each !== person)];
}

function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{Mark}/gu, "").toLowerCase().trim();
}
