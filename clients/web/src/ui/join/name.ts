/** What a person may call themselves, as the server counts it. */

export const MOST_NAME = 24;

/** The first so many characters as people count them: an emoji of several code points is one. */
export function cutGraphemes(text: string, most: number): string {
  if (text.length <= most) return text;
  const segments = [...new Intl.Segmenter().segment(text)];
  return segments.length <= most ? text : segments.slice(0, most).map(({ segment }) => segment).join("");
}
