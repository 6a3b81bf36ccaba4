/** Finds the links in what somebody said: only https, shown exactly as they are. */

export interface Piece {
  readonly text: string;
  /** Where it leads; null for plain words. */
  readonly href: string | null;
}

const ADDRESS = /https:\/\/[^\s<>"']+/g;
/** A sentence's end is not the address's. */
const TRAILING = /[.,;:!?)\]}…]+$/;

export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    if (!isAddress(address)) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), href: null });
    pieces.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: null });
  return pieces;
}

/** Whether it is an address whose host is what it seems: nothing hides before an @. */
function isAddress(text: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(text);
    return protocol === "https:" && host !== "" && username === "" && password === "";
  } catch {
    return false; // merely looks like one
  }
}
