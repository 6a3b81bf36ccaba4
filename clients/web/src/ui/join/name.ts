/** What a person may call themselves, as the server counts it. */

import { charactersOf } from "../../state/characters";

export const MOST_NAME = 24;

/** The first so many characters as people count them: an emoji of several code points is one. */
export function cutGraphemes(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = charactersOf(text);
  return characters.length <= most ? text : characters.slice(0, most).join("");
}
