import { describe, expect, it } from "vitest";

import { breakLines, cut } from "./text";

/** Every UTF-16 unit is ten wide. */
const measure = (text: string): number => text.length * 10;

describe("a text on a sign", () => {
  it("stays whole when it fits, and ends in an ellipsis when not", () => {
    expect(cut("Aino", 40, measure)).toBe("Aino");
    expect(cut("Maximiliana", 60, measure)).toBe("Maxim…");
    expect(measure(cut("Ville Virtanen", 90, measure))).toBeLessThanOrEqual(90);
  });

  it("never shows half an emoji", () => {
    const family = "👩‍👩‍👧";
    expect(cut(`${family}${family}`, 100, measure)).toBe(`${family}…`);
  });

  it("breaks between words", () => {
    expect(breakLines("we meet at the fountain", 100, 3, measure)).toEqual(["we meet at", "the", "fountain"]);
  });

  it("breaks a word that is longer than a line", () => {
    expect(breakLines("aaaaaaaaaaaa", 50, 3, measure)).toEqual(["aaaaa", "aaaaa", "aa"]);
  });

  it("says with an ellipsis that there was more", () => {
    const lines = breakLines("one two three four five six seven", 60, 3, measure);
    expect(lines).toHaveLength(3);
    expect(lines[2].endsWith("…")).toBe(true);
    for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(60);
  });

  it("has no lines when there is nothing to say", () => {
    expect(breakLines("  \n ", 60, 3, measure)).toEqual([]);
  });
});
