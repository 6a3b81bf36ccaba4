import { describe, expect, it } from "vitest";

import { cycleLength, dipAt, type FootPlace, placeFoot, stancePart } from "./gait";

const SPEEDS = [0.2, 0.5, 1, 1.4, 1.9, 2.4, 2.8, 3.2, 4, 5];
const foot = (): FootPlace => ({ ahead: 0, up: 0, pitch: 0, isPlanted: false });

describe("a gait", () => {
  it.each(SPEEDS)("keeps a planted foot still in the world at %f m/s", (speed) => {
    const [before, after] = [foot(), foot()];
    const elapsedS = 1 / 60;
    const turned = (speed * elapsedS) / cycleLength(speed);
    for (let phase = 0; phase < 1; phase += turned) {
      placeFoot(phase, speed, before);
      placeFoot(phase + turned, speed, after);
      if (!before.isPlanted || !after.isPlanted) continue;
      const slid = after.ahead + speed * elapsedS - before.ahead;
      expect(Math.abs(slid)).toBeLessThan(1e-9);
      expect(before.up).toBe(0);
    }
  });

  it.each(SPEEDS)("moves a foot without a jump through the whole cycle at %f m/s", (speed) => {
    const [a, b] = [foot(), foot()];
    const step = 1 / 2000;
    for (let phase = 0; phase < 1; phase += step) {
      placeFoot(phase, speed, a);
      placeFoot(phase + step, speed, b);
      // A swinging foot goes a few times as fast as the body.
      expect(Math.abs(b.ahead - a.ahead)).toBeLessThan(6 * cycleLength(speed) * step);
      expect(Math.abs(b.up - a.up)).toBeLessThan(0.01);
      expect(Math.abs(b.pitch - a.pitch)).toBeLessThan(0.02);
    }
  });

  it("has a foot on the ground always when walking, and flies when running", () => {
    expect(stancePart(1.4)).toBeGreaterThan(0.5);
    expect(stancePart(4)).toBeLessThan(0.5);
  });

  it.each(SPEEDS)("never asks more of a planted leg than it is long at %f m/s", (speed) => {
    const place = foot();
    for (let phase = 0; phase < 1; phase += 0.01) {
      placeFoot(phase, speed, place);
      if (!place.isPlanted) continue;
      // Hip 0.86 m, ankle 0.08 m above the sole; the ball of the foot is 0.12 m ahead of the ankle.
      const lift = place.pitch > 0 ? 0.12 * Math.sin(place.pitch) : 0;
      const drop = 0.86 - dipAt(phase, speed) - 0.08 - lift;
      expect(Math.hypot(place.ahead, drop)).toBeLessThan(0.806);
    }
  });
});
