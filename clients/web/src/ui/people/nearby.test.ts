import { describe, expect, it } from "vitest";

import { bearingOf, directionOf, found, MOST_LISTED, type Nearby, ordered } from "./nearby";

function person(slot: number, name: string, metres = slot): Nearby {
  return { slot, name, metres, bearing: 0, isHandUp: false, isSitting: false, isSpeaking: false, isHidden: false,
  isSilenced: false };
}

const slots = (people: readonly Nearby[]): readonly number[] => people.map(({ slot }) => slot);

describe("where somebody is", () => {
  const NORTH = 0;
  const EAST = Math.PI / 2;

  it("is ahead when one looks at them", () => expect(directionOf(bearingOf(0, -5, NORTH))).toBe("people.ahead"));
  it("is right when they stand east of one who looks north", () => expect(directionOf(bearingOf(5, 0, NORTH))).toBe("people.right"));
  it("is left when they stand north of one who looks east", () => expect(directionOf(bearingOf(0, -5, EAST))).toBe("people.left"));
  it("is behind on both sides of south", () => {
    expect(directionOf(bearingOf(0.1, 5, NORTH))).toBe("people.behind");
    expect(directionOf(bearingOf(-0.1, 5, NORTH))).toBe("people.behind");
  });
  it("does not depend on how often the view was turned round", () => {
    expect(bearingOf(5, 0, 6 * Math.PI)).toBeCloseTo(EAST);
  });
});

describe("the list of people", () => {
  it("has the nearest first", () => expect(slots(ordered([person(3, "C"), person(1, "A"), person(2, "B")], null))).toEqual([1, 2, 3]));

  it("keeps its order while it is held, and adds newcomers at the end", () => {
    const now = [person(1, "A", 9), person(2, "B", 1), person(3, "C", 0.5)];
    expect(slots(ordered(now, [1, 2]))).toEqual([1, 2, 3]);
  });

  it("is found by any part of a name, whatever the case and accents", () => {
    const people = [person(1, "Väinö"), person(2, "Aino"), person(3, "Åsa")];
    expect(slots(found(people, "vaino"))).toEqual([1]);
    expect(slots(found(people, " INO "))).toEqual([1, 2]);
    expect(slots(found(people, ""))).toEqual([1, 2, 3]);
  });

  it("ends at fifty", () => {
    const crowd = Array.from({ length: 80 }, (_, slot) => person(slot, "x"));
    expect(found(crowd, "x")).toHaveLength(MOST_LISTED);
  });
});
