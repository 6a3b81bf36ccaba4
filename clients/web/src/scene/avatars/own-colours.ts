/** The colours of one's own hands in a headset. */

import { optionIndex } from "../../state/look";
import { SKINS, TOP_COLOURS } from "../palette";

/** Skin and sleeve of a look, as CSS colours. */
export function ownColours(look: Uint8Array): [skin: string, sleeve: string] {
  return [css(SKINS[optionIndex(look, "skin")]), css(TOP_COLOURS[optionIndex(look, "topColour")])];
}

function css(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}
