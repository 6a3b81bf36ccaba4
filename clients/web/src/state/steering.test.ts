import { describe, expect, test } from "vitest";

import { Gait } from "../protocol/motion.gen";
import { type Steering, toAngle, toRadians, wishFrom } from "./steering";

const REST: Steering = { right: 0, forward: 0, isRunning: false, viewYaw: 0, isTurning: false };
const EAST = Math.PI / 2;

describe("steering", () => {
  test("walks where the view looks, with the body turned there", () => {
    expect(wishFrom({ ...REST, forward: 1, viewYaw: EAST }, 0, false)).toEqual({ yaw: 16384, heading: 256, gait: Gait.WALK, jump: false });
  });

  test.each([
    [1, 0, 256],
    [-1, 0, 768],
    [0, -1, 512],
    [1, 1, 128],
  ])("turns a stick of %i, %i into heading %i", (right, forward, heading) => {
    expect(wishFrom({ ...REST, right, forward }, 0, false).heading).toBe(heading);
  });

  test("leaves the body of somebody who stands as it is until the view turns", () => {
    expect(wishFrom({ ...REST, viewYaw: EAST }, 4096, false).yaw).toBe(4096);
    expect(wishFrom({ ...REST, viewYaw: EAST, isTurning: true }, 4096, false).yaw).toBe(16384);
  });

  test("takes a thumb that rests for no walking", () => {
    expect(wishFrom({ ...REST, right: 0.1, forward: -0.1 }, 0, false).gait).toBe(Gait.STAND);
  });

  test("runs and jumps when asked", () => {
    expect(wishFrom({ ...REST, forward: 1, isRunning: true }, 0, true)).toMatchObject({ gait: Gait.RUN, jump: true });
  });

  test("keeps every angle in a whole turn", () => {
    expect(toAngle(-EAST)).toBe(49152);
    expect(toAngle(9 * Math.PI)).toBe(32768);
    expect(toRadians(16384)).toBeCloseTo(EAST);
  });
});
