/** Gestures: what each emote does with a pose, over its own time. */

import { EmoteKind } from "../../protocol/messages.gen";
import { Pose } from "./pose";

const TURN = 2 * Math.PI;

/** How long each emote takes, seconds; kinds are numbers of the wire. */
const DURATION_S: Readonly<Record<number, number | undefined>> = {
  [EmoteKind.WAVE]: 2.6,
  [EmoteKind.CLAP]: 2.8,
  [EmoteKind.POINT]: 2.4,
  [EmoteKind.THUMB_UP]: 2.4,
  [EmoteKind.LAUGH]: 2.8,
  [EmoteKind.HEART]: 3,
  [EmoteKind.DANCE]: 7,
  [EmoteKind.NOD]: 1.8,
};
const FADE_S = 0.28;

/** The length of an emote in seconds; 0 for kinds that this client does not know. */
export function durationOf(kind: number): number {
  return DURATION_S[kind] ?? 0;
}

/** How strongly an emote is acted `sinceS` after its start: rises, holds, falls. */
export function strengthOf(kind: number, sinceS: number): number {
  const duration = durationOf(kind);
  if (sinceS <= 0 || sinceS >= duration) return 0;
  const t = Math.min(1, sinceS / FADE_S, (duration - sinceS) / FADE_S);
  return t * t * (3 - 2 * t);
}

/** Puts an emote into a pose, as strongly as `weight`; `standing` how far the feet are free for it. */
export function act(pose: Float32Array, kind: number, sinceS: number, weight: number, standing: number): void {
  const t = sinceS;
  switch (kind as EmoteKind) {
    case EmoteKind.WAVE: {
      const wave = Math.sin(t * TURN * 1.9);
      rightArm(pose, weight, 0.25, 1.55, 1.2 + 0.1 * wave, -1.45 + 0.42 * wave, 0, 0, 0);
      add(pose, Pose.HEAD_ROLL, weight * -0.07);
      add(pose, Pose.SPINE_ROLL, weight * -0.05);
      set(pose, Pose.SMILE, weight, 0.9);
      return;
    }
    case EmoteKind.CLAP: {
      const clap = Math.abs(Math.sin(t * TURN * 1.55));
      const twist = 0.5 - 0.34 * clap;
      rightArm(pose, weight, 0.62, 0.1, 1.28, twist, 0, 0, 0);
      leftArm(pose, weight, 0.62, 0.1, 1.28, twist, 0, 0, 0);
      add(pose, Pose.HEAD_PITCH, weight * 0.04 * Math.sin(t * TURN * 1.55));
      set(pose, Pose.SMILE, weight, 0.8);
      return;
    }
    case EmoteKind.POINT: {
      rightArm(pose, weight, 1.5, 0.06, 0.06 + 0.05 * Math.sin(t * 5), 0.15, 0, 0, 1);
      add(pose, Pose.SPINE_YAW, weight * -0.1);
      add(pose, Pose.SPINE_PITCH, weight * 0.05);
      return;
    }
    case EmoteKind.THUMB_UP: {
      const bob = 0.06 * Math.sin(t * TURN * 1.1);
      rightArm(pose, weight, 0.72 + bob, 0.12, 1.12 + bob, 0.1, 0.15, 0, 1);
      add(pose, Pose.HEAD_PITCH, weight * 0.07 * Math.sin(t * TURN * 1.1));
      set(pose, Pose.SMILE, weight, 0.8);
      return;
    }
    case EmoteKind.LAUGH: {
      const shake = Math.sin(t * TURN * 3.4);
      rightArm(pose, weight, 0.42, 0.05, 1.5, 0.95, 0, 0, 0.3);
      leftArm(pose, weight, 0.28, 0.12, 1.35, 0.95, 0, 0, 0.3);
      add(pose, Pose.SPINE_PITCH, weight * (0.1 - 0.22 * Math.sin(t * 1.4) + 0.03 * shake));
      add(pose, Pose.HEAD_PITCH, weight * (-0.2 + 0.05 * shake));
      add(pose, Pose.PELVIS_Y, weight * standing * (-0.02 + 0.012 * shake));
      set(pose, Pose.SMILE, weight, 1.9);
      set(pose, Pose.LIDS, weight, 0.75);
      return;
    }
    case EmoteKind.HEART: {
      // Over the heart, then out to the other.
      const out = Math.max(0, Math.min(1, (t - 1.1) / 0.6));
      const give = out * out * (3 - 2 * out);
      rightArm(pose, weight, 0.5 + 0.55 * give, 0.08, 1.95 - 1.25 * give, 1.0 - 0.7 * give, 0, 0.4 * give, 0.1);
      leftArm(pose, weight, 0.46 + 0.59 * give, 0.08, 1.85 - 1.15 * give, 1.05 - 0.75 * give, 0, 0.4 * give, 0.1);
      add(pose, Pose.HEAD_ROLL, weight * 0.13);
      add(pose, Pose.SPINE_PITCH, weight * 0.07 * give);
      set(pose, Pose.SMILE, weight, 0.9);
      set(pose, Pose.LIDS, weight, 0.5 * (1 - give));
      return;
    }
    case EmoteKind.DANCE:
      dance(pose, t, weight, standing);
      return;
    case EmoteKind.NOD:
      add(pose, Pose.HEAD_PITCH, weight * (0.14 + 0.2 * Math.sin(t * TURN * 1.35)));
      add(pose, Pose.SPINE_PITCH, weight * 0.03);
      set(pose, Pose.SMILE, weight, 0.5);
      return;
  }
}

