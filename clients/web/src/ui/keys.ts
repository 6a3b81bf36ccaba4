/** Keys as the page shows and changes them; controls own what they do. */

import type { KeyMap } from "../controls/keymap";
import type { Translate } from "./texts/shape";

/** What keys can do, in the order in which they are listed. The emotes 1-8 keep their numbers. */
export const KEY_ACTIONS = [
  "forward",
  "back",
  "left",
  "right",
  "turnLeft",
  "turnRight",
  "run",
  "jump",
  "chat",
  "people",
  "emotes",
  "hand",
  "sit",
  "use",
  "firstPerson",
  "settings",
  "help",
  "performance",
  "screenshot",
] as const;
export type KeyAction = (typeof KEY_ACTIONS)[number];

/** The codes of every action, as UI Events calls keys by their place. */
export type KeyCodes = Readonly<Record<KeyAction, readonly string[]>>;

const NAMED = { Space: "space", Enter: "enter", Tab: "tab", Escape: "escape" } as const;
const MODIFIERS = { Shift: "shift", Control: "control", Alt: "alt" } as const;
const SIGNS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Comma: ",",
  Period: ".",
  Minus: "-",
  Slash: "/",
};

/** A key's name as it stands on the key, as far as a page can know. */
export function keyName(code: string, t: Translate): string {
  if (code in NAMED) return t(`keys.${NAMED[code as keyof typeof NAMED]}`);
  const modifier = /^(Shift|Control|Alt)(Left|Right)$/.exec(code)?.[1];
  if (modifier !== undefined) return t(`keys.${MODIFIERS[modifier as keyof typeof MODIFIERS]}`);
  return SIGNS[code] ?? code.replace(/^(Key|Digit)/, "");
}

/** All keys of an action, each name once. */
export function keyNames(codes: readonly string[], t: Translate): string {
  return [...new Set(codes.map((code) => keyName(code, t)))].join(", ");
}

/** What a map of keys says, as the page shows it. */
export function codesIn(map: KeyMap): KeyCodes {
  return Object.fromEntries(KEY_ACTIONS.map((action) => [action, map.codesOf(action)])) as unknown as KeyCodes;
}
