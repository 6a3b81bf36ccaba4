/** Texts of a world, which come in the languages its builder wrote. */

export interface Localized {
  readonly [language: string]: string;
}

/** The text in a language, else in English, else in any. */
export function textIn(texts: Localized, language: string): string {
  return texts[language] ?? texts[language.split("-")[0] ?? ""] ?? texts.en ?? Object.values(texts)[0] ?? "";
}
