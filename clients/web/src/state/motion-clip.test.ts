import { describe, expect, test } from "vitest";

import type { Input } from "../protocol/input";
import { Gait, POSE_BYTES } from "../protocol/motion.gen";
import type { Pose } from "../protocol/pose";
import { clipText, MotionRecorder } from "./motion-clip";

const HAND = { x: -1, y: 2, z: -3, yaw: 4, pitch: 5, roll: 6, grip: 7 };
const POSE: Pose = { x: 1, y: 102, z: -2, yaw: 3, pitch: 4, roll: 5, left: HAND, right: HAND };

function input(tick: number, news: Partial<Input> = {}): Input {
  return { sequence: tick & 0xffff, tick: tick & 0xffff, seen: 0, yaw: 0, heading: 0, gait: Gait.STAND, jump: false, claim: [77, 88], pose: null, ...news };
}

describe("a recording of motion", () => {
  test("keeps changes alone, with ticks from zero, also where ticks wrap", () => {
    const recorder = new MotionRecorder(20, 60);
    recorder.note(input(65_530), false);
    recorder.note(input(65_535), false);
    recorder.note(input(65_540, { yaw: 64, heading: 1, gait: Gait.WALK }), false);
    recorder.note(input(65_549, { yaw: 64, heading: 1, gait: Gait.WALK }), false);
    expect(recorder.clip("keyboard and mouse")).toEqual({
      format: "aukio-motion", version: 1, tick_hz: 20, source: "keyboard and mouse", seconds: 1,
      inputs: [[0, 0, 0, 0, 0, null], [10, 64, 1, 1, 0, null]],
    });
  });

  test("keeps every jump", () => {
    const recorder = new MotionRecorder(20, 60);
    for (const tick of [0, 4, 8]) recorder.note(input(tick, { jump: tick > 0 }), false);
    expect(recorder.clip("").inputs.map(([tick, , , , jump]) => [tick, jump])).toEqual([[0, 0], [4, 1], [8, 1]]);
  });

  test("lets a pose stand until the next, and none stand once the headset is off", () => {
    const recorder = new MotionRecorder(20, 60);
    recorder.note(input(0, { pose: POSE }), true);
    recorder.note(input(1, { yaw: 64 }), true);
    recorder.note(input(2, { yaw: 64 }), false);
    const clip = recorder.clip("keyboard and mouse");
    const poses = clip.inputs.map(([, , , , , pose]) => pose);
    expect(poses[0]).toHaveLength(2 * POSE_BYTES);
    expect(poses).toEqual([poses[0], poses[0], null]);
    expect(clip.source).toBe("headset");
  });

  test("says nothing of where one was", () => {
    const recorder = new MotionRecorder(20, 60);
    recorder.note(input(0, { claim: [4321, 8765], seen: 1234 }), false);
    expect(clipText(recorder.clip("touch"))).not.toMatch(/4321|8765|1234/);
  });

  test("ends after its time", () => {
    const recorder = new MotionRecorder(20, 2);
    for (let tick = 100; tick < 160; tick += 7) recorder.note(input(tick, { yaw: tick }), false);
    expect(recorder.isFull).toBe(true);
    const { seconds, inputs } = recorder.clip("touch");
    expect(seconds).toBe(2);
    expect(Math.max(...inputs.map(([tick]) => tick))).toBeLessThan(40);
  });

  test("is written as JSON, a row on a line", () => {
    const recorder = new MotionRecorder(20, 60);
    recorder.note(input(0), false);
    recorder.note(input(3, { jump: true }), false);
    const clip = recorder.clip("touch");
    expect(JSON.parse(clipText(clip))).toEqual(clip);
    expect(clipText(clip).split("\n")).toHaveLength(5);
  });
});
