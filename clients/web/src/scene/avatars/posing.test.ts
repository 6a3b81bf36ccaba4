import { describe, expect, it } from "vitest";

import { EmoteKind } from "../../protocol/messages.gen";
import type { Figure } from "../../state/figure";
import { CHOICES, type ChoiceId, optionOf, stepOption } from "../../state/look";
import { Pose, POSE_SIZE } from "./pose";
import { newMotion, pose } from "./posing";
import { dress } from "./wardrobe";

const FRAME_S = 1 / 60;
const PLAIN = new Uint8Array(CHOICES.length);
const placing = { x: 0, y: 0, z: 0, yaw: 0 };

const figure = (more: Partial<Figure> = {}): Figure => ({
  key: 3, name: "", look: PLAIN, stance: { x: 0, y: 0, z: 0, yaw: 0 }, speed: 0, heading: 0, isInAir: false, isSitting: false, isHandUp: false, acting: null,
  attention: null, loudness: 0, headset: null, ...more,
});

function wearing(id: ChoiceId, option: string): Uint8Array {
  let look: Uint8Array = PLAIN;
  while (optionOf(look, id) !== option) look = stepOption(look, id, 1);
  return look;
}

/** The poses of a while, one after the other. */
function poses(seconds: number, person: Figure, more: Partial<Figure> = {}, isStill = false): Float32Array[] {
  const motion = newMotion(person.key, person);
  const outfit = dress(person.look);
  const all: Float32Array[] = [];
  for (let frame = 0; frame * FRAME_S < seconds; frame++) {
    const out = new Float32Array(POSE_SIZE);
    pose(motion, { ...person, ...more }, outfit, 20 + frame * FRAME_S, FRAME_S, isStill, out, 0, placing);
    all.push(out);
  }
  return all;
}

describe("a pose", () => {
  it.each(["medium", "tall", "young"])("keeps the planted foot of a %s body still in the world", (body) => {
    for (const speed of [0.7, 1.41, 2.6, 4]) {
      const look = wearing("body", body);
      const { height } = dress(look).build;
      const walked = poses(4, figure({ look, speed })).slice(120);
      let planted = 0;
      for (let i = 1; i < walked.length; i++) {
        const [before, after] = [walked[i - 1], walked[i]];
        if (before[Pose.R_UP] > 1e-6 || after[Pose.R_UP] > 1e-6 || after[Pose.R_AHEAD] > before[Pose.R_AHEAD]) continue;
        const slid = (after[Pose.R_AHEAD] - before[Pose.R_AHEAD]) * height + speed * FRAME_S;
        expect(Math.abs(slid), `${body} at ${speed} m/s`).toBeLessThan(0.001);
        planted += 1;
      }
      expect(planted).toBeGreaterThan(20);
    }
  });

  it("holds a raised hand up while walking", () => {
    const [last] = poses(2, figure(), { isHandUp: true, speed: 1.4 }).slice(-1);
    expect(last[Pose.R_PITCH]).toBeGreaterThan(2.4);
  });

  it("turns the head to who speaks, and no further than a neck goes", () => {
    const aside = poses(2, figure(), { attention: { x: 5, y: 1.6, z: -5 } }).slice(-1)[0];
    expect(aside[Pose.HEAD_YAW] + aside[Pose.SPINE_YAW]).toBeCloseTo(Math.PI / 4, 0);
    const behind = poses(2, figure(), { attention: { x: 1, y: 1.6, z: 9 } }).slice(-1)[0];
    expect(behind[Pose.HEAD_YAW]).toBeLessThan(1.2);
  });

  it("is the same in every frame for who asked for no motion", () => {
    const still = poses(1, figure({ acting: { kind: EmoteKind.DANCE, startedS: 19 } }), {}, true).slice(40);
    for (const one of still) for (let i = 0; i < POSE_SIZE; i++) expect(one[i]).toBeCloseTo(still[0][i], 2);
  });

  it("differs between people at the same moment", () => {
    const [one] = poses(1, figure({ key: 1 })).slice(-1);
    const [other] = poses(1, figure({ key: 2 })).slice(-1);
    expect(one).not.toEqual(other);
  });

  it("reaches for the hands of a headset", () => {
    const hand = { x: 0.3, y: 1.2, z: -0.4, yaw: 0, pitch: 0, roll: 0, grip: 0 };
    const headset = { head: { x: 0, y: 1.6, z: -0.06, yaw: 0, pitch: 0.2, roll: 0 }, right: hand, left: { ...hand, x: -0.3 } };
    const [last] = poses(1, figure(), { headset }).slice(-1);
    expect(last[Pose.R_REACH]).toBe(1);
    expect(last[Pose.R_PITCH]).toBeCloseTo(0.3, 1);
    expect(last[Pose.L_PITCH]).toBeCloseTo(0.3, 1);
    expect(last[Pose.R_ELBOW]).toBeCloseTo(-0.4, 1);
    expect(last[Pose.HEAD_PITCH]).toBeCloseTo(-0.2, 5);
  });
});
