import { describe, expect, it } from "vitest";

import { CHOICES, fromText, LONGEST_LOOK, optionIndex, optionOf, randomLook, sanitizeLook, stepOption, toText } from "./look";
import { seeded } from "./random";

describe("a look", () => {
  it("fits the wire, with ids that are unique", () => {
    expect(CHOICES.length).toBeLessThanOrEqual(LONGEST_LOOK);
    expect(new Set(CHOICES.map(({ id }) => id)).size).toBe(CHOICES.length);
    for (const { options } of CHOICES) expect(new Set(options).size).toBe(options.length);
  });

  it("offers at least eight of what makes a person", () => {
    const many = ["body", "face", "hair", "hairColour", "skin", "top", "topColour", "bottomColour"];
    for (const { id, options } of CHOICES) if (many.includes(id)) expect(options.length, id).toBeGreaterThanOrEqual(8);
  });

  it("reads any bytes: missing ones are the first option, large ones wrap", () => {
    const empty = new Uint8Array();
    const full = new Uint8Array(16).fill(255);
    for (const { id, options } of CHOICES) {
      expect(optionIndex(empty, id)).toBe(0);
      expect(optionIndex(full, id)).toBe(255 % options.length);
    }
    expect(optionOf(Uint8Array.of(0, 0, 2), "hair")).toBe("bun");
  });

  it("drawn by lot is legal and reaches every option", () => {
    const random = seeded(1);
    const seen = CHOICES.map(() => new Set<number>());
    for (let i = 0; i < 3000; i++) randomLook(random).forEach((byte, at) => seen[at].add(byte));
    expect(seen.map(({ size }) => size)).toEqual(CHOICES.map(({ options }) => options.length));
  });

  it("survives storage, and a text that is no look is none", () => {
    const random = seeded(7);
    for (let i = 0; i < 50; i++) {
      const look = randomLook(random);
      expect(fromText(toText(look))).toEqual(look);
    }
    expect(fromText("1,2,3")).toEqual(sanitizeLook([1, 2, 3]));
    for (const text of ["", "x", "1,,2", "1,-2", "256", "1.5", Array(17).fill(1).join(",")]) expect(fromText(text), text).toBeNull();
  });

  it("steps through the options of a choice in both directions and leaves the others", () => {
    const look = sanitizeLook([1, 2, 0, 4]);
    const back = stepOption(look, "hair", -1);
    expect(optionOf(back, "hair")).toBe("bunches");
    expect(stepOption(back, "hair", 1)).toEqual(look);
  });
});
