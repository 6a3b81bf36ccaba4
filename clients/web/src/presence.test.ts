import { describe, expect, test } from "vitest";

import { Presence } from "./presence";
import type { Welcome } from "./protocol/messages.gen";
import { Gait } from "./protocol/motion.gen";
import { buildField } from "./state/field.fixture";
import { Visit } from "./state/visit";

const WELCOME: Welcome = {
  type: "Welcome", entity: 1, generation: 0, name: "Aino", secret: new Uint8Array(32), resumed: false, world: "hall",
  scene: "a1", walk: "b1", tick: 100, tick_hz: 20, x: 0, y: 0, z: 0, yaw: 0,
};
const STANDING = { x: 0, y: 0, z: 0, yaw: 0, heading: 0, speed: 0, gait: Gait.STAND, turn: 0, bend: 0, air: false, vertical: 0 };

/** In a world with somebody in slot 7, of the first generation. */
function enter(presence: Presence, world: string): void {
  const visit = new Visit({ ...WELCOME, world }, 0);
  presence.enter(visit);
  visit.enter(buildField(), 0);
  const record = { slot: 7, motion: STANDING, enter: [1, 0] as [number, number], whole: true };
  visit.entities?.apply({ tick: 100, records: [record], leaves: [], answer: null, correction: null, poses: [] }, 100);
}

describe("who is hidden", () => {
  test("stays hidden when one comes back into the same world", () => {
    const presence = new Presence();
    enter(presence, "hall");
    presence.hide(7, true);
    enter(presence, "hall");
    expect(presence.isHidden(7)).toBe(true);
  });

  test("is somebody else under the same number in another world", () => {
    const presence = new Presence();
    enter(presence, "hall");
    presence.hide(7, true);
    enter(presence, "quay");
    expect(presence.isHidden(7)).toBe(false);
  });
});
