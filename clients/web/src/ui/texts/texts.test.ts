import { describe, expect, it } from "vitest";

import { EmoteKind, NoticeCode, Reason } from "../../protocol/messages.gen";
import { CHOICES } from "../../state/look";
import { LANGUAGES, type Language, pickLanguage, translateWith } from "../language";
import { EMOTES, NOTICE_TEXTS, reasonText } from "./codes";
import { en } from "./en";
import { fi } from "./fi";
import type { Texts } from "./shape";
import { sv } from "./sv";

const ALL: Readonly<Record<Language, Texts>> = { en, fi, sv };

/** Every text by its key, nested ones joined by dots. */
function flat(texts: object, before = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") found.set(before + key, value);
    else for (const [inner, text] of flat(value as object, `${before}${key}.`)) found.set(inner, text);
  }
  return found;
}

const slots = (text: string): readonly string[] => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();

describe.each(LANGUAGES)("the texts in %s", (language) => {
  const texts = flat(ALL[language]);
  const english = flat(en);

  it("have the same keys as the English ones", () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("are not empty, and neither begin nor end with a blank", () => {
    for (const [key, text] of texts) expect(text.trim() === text && text !== "", key).toBe(true);
  });

  it("take the same values", () => {
    for (const [key, text] of texts) expect(slots(text), key).toEqual(slots(english.get(key) ?? ""));
  });

  it("have every plural form of the language", () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const stems = new Set([...english.keys()].filter((key) => key.endsWith("_other")).map((key) => key.slice(0, -6)));
    for (const stem of stems) for (const form of forms) expect(texts.has(`${stem}_${form}`), `${stem}_${form}`).toBe(true);
  });

  it("say every code of the wire", async () => {
    const t = await translateWith(language, ALL[language]);
    for (const reason of Object.values(Reason)) expect(reasonText(reason)).not.toBe("reasons.unknown");
    for (const code of Object.values(NoticeCode)) if (code !== NoticeCode.INFORMATION) expect(t(NOTICE_TEXTS[code] as "notices.rescued")).not.toContain("notices.");
    for (const kind of Object.values(EmoteKind)) expect(t(`did.${EMOTES[kind]}`, { name: "Aino" })).toContain("Aino");
  });

  it("name every option of every look", () => {
    for (const { id, options } of CHOICES) for (const option of options) expect(texts.get(`look.${id}.${option}`), `${id} ${option}`).toBeTruthy();
  });

  it("count in the language's own way", async () => {
    const t = await translateWith(language, ALL[language]);
    expect(t("people.count", { count: 1 })).not.toBe(t("people.count", { count: 2 }).replace("2", "1"));
    expect(t("people.count", { count: 2 })).toContain("2");
  });
});

describe("the language of the page", () => {
  it("is the chosen one", () => expect(pickLanguage("sv", ["fi-FI"])).toBe("sv"));
  it("is else the first of the browser's that the page speaks", () => expect(pickLanguage(null, ["se", "fi-FI", "en"])).toBe("fi"));
  it("is else English", () => expect(pickLanguage(null, ["de", "fr-CA"])).toBe("en"));
});

describe("other languages than English", () => {
  it("do not hold whole English sentences", () => {
    const english = flat(en);
    for (const [language, texts] of [["fi", fi], ["sv", sv]] as const) {
      for (const [key, text] of flat(texts)) {
        if (text.split(" ").length > 3) expect(text, `${language} ${key}`).not.toBe(english.get(key));
      }
    }
  });
});
