/** Dresses people: which parts, colours and measures a look asks for. */

import { type Option, optionIndex, optionOf } from "../../state/look";
import { ACCENTS, BOTTOM_COLOURS, HAIR_COLOURS, SHOE_COLOURS, SKINS, TOP_COLOURS } from "../palette";
import { AID_PARTS } from "./aids";
import { BODY_PARTS } from "./body";
import { HAIR_PARTS } from "./hair";
import type { Part } from "./patches";

export const PARTS: readonly Part[] = [...BODY_PARTS, ...HAIR_PARTS, ...AID_PARTS];
const NUMBER = new Map(PARTS.map(({ name }, number) => [name, number]));

/** Measures of a body, relative to the resting one. */
export interface Build {
  readonly height: number;
  readonly shoulders: number;
  readonly hips: number;
  readonly depth: number;
  readonly girth: number;
  readonly belly: number;
  readonly head: number;
}

const BUILDS: Record<Option<"body">, Build> = {
  medium: { height: 1, shoulders: 1, hips: 1, depth: 1, girth: 1, belly: 0, head: 1 },
  tall: { height: 1.065, shoulders: 1.02, hips: 0.98, depth: 1, girth: 0.98, belly: 0, head: 0.965 },
  small: { height: 0.915, shoulders: 0.93, hips: 0.98, depth: 0.98, girth: 0.98, belly: 0, head: 1.06 },
  broad: { height: 1.02, shoulders: 1.13, hips: 1.02, depth: 1.08, girth: 1.14, belly: 0.01, head: 1 },
  slender: { height: 1.02, shoulders: 0.91, hips: 0.9, depth: 0.9, girth: 0.86, belly: 0, head: 1 },
  round: { height: 0.965, shoulders: 1.05, hips: 1.17, depth: 1.2, girth: 1.12, belly: 0.055, head: 1.03 },
  sturdy: { height: 0.945, shoulders: 1.08, hips: 1.1, depth: 1.1, girth: 1.13, belly: 0.025, head: 1.03 },
  young: { height: 0.8, shoulders: 0.9, hips: 0.92, depth: 0.98, girth: 1.02, belly: 0.008, head: 1.2 },
};

const HAIRS: Record<Option<"hair">, readonly string[]> = {
  short: ["hairShort"],
  long: ["hairLong", "hairLongBack"],
  bun: ["hairTucked", "bun"],
  curly: ["hairCurly"],
  braid: ["hairTucked", "braidBack"],
  bob: ["hairBob"],
  ponytail: ["hairTucked", "tail", "bandTail"],
  side: ["hairSide"],
  buzz: ["hairBuzz"],
  bald: [],
  cap: ["hairUnderHat", "cap", "brim"],
  beanie: ["hairUnderHat", "beanie", "pompom"],
  headscarf: ["scarfHead", "scarfNeck"],
  bunches: ["hairTucked", "bunchR", "bunchL"],
};

