/** What the far crowd costs in script: `npx vitest bench src/state`. Prints; asserts nothing, for machines differ. */

import { bench, describe } from "vitest";

import { FarCrowd } from "./far-crowd";
import { FarHeads, type Individual } from "./far-heads";
import { buildField } from "./field.fixture";

const WHERE = { type: "FarCrowd", cell: 16, west: -2, north: -2, width: 3 } as const;
const VIEWER = { x: -60, z: -60 };

describe("2,000 heads beyond 300 individuals", () => {
  const [heads, crowd] = [new FarHeads(buildField()), new FarCrowd()];
  const individuals: Individual[] = Array.from({ length: 300 }, (_, slot) => ({ slot, generation: 0, stance: { x: -60 + (slot % 20), z: -60 + Math.floor(slot / 20) } }));
  let [nowS, turn] = [0, 0];
  crowd.take({ ...WHERE, counts: new Uint8Array(9).fill(222) });
  bench("a frame", () => heads.look(crowd, individuals, VIEWER, (nowS += 1 / 60)));
  bench("news of other counts", () => {
    crowd.take({ ...WHERE, counts: new Uint8Array(9).fill(215 + (turn++ % 8)) });
    heads.look(crowd, individuals, VIEWER, (nowS += 1));
  });
});
