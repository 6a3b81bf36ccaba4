import { Vector3 } from "three";
import { describe, expect, test } from "vitest";

import { motionBetween } from "./changing";
import type { SceneShape } from "./world-loader";

const part = (id: string, x: number, z: number, yaw: number, y = 0): SceneShape => ({
  id, entity: "door", shape: "box", at: [x, y, z], yaw, size: [1, 2, 0.1], colour: "#888888", roughness: 1,
});

describe("the way from one state to another", () => {
  test("a leaf turns about its hinge", () => {
    // Closed it lies along x from the hinge at (-0.5, 0); open it is turned by a quarter and points north.
    const motion = motionBetween([part("leaf", 0, 0, 0)], [part("leaf", -0.5, -0.5, -90)]);
    expect(motion?.pivot.x).toBeCloseTo(-0.5);
    expect(motion?.pivot.z).toBeCloseTo(0);
    // Turned back by the whole angle the open leaf lies where the closed one was.
    const back = new Vector3(-0.5, 0, -0.5).sub(motion?.pivot ?? new Vector3()).applyAxisAngle(new Vector3(0, 1, 0), motion?.angle ?? 0);
    back.add(motion?.pivot ?? new Vector3());
    expect(back.x).toBeCloseTo(0);
    expect(back.z).toBeCloseTo(0);
  });

  test("what slides is shifted, what changes its colour does not move", () => {
    expect(motionBetween([part("leaf", 0, 0, 0)], [part("leaf", 1, 0, 0, 0.2)])?.shift).toEqual(new Vector3(-1, -0.2, 0));
    expect(motionBetween([part("leaf", 0, 0, 0)], [part("leaf", 0, 0, 0)])).toBeNull();
    expect(motionBetween([part("leaf", 0, 0, 0)], [part("other", 1, 0, 0)])).toBeNull();
  });
});
