/** The languages of the page: which one a person gets, and its texts, loaded alone. */

import i18next from "i18next";

import type { Texts, Translate } from "./texts/shape";

export const LANGUAGES = ["fi", "sv", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language by its own name, so that everybody finds theirs. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { fi: "Suomi", sv: "Svenska", en: "English" };

const TEXTS: Readonly<Record<Language, () => Promise<Texts>>> = {
  fi: async () => (await import("./texts/fi")).fi,
  sv: async () => (await import("./texts/sv")).sv,
  en: async () => (await import("./texts/en")).en,
};

/** The chosen language, else the first of the browser's that we speak, else English. */
export function pickLanguage(chosen: Language | null, wished: readonly string[]): Language {
  if (chosen !== null) return chosen;
  for (const tag of wished) {
    const known = LANGUAGES.find((language) => language === tag.toLowerCase().split("-")[0]);
    if (known !== undefined) return known;
  }
  return "en";
}

/** Loads a language's texts; throws when they do not come. */
export async function loadTranslate(language: Language): Promise<Translate> {
  return translateWith(language, await TEXTS[language]());
}

/** A translation by given texts. */
export async function translateWith(language: Language, texts: Texts): Promise<Translate> {
  const instance = i18next.createInstance();
  await instance.init({
    lng: language,
    resources: { [language]: { page: texts } },
    defaultNS: "page",
    fallbackLng: false,
    returnNull: false,
    // Preact writes text, never HTML: nothing needs escaping.
    interpolation: { escapeValue: false },
  });
  return (key, ...[values]) => instance.t(key, values === undefined ? {} : { ...values });
}
