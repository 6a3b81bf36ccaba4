/**
 * How a person looks: one byte for each choice, as the wire carries it.
 *
 * Any bytes are a look: a missing byte is 0 and one too large wraps, so that an older client draws
 * what a newer one chose, and nobody can send a look that cannot be drawn. New options go to the
 * end of their choice and new choices to the end of the look: what people chose must not change.
 */

/** Most bytes of a look on the wire. */
export const LONGEST_LOOK = 16;

/** What each byte chooses, in the order of the wire. Ids are stable: texts stand under `look.<choice>.<option>`. */
export const CHOICES = [
  { id: "body", options: ["medium", "tall", "small", "broad", "slender", "round", "sturdy", "young"] },
  { id: "face", options: ["calm", "bright", "freckles", "thoughtful", "beard", "rosy", "moustache", "stubble", "lively", "wise"] },
  {
    id: "hair",
    options: ["short", "long", "bun", "curly", "braid", "bob", "ponytail", "side", "buzz", "bald", "cap", "beanie", "headscarf", "bunches"],
  },
  { id: "hairColour", options: ["black", "brown", "chestnut", "auburn", "copper", "honey", "blond", "grey", "white", "plum"] },
  { id: "skin", options: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"] },
  { id: "top", options: ["tshirt", "jumper", "shirt", "hoodie", "jacket", "dress", "vest", "overalls", "striped", "raincoat"] },
  { id: "topColour", options: ["coral", "teal", "mustard", "plum", "moss", "blue", "cream", "rose", "navy", "charcoal"] },
  { id: "bottom", options: ["trousers", "shorts", "skirt", "wide", "leggings", "longSkirt"] },
  { id: "bottomColour", options: ["charcoal", "denim", "sand", "petrol", "stone", "moss", "brick", "navy", "cream", "brown"] },
  { id: "shoes", options: ["trainers", "boots", "loafers", "sandals", "wellingtons"] },
  { id: "shoeColour", options: ["white", "black", "brown", "coral", "teal", "mustard", "navy", "grey"] },
  { id: "extra", options: ["none", "roundGlasses", "squareGlasses", "scarf", "backpack", "earrings", "headphones", "sunglasses"] },
  { id: "accent", options: ["mustard", "coral", "teal", "navy", "cream", "plum", "moss", "charcoal"] },
  { id: "aid", options: ["none", "wheelchair", "cane", "whiteCane", "hearingAid"] },
] as const;

export type ChoiceId = (typeof CHOICES)[number]["id"];
/** The options of one choice: `Option<"hair">` is `"short" | "long" | …`. */
export type Option<Id extends ChoiceId> = Extract<(typeof CHOICES)[number], { id: Id }>["options"][number];

const AT = new Map<string, number>(CHOICES.map(({ id }, index) => [id, index]));
// Of ten people drawn by lot about one has an aid: ordinary, and a crowd of its own nowhere.
const AIDED = 0.1;
const ADORNED = 0.45;

/** The number of the option that a look has for a choice. */
export function optionIndex(look: Uint8Array, id: ChoiceId): number {
  const at = AT.get(id) ?? 0;
  return (look[at] ?? 0) % CHOICES[at].options.length;
}

/** The option that a look has for a choice. */
export function optionOf<Id extends ChoiceId>(look: Uint8Array, id: Id): Option<Id> {
  return CHOICES[AT.get(id) ?? 0].options[optionIndex(look, id)] as Option<Id>;
}

/** The look with another option for one choice, `by` further on; wraps at both ends. */
export function stepOption(look: Uint8Array, id: ChoiceId, by: number): Uint8Array {
  const at = AT.get(id) ?? 0;
  const { length } = CHOICES[at].options;
  const next = sanitizeLook(look);
  next[at] = (((next[at] + by) % length) + length) % length;
  return next;
}

/** A look by lot. `random` gives numbers from 0 up to 1. */
export function randomLook(random: () => number): Uint8Array {
  return Uint8Array.from(CHOICES, ({ id, options }) => {
    const isPlain = (id === "aid" && random() >= AIDED) || (id === "extra" && random() >= ADORNED);
    return isPlain ? 0 : Math.floor(random() * options.length);
  });
}

/** The same look with one byte for every choice, none larger than its options. */
export function sanitizeLook(look: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(CHOICES, ({ options }, at) => (look[at] ?? 0) % options.length);
}

/** A look as text, for storage. */
export function toText(look: Uint8Array): string {
  return Array.from(sanitizeLook(look)).join(",");
}

/** The look that a text holds, also one of an older version with fewer choices; null when it holds none. */
export function fromText(text: string): Uint8Array | null {
  const bytes = text.split(",").map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (bytes.length > LONGEST_LOOK || bytes.some((byte) => byte > 255)) return null;
  return sanitizeLook(bytes);
}
