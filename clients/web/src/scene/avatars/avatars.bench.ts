/** What people cost in script: `npx vitest bench src/scene`. Prints; asserts nothing, for machines differ. */

import { Scene, Vector3 } from "three";
import { bench, describe } from "vitest";

import type { Figure } from "../../state/figure";
import { CHOICES } from "../../state/look";
import { Avatars } from "./avatars";

const ELAPSED_S = 1 / 60;

function crowd(count: number): Figure[] {
  return Array.from({ length: count }, (_, key) => ({
    key, name: `P${key}`, look: Uint8Array.from(CHOICES, ({ options }, at) => (key * (at + 3) + at) % options.length),
    stance: { x: (key % 20) * 1.5 - 15, y: 0, z: -Math.floor(key / 20) * 1.5, yaw: key }, speed: key % 3 === 0 ? 1.4 : key % 7 === 0 ? 4 : 0, heading: key,
    isInAir: key % 31 === 0, isSitting: key % 17 === 0, isHandUp: key % 13 === 0, acting: key % 5 === 0 ? { kind: key % 8, startedS: 0 } : null,
    attention: { x: 0, y: 1.6, z: 0 }, loudness: 0, headset: null,
  }));
}

describe.each([30, 300])("a frame of %i people", (count) => {
  const people = crowd(count);
  const avatars = new Avatars(new Scene(), "medium");
  const viewer = new Vector3(0, 2, 4);
  let nowS = 0;
  bench("begin, add, finish", () => {
    nowS += ELAPSED_S;
    viewer.x = Math.sin(nowS);
    avatars.begin(nowS, ELAPSED_S, viewer, false);
    for (const person of people) avatars.add(person);
    avatars.finish();
  });
});
