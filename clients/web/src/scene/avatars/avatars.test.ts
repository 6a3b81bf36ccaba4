import { Ray, Scene, Vector3 } from "three";
import { beforeEach, describe, expect, it } from "vitest";

import { EmoteKind } from "../../protocol/messages.gen";
import type { Figure } from "../../state/figure";
import { CHOICES, randomLook } from "../../state/look";
import { Avatars } from "./avatars";

const FRAME_S = 1 / 60;
const VIEWER = new Vector3(0, 1.7, 4);

const figure = (more: Partial<Figure> = {}): Figure => ({
  key: 1, name: "Aino", look: new Uint8Array(CHOICES.length), stance: { x: 0, y: 0, z: 0, yaw: 0 }, speed: 0, heading: 0, isInAir: false, isSitting: false,
  isHandUp: false, acting: null, attention: null, loudness: 0, headset: null, ...more,
});

describe("avatars", () => {
  let avatars: Avatars;
  let nowS = 0;

  const show = (seconds: number, ...people: Figure[]): void => {
    for (const end = nowS + seconds; nowS < end; nowS += FRAME_S) {
      avatars.begin(nowS, FRAME_S, VIEWER, false);
      for (const person of people) avatars.add(person);
      avatars.finish();
    }
  };
  const headOf = (key: number): Vector3 | null => {
    const head = new Vector3();
    return avatars.headOf(key, head) ? head : null;
  };

  beforeEach(() => {
    avatars = new Avatars(new Scene(), "medium");
    nowS = 0;
  });

  it("know where a head is, and that it is lower when one sits", () => {
    show(2, figure());
    expect(headOf(1)?.y).toBeCloseTo(1.6, 1);
    show(2, figure({ isSitting: true }));
    expect(headOf(1)?.y).toBeLessThan(1.1);
    show(2, figure({ isSitting: true, seatM: 0.45 }));
    expect(headOf(1)?.y).toBeGreaterThan(1.2);
  });

  it("never move a head in a jump, whatever begins and ends", () => {
    show(1, figure());
    const states: Partial<Figure>[] = [
      { speed: 1.4 }, {}, { isSitting: true, seatM: 0.45 }, {}, { speed: 4 }, {}, { isHandUp: true },
      { acting: { kind: EmoteKind.DANCE, startedS: 8 } }, { acting: { kind: EmoteKind.LAUGH, startedS: 10 } }, {},
    ];
    let before = headOf(1) ?? new Vector3();
    for (const [at, state] of states.entries()) {
      for (let i = 0; i < 60; i++) {
        show(FRAME_S / 2, figure(state));
        const after = headOf(1) ?? new Vector3();
        // 5 cm in a frame are 3 m/s: faster than anybody sits down.
        expect(after.distanceTo(before), `frame ${i} of state ${at}, ${JSON.stringify(state)}`).toBeLessThan(0.05);
        before = after;
      }
    }
  });

  it("let somebody go who is no longer added, after a moment", () => {
    show(1, figure(), figure({ key: 2 }));
    show(FRAME_S * 2, figure());
    expect(headOf(2)).not.toBeNull();
    show(1, figure());
    expect(headOf(2)).toBeNull();
    expect(headOf(1)).not.toBeNull();
  });

  it("keep everybody's place when others go and more come than there was room for", () => {
    const people = Array.from({ length: 200 }, (_, key) => figure({ key, stance: { x: key, y: 0, z: 0, yaw: 0 } }));
    show(1, ...people);
    const staying = people.filter(({ key }) => key % 3 === 0);
    show(1, ...staying);
    for (const { key } of staying) expect(headOf(key)?.x).toBeCloseTo(key, 0);
    expect(headOf(1)).toBeNull();
  });

  it("find the nearest person that a ray hits", () => {
    show(1, figure(), figure({ key: 2, stance: { x: 0, y: 0, z: -3, yaw: 0 } }));
    const from = new Vector3(0, 1.2, 4);
    expect(avatars.pick(new Ray(from, new Vector3(0, 0, -1)))).toBe(1);
    expect(avatars.pick(new Ray(from, new Vector3(0, 0, 1)))).toBeNull();
    expect(avatars.pick(new Ray(from, new Vector3(1, 0, -1).normalize()))).toBeNull();
  });

  it("draw 300 people in at most 100,000 triangles at medium, and fewer at low", () => {
    let drawn = 0;
    const random = (): number => (drawn = (drawn + 0.754877666) % 1);
    const people = Array.from({ length: 300 }, (_, key) => figure({ key, look: randomLook(random), stance: { x: key % 20, y: 0, z: -key / 20, yaw: 0 } }));
    show(0.5, ...people);
    const medium = avatars.triangles;
    expect(medium).toBeLessThan(100_000);
    avatars.setDetail("low");
    show(0.5, ...people);
    expect(avatars.triangles).toBeLessThan(medium);
  });

  it("wear every option of every choice", () => {
    for (const [at, { options }] of CHOICES.entries()) {
      for (let option = 0; option < options.length; option++) {
        const look = new Uint8Array(CHOICES.length);
        look[at] = option;
        show(FRAME_S, figure({ look }));
      }
    }
    expect(headOf(1)).not.toBeNull();
  });
});