interface Cut {
  readonly torso: "torsoSlim" | "torsoLoose" | "torsoLong";
  readonly arm: "armBare" | "armShort" | "armLong" | "armWide";
}
const TOPS: Record<Option<"top">, Cut> = {
  tshirt: { torso: "torsoSlim", arm: "armShort" },
  jumper: { torso: "torsoLoose", arm: "armWide" },
  shirt: { torso: "torsoSlim", arm: "armLong" },
  hoodie: { torso: "torsoLoose", arm: "armWide" },
  jacket: { torso: "torsoLoose", arm: "armWide" },
  dress: { torso: "torsoSlim", arm: "armShort" },
  vest: { torso: "torsoLoose", arm: "armLong" },
  overalls: { torso: "torsoSlim", arm: "armShort" },
  striped: { torso: "torsoSlim", arm: "armLong" },
  raincoat: { torso: "torsoLong", arm: "armWide" },
};
const BOTTOMS: Record<Option<"bottom">, { readonly leg: string; readonly skirt: string | null }> = {
  trousers: { leg: "legTrouser", skirt: null },
  shorts: { leg: "legShorts", skirt: null },
  skirt: { leg: "legUnderShort", skirt: "skirtShort" },
  wide: { leg: "legWide", skirt: null },
  leggings: { leg: "legLeggings", skirt: null },
  longSkirt: { leg: "legUnderLong", skirt: "skirtLong" },
};
const EXTRAS: Record<Option<"extra">, readonly string[]> = {
  none: [],
  roundGlasses: ["roundGlassesRimR", "roundGlassesRimL", "roundGlassesTempleR", "roundGlassesTempleL", "roundGlassesBridge"],
  squareGlasses: ["squareGlassesRimR", "squareGlassesRimL", "squareGlassesTempleR", "squareGlassesTempleL", "squareGlassesBridge"],
  scarf: ["scarf", "scarfEnd"],
  backpack: ["pack", "packPocket", "strapR", "strapL"],
  earrings: ["earringR", "earringL"],
  headphones: ["earcupR", "earcupL", "headband"],
  sunglasses: ["sunglassesRimR", "sunglassesRimL", "sunglassesTempleR", "sunglassesTempleL", "sunglassesBridge", "lensR", "lensL"],
};
const AIDS: Record<Option<"aid">, readonly string[]> = {
  none: [],
  wheelchair: AID_PARTS.slice(AID_PARTS.findIndex(({ name }) => name === "wheelR")).map(({ name }) => name),
  cane: ["cane", "caneGrip"],
  whiteCane: ["whiteCane", "whiteCaneTip"],
  hearingAid: ["hearingAidR", "hearingAidL"],
};

/** What one person wears: numbers of parts, and what the shader needs to know of the rest. */
export interface Outfit {
  readonly parts: Uint16Array;
  readonly build: Build;
  readonly face: number;
  readonly top: number;
  readonly isInWheelchair: boolean;
  readonly hasCane: boolean;
  readonly hasWhiteCane: boolean;
  /** 0xRRGGBB, in the order of the slots. */
  readonly colours: readonly [skin: number, hair: number, top: number, bottom: number, shoes: number, accent: number];
}

/** Chooses the parts of a look. Makes garbage: once per person and change, not per frame. */
export function dress(look: Uint8Array): Outfit {
  const top = optionOf(look, "top");
  const aid = optionOf(look, "aid");
  const hair = optionOf(look, "hair");
  const { torso, arm } = TOPS[top];
  const bottom = top === "dress" ? { leg: "legUnderDress", skirt: "dressSkirt" } : BOTTOMS[optionOf(look, "bottom")];
  // A raincoat is long enough: what is worn under it is legs.
  const isCovered = torso === "torsoLong" && bottom.skirt !== null;
  const leg = isCovered ? "legBare" : bottom.leg;
  const names = [
    "head", "nose", torso, ...sides(arm), ...sides("hand"), ...sides("thumb"), ...sides("finger"), ...sides(leg), ...sides(optionOf(look, "shoes")),
    ...(hair === "headscarf" ? [] : sides("ear")),
    ...(bottom.skirt === null || isCovered ? [] : [bottom.skirt]),
    ...HAIRS[hair], ...EXTRAS[optionOf(look, "extra")], ...AIDS[aid],
  ];
  return {
    parts: Uint16Array.from(names, (name) => numberOf(name)),
    build: BUILDS[optionOf(look, "body")],
    face: optionIndex(look, "face"),
    top: optionIndex(look, "top"),
    isInWheelchair: aid === "wheelchair",
    hasCane: aid === "cane",
    hasWhiteCane: aid === "whiteCane",
    colours: [
      SKINS[optionIndex(look, "skin")], HAIR_COLOURS[optionIndex(look, "hairColour")], TOP_COLOURS[optionIndex(look, "topColour")],
      BOTTOM_COLOURS[optionIndex(look, "bottomColour")], SHOE_COLOURS[optionIndex(look, "shoeColour")], ACCENTS[optionIndex(look, "accent")],
    ],
  };
}

function sides(name: string): string[] {
  return [`${name}R`, `${name}L`];
}

function numberOf(name: string): number {
  const number = NUMBER.get(name);
  if (number === undefined) throw new Error(`no part of people is called ${name}`);
  return number;
}