/** Holds a hand up; it lasts, and one can walk with it. */
export function raiseHand(pose: Float32Array, weight: number, nowS: number, seed: number): void {
  const sway = 0.05 * Math.sin(nowS * 1.3 + seed * 20);
  rightArm(pose, weight, 2.85 + sway * 0.5, 0.06 + sway * 0.5, 0.16, 0.2, 0, 0, 0);
  add(pose, Pose.SPINE_ROLL, weight * -0.06);
}

/** Two beats a second: hips, bouncing knees, arms that go up and round, a turn of the shoulders. */
function dance(pose: Float32Array, t: number, weight: number, standing: number): void {
  const beat = t * TURN;
  const [s, c] = [Math.sin(beat), Math.cos(beat)];
  const bounce = Math.abs(Math.sin(beat));
  const isHigh = Math.sin(t * TURN * 0.25) > 0 ? 1 : 0;
  const high = 0.5 + 0.5 * Math.tanh(6 * Math.sin(t * TURN * 0.25));
  // Low: elbows at the sides, fists going round; high: arms up and apart, past the ears, never before the face.
  rightArm(pose, weight, 0.25 + 0.35 * s, 0.45 + 1.55 * high, 1.45 - 0.85 * high + 0.2 * c, 0.15 - 1.5 * high + 0.25 * s, 0, 0, 0.5);
  leftArm(pose, weight, 0.25 - 0.35 * s, 0.45 + 1.55 * high, 1.45 - 0.85 * high - 0.2 * c, 0.15 - 1.5 * high - 0.25 * s, 0, 0, 0.5);
  add(pose, Pose.SPINE_ROLL, weight * -0.13 * s);
  add(pose, Pose.SPINE_YAW, weight * 0.2 * c * (0.5 + 0.5 * isHigh));
  add(pose, Pose.HEAD_ROLL, weight * 0.12 * s);
  add(pose, Pose.HEAD_PITCH, weight * 0.07 * bounce);
  set(pose, Pose.SMILE, weight, 1);
  const legs = weight * standing;
  add(pose, Pose.PELVIS_X, legs * 0.055 * s);
  add(pose, Pose.PELVIS_YAW, legs * -0.16 * c);
  add(pose, Pose.PELVIS_Y, legs * (-0.075 + 0.055 * bounce));
  // The free foot steps; the other carries.
  add(pose, Pose.R_UP, legs * 0.07 * Math.max(0, -s) ** 1.5);
  add(pose, Pose.L_UP, legs * 0.07 * Math.max(0, s) ** 1.5);
  add(pose, Pose.R_TILT, legs * 0.4 * Math.max(0, -s));
  add(pose, Pose.L_TILT, legs * 0.4 * Math.max(0, s));
  set(pose, Pose.R_OUT, legs, 0.045);
  set(pose, Pose.L_OUT, legs, 0.045);
}

function rightArm(pose: Float32Array, weight: number, pitch: number, spread: number, elbow: number, twist: number, bend: number, roll: number, grip: number): void {
  arm(pose, Pose.R_PITCH, weight, pitch, spread, elbow, twist, bend, roll, grip);
}

function leftArm(pose: Float32Array, weight: number, pitch: number, spread: number, elbow: number, twist: number, bend: number, roll: number, grip: number): void {
  arm(pose, Pose.L_PITCH, weight, pitch, spread, elbow, twist, bend, roll, grip);
}

function arm(
  pose: Float32Array, at: number, weight: number, pitch: number, spread: number, elbow: number, twist: number, bend: number, roll: number, grip: number,
): void {
  set(pose, at, weight, pitch);
  set(pose, at + 1, weight, spread);
  set(pose, at + 2, weight, elbow);
  set(pose, at + 3, weight, twist);
  set(pose, at + 4, weight, bend);
  set(pose, at + 5, weight, roll);
  set(pose, at + 6, weight, grip);
}

function set(pose: Float32Array, at: number, weight: number, value: number): void {
  pose[at] += (value - pose[at]) * weight;
}

function add(pose: Float32Array, at: number, value: number): void {
  pose[at] += value;
}
