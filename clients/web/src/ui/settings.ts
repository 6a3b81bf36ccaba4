/** What a person has set: kept in the browser as JSON, read with care, because anybody may have written it. */

import { type Language, LANGUAGES } from "./language";

export const THEMES = ["auto", "light", "dark"] as const;
export const GRAPHICS = ["auto", "low", "medium", "high"] as const;
export const MOTIONS = ["auto", "reduced"] as const;
export const TEXT_SIZES = ["normal", "large", "larger"] as const;
/** Bounds of the speed of looking round; 1 is the usual one. */
export const SENSITIVITY = { least: 0.2, most: 3, step: 0.1 } as const;

export interface Settings {
  /** Null: the browser's language. */
  readonly language: Language | null;
  readonly theme: (typeof THEMES)[number];
  readonly graphics: (typeof GRAPHICS)[number];
  readonly motion: (typeof MOTIONS)[number];
  readonly textSize: (typeof TEXT_SIZES)[number];
  readonly showsPlates: boolean;
  readonly sensitivity: number;
  readonly invertsMouse: boolean;
}

export const USUAL: Settings = {
  language: null,
  theme: "auto",
  graphics: "auto",
  motion: "auto",
  textSize: "normal",
  showsPlates: true,
  sensitivity: 1,
  invertsMouse: false,
};

/** Reads settings; whatever is missing or not what it should be is as usual. */
export function settingsFrom(text: string | null): Settings {
  const kept = parsed(text);
  return {
    language: LANGUAGES.find((language) => language === kept.language) ?? USUAL.language,
    theme: oneOf(THEMES, kept.theme, USUAL.theme),
    graphics: oneOf(GRAPHICS, kept.graphics, USUAL.graphics),
    motion: oneOf(MOTIONS, kept.motion, USUAL.motion),
    textSize: oneOf(TEXT_SIZES, kept.textSize, USUAL.textSize),
    showsPlates: typeof kept.showsPlates === "boolean" ? kept.showsPlates : USUAL.showsPlates,
    sensitivity: within(kept.sensitivity),
    invertsMouse: typeof kept.invertsMouse === "boolean" ? kept.invertsMouse : USUAL.invertsMouse,
  };
}

export function settingsText(settings: Settings): string {
  return JSON.stringify(settings);
}

function parsed(text: string | null): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown }) : {};
  } catch {
    return {}; // not JSON: as if nothing were stored
  }
}

function oneOf<T>(choices: readonly T[], value: unknown, usual: T): T {
  return choices.find((choice) => choice === value) ?? usual;
}

function within(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) return USUAL.sensitivity;
  return Math.max(SENSITIVITY.least, Math.min(SENSITIVITY.most, value));
}
