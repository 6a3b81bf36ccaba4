import { describe, expect, test } from "vitest";

import { type BodyPose, fromWire, HeadsetPoses, inWorld, limbOfAvatar, restingPose, toWire } from "./headset";

function pose(): BodyPose {
  const made = restingPose();
  Object.assign(made.head, { x: 0.1, y: 1.55, z: -0.2, yaw: 0.5, pitch: -0.3, roll: 0.1 });
  Object.assign(made.left, { x: -0.4, y: 1.3, z: -0.5, yaw: 1, pitch: 0.5, roll: -0.7, grip: 1 });
  return made;
}

const EAST = { x: 10, y: 2, z: 5, yaw: Math.PI / 2 };

describe("a headset's pose", () => {
  test("comes through the wire within its steps", () => {
    const [sent, got] = [pose(), restingPose()];
    fromWire(toWire(sent), got);
    for (const axis of ["x", "y", "z"] as const) {
      expect(Math.abs(got.head[axis] - sent.head[axis])).toBeLessThanOrEqual(0.5 / 64 + 1e-9);
      expect(Math.abs(got.left[axis] - sent.left[axis])).toBeLessThanOrEqual(0.5 / 64 + 1e-9);
    }
    expect(got.head.pitch).toBeCloseTo(-0.3, 1);
    expect(got.left.roll).toBeCloseTo(-0.7, 1);
    expect(got.left.grip).toBe(1);
  });

  test("beyond the wire's reach is brought to its edge", () => {
    const far = pose();
    far.head.x = 9;
    far.head.y = NaN;
    expect(toWire(far)).toMatchObject({ x: 63, y: 0 });
  });

  test("turns with the avatar: what is in front of somebody who faces east is east of them", () => {
    const ahead = restingPose();
    ahead.right.z = -0.5;
    const { head, right } = inWorld(ahead, EAST);
    expect([head.x, head.y, head.z]).toEqual([10, 3.6, 5].map((value) => expect.closeTo(value)));
    expect(right.x).toBeCloseTo(10.5);
    expect(right.z).toBeCloseTo(5.25); // the right hand of who faces east is in the south
  });

  test("is the same after a way into the world and back", () => {
    const [sent, back] = [pose(), restingPose()];
    limbOfAvatar(inWorld(sent, EAST).head, EAST, back.head);
    for (const key of ["x", "y", "z", "yaw", "pitch", "roll"] as const) expect(back.head[key]).toBeCloseTo(sent.head[key]);
  });
});

describe("poses of others", () => {
  test("follow what is told without a jump, the short way round", () => {
    const poses = new HeadsetPoses();
    const [from, to] = [pose(), pose()];
    from.head.yaw = -0.1;
    to.head.yaw = 0.1;
    to.left.x = 0.4;
    poses.take(4, toWire(from));
    poses.show(16);
    poses.take(4, toWire(to));
    const origin = { x: 0, y: 0, z: 0, yaw: 0 };
    let before = poses.of(4, origin)?.left.x ?? NaN;
    for (let frame = 0; frame < 60; frame++) {
      poses.show(16);
      const now = poses.of(4, origin);
      const yaw = Math.atan2(Math.sin(now?.head.yaw ?? NaN), Math.cos(now?.head.yaw ?? NaN));
      expect(Math.abs(yaw)).toBeLessThan(0.2);
      expect((now?.left.x ?? NaN) - before).toBeLessThan(0.2);
      before = now?.left.x ?? NaN;
    }
    expect(before).toBeCloseTo(0.4, 1);
  });

  test("are nothing for somebody who never had one", () => {
    expect(new HeadsetPoses().of(1, EAST)).toBeNull();
  });
});
