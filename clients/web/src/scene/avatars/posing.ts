/** From how a person is to the pose of this frame: states become weights that glide, so that nothing pops. */

import { cycleLength } from "../../state/gait";
import type { Acting, Figure, HeadsetPose, Limb } from "../../state/figure";
import { act, durationOf, raiseHand, strengthOf } from "./emotes";
import { blend, Pose, POSE_SIZE } from "./pose";
import { fly, go, sit, stand, wheel } from "./postures";
import { FOREARM, HEAD_Y, SHOULDER, UPPER_ARM } from "./skeleton";
import type { Outfit } from "./wardrobe";

const FURTHEST_LOOK = 1.15;
const BLINK_S = 0.16;
const LANDING_S = 0.35;
const GROUND_SEAT_M = 0;
const SITS_DOWN_S = 0.6;

const [base, other] = [new Float32Array(POSE_SIZE), new Float32Array(POSE_SIZE)];

/** What is remembered of one person from frame to frame. */
export interface Motion {
  /** 0..1, from the key: everybody breathes, blinks and steps at a time of their own. */
  readonly seed: number;
  phase: number;
  going: number;
  flying: number;
  sitting: number;
  /** What is or was sat on, kept while standing up. */
  seatM: number;
  handUp: number;
  acting: number;
  shown: Acting | null;
  /** Speed of the last step and, gliding, that of the body above: a stop must not straighten a runner in one frame. */
  footSpeed: number;
  speed: number;
  /** Wheels stop when their owner does. */
  rollSpeed: number;
  /** Where the feet go, relative to the body, radians clockwise. */
  travel: number;
  lookYaw: number;
  lookPitch: number;
  mouth: number;
  landedS: number;
  wasInAir: boolean;
  /** Way rolled, metres. */
  rolled: number;
  floorY: number;
  bodyYaw: number;
  inHeadset: number;
}

export function newMotion(key: number, figure: Figure): Motion {
  // The golden ratio spreads neighbouring keys evenly.
  const seed = ((key * 0.6180339887) % 1 + 1) % 1;
  return {
    seed, phase: seed, going: 0, flying: 0, sitting: figure.isSitting ? 1 : 0, seatM: figure.seatM ?? GROUND_SEAT_M, handUp: 0, acting: 0, shown: null, footSpeed: 1, speed: 0, rollSpeed: 0, travel: 0, lookYaw: 0, lookPitch: 0,
    mouth: 0, landedS: -9, wasInAir: false, rolled: seed * 3, floorY: figure.stance.y, bodyYaw: figure.headset?.head.yaw ?? figure.stance.yaw, inHeadset: 0,
  };
}

/** Where a body is drawn, and what moves besides its joints. */
export interface Placing {
  x: number;
  y: number;
  z: number;
  yaw: number;
}

/** Moves on by `elapsedS` and writes the pose to `out` at `at`. Without garbage: it runs for everybody in every frame. */
export function pose(
  motion: Motion, figure: Figure, outfit: Outfit, nowS: number, elapsedS: number, isStill: boolean, out: Float32Array, at: number, placing: Placing,
): void {
  advance(motion, figure, outfit, nowS, elapsedS);
  placing.x = figure.stance.x;
  placing.y = figure.stance.y;
  placing.z = figure.stance.z;
  placing.yaw = figure.stance.yaw;
  const life = isStill ? 0 : 1;
  const { seed } = motion;
  stand(base, nowS, seed, life);
  if (outfit.isInWheelchair) {
    wheel(other, nowS, seed, motion.rolled / 0.3, Math.min(1, motion.rollSpeed), life);
    blend(base, other, 1);
  } else {
    mixPostures(motion, nowS, life);
  }
  gesture(motion, outfit, nowS, isStill);
  look(motion);
  base[Pose.LIDS] = Math.max(base[Pose.LIDS], isStill ? 0 : blinkAt(nowS, seed));
  if (figure.headset !== null) wear(motion, figure.headset, outfit.build.height, elapsedS, placing);
  out.set(base, at);
}

function advance(motion: Motion, figure: Figure, outfit: Outfit, nowS: number, elapsedS: number): void {
  const { speed, stance } = figure;
  motion.rollSpeed = glide(motion.rollSpeed, speed, elapsedS, 12);
  const away = wrap(figure.heading - stance.yaw);
  const isGoing = speed > 0.08 && !figure.isInAir;
  const { height } = outfit.build;
  if (isGoing) {
    // In the measure of the resting body: short legs go quicker.
    motion.footSpeed = speed / height;
    motion.speed = motion.going < 0.05 ? motion.footSpeed : glide(motion.speed, motion.footSpeed, elapsedS, 9);
  }
  motion.travel = isGoing ? wrap(motion.travel + wrap(away - motion.travel) * rate(elapsedS, 10)) : motion.travel * (1 - rate(elapsedS, 6));
  // What the feet draw goes exactly as far as what moves.
  motion.phase = (motion.phase + (speed * elapsedS) / (cycleLength(speed / height) * height)) % 1;
  motion.rolled = (motion.rolled + speed * elapsedS * Math.cos(away)) % 1000;
  motion.going = glide(motion.going, isGoing ? 1 : 0, elapsedS, 9);
  motion.flying = glide(motion.flying, figure.isInAir ? 1 : 0, elapsedS, figure.isInAir ? 12 : 16);
  if (figure.isSitting) motion.seatM = motion.sitting < 0.02 ? (figure.seatM ?? GROUND_SEAT_M) : glide(motion.seatM, figure.seatM ?? GROUND_SEAT_M, elapsedS, 6);
  motion.sitting = Math.max(0, Math.min(1, motion.sitting + (figure.isSitting ? elapsedS : -elapsedS) / SITS_DOWN_S));
  motion.handUp = glide(motion.handUp, figure.isHandUp ? 1 : 0, elapsedS, 8);
  motion.mouth = glide(motion.mouth, figure.loudness, elapsedS, 22);
  if (motion.wasInAir && !figure.isInAir) motion.landedS = nowS;
  motion.wasInAir = figure.isInAir;
  if (!figure.isInAir) motion.floorY = stance.y;
  turnHead(motion, figure, height, elapsedS);
  choose(motion, figure.acting, nowS, elapsedS);
}

function mixPostures(motion: Motion, nowS: number, life: number): void {
  const { seed } = motion;
  if (motion.going > 0.002) {
    go(other, motion.phase, motion.footSpeed, motion.speed, Math.cos(motion.travel), seed);
    // Hips follow the feet when one goes sideways.
    other[Pose.PELVIS_YAW] += 0.45 * Math.sin(motion.travel);
    other[Pose.SPINE_YAW] -= 0.4 * Math.sin(motion.travel);
    blend(base, other, motion.going);
  }
  const sinceLanding = nowS - motion.landedS;
  if (sinceLanding < LANDING_S) base[Pose.PELVIS_Y] -= 0.11 * Math.sin(Math.PI * (sinceLanding / LANDING_S) ** 0.6);
  if (motion.flying > 0.002) {
    fly(other, seed);
    blend(base, other, motion.flying);
  }
  if (motion.sitting > 0.002) {
    sit(other, nowS, seed, motion.seatM, life);
    blend(base, other, ease(motion.sitting));
  }
}

/** Takes up a new gesture when the last has faded; the same one again starts anew. */
function choose(motion: Motion, acting: Acting | null, nowS: number, elapsedS: number): void {
  const isShown = acting !== null && motion.shown?.kind === acting.kind;
  if (isShown) motion.shown = acting;
  else if (motion.acting < 0.04) motion.shown = acting;
  const { shown } = motion;
  const wanted = shown !== null && shown === acting ? strengthOf(shown.kind, nowS - shown.startedS) : 0;
  motion.acting = glide(motion.acting, wanted, elapsedS, 16);
}

function gesture(motion: Motion, outfit: Outfit, nowS: number, isStill: boolean): void {
  if (outfit.hasCane || outfit.hasWhiteCane) leanOnCane(outfit.hasWhiteCane);
  if (motion.handUp > 0.002) raiseHand(base, ease(motion.handUp), isStill ? 0 : nowS, motion.seed);
  const { shown } = motion;
  if (shown === null || motion.acting < 0.002) return;
  // Without motion a gesture is the picture of its middle.
  const sinceS = isStill ? durationOf(shown.kind) * 0.4 : nowS - shown.startedS;
  const standing = outfit.isInWheelchair ? 0 : (1 - motion.sitting) * (1 - motion.going) * (1 - motion.flying);
  act(base, shown.kind, sinceS, motion.acting, standing);
}

/** The hand on the cane keeps it upright, however the arm swings. */
function leanOnCane(isLong: boolean): void {
  base[Pose.R_PITCH] = base[Pose.R_PITCH] * 0.45 + (isLong ? 0.3 : 0.08);
  base[Pose.R_ELBOW] = isLong ? 0.55 : 0.22;
  base[Pose.R_TWIST] = 0;
  base[Pose.R_SPREAD] = 0.2;
  base[Pose.R_GRIP] = 1;
  base[Pose.R_BEND] = -base[Pose.R_PITCH] - base[Pose.R_ELBOW] + (isLong ? 0.12 : 0.03);
}

function turnHead(motion: Motion, { attention, stance }: Figure, height: number, elapsedS: number): void {
  let [yaw, pitch] = [0, 0];
  if (attention !== null) {
    const [dx, dy, dz] = [attention.x - stance.x, attention.y - stance.y - HEAD_Y * height, attention.z - stance.z];
    yaw = Math.max(-FURTHEST_LOOK, Math.min(FURTHEST_LOOK, wrap(Math.atan2(dx, -dz) - stance.yaw)));
    pitch = Math.max(-0.45, Math.min(0.45, -Math.atan2(dy, Math.sqrt(dx * dx + dz * dz))));
  }
  motion.lookYaw = glide(motion.lookYaw, yaw, elapsedS, 5);
  motion.lookPitch = glide(motion.lookPitch, pitch, elapsedS, 5);
}

function look({ lookYaw, lookPitch, mouth }: Motion): void {
  base[Pose.HEAD_YAW] += lookYaw * 0.78;
  base[Pose.SPINE_YAW] += lookYaw * 0.22;
  base[Pose.HEAD_PITCH] += lookPitch;
  // Who speaks moves the head a little with the voice.
  base[Pose.HEAD_PITCH] -= mouth * 0.05;
}

/** Head and hands go where the headset has them; the body follows below. */
function wear(motion: Motion, headset: HeadsetPose, height: number, elapsedS: number, placing: Placing): void {
  const { head, left, right } = headset;
  motion.bodyYaw = wrap(motion.bodyYaw + wrap(head.yaw - motion.bodyYaw) * rate(elapsedS, 4));
  placing.yaw = motion.bodyYaw;
  placing.x = head.x - Math.sin(motion.bodyYaw) * 0.06;
  placing.z = head.z + Math.cos(motion.bodyYaw) * 0.06;
  base[Pose.PELVIS_Y] = Math.max(-0.55, Math.min(0.03, (head.y - placing.y) / height - HEAD_Y));
  base[Pose.SPINE_PITCH] = base[Pose.SPINE_ROLL] = base[Pose.SPINE_YAW] = base[Pose.PELVIS_X] = base[Pose.PELVIS_YAW] = 0;
  base[Pose.HEAD_YAW] = wrap(head.yaw - motion.bodyYaw);
  base[Pose.HEAD_PITCH] = -head.pitch;
  base[Pose.HEAD_ROLL] = -head.roll;
  reach(Pose.R_PITCH, right, 1, height, placing);
  reach(Pose.L_PITCH, left, -1, height, placing);
}

function reach(at: number, hand: Limb & { readonly grip: number }, side: number, height: number, placing: Placing): void {
  const [dx, dz] = [(hand.x - placing.x) / height, (hand.z - placing.z) / height];
  const [s, c] = [Math.sin(placing.yaw), Math.cos(placing.yaw)];
  // Into the axes of the body; an arm is mirrored, so its x points outward on both sides.
  base[at] = side * (dx * c + dz * s);
  base[at + 1] = (hand.y - placing.y) / height - SHOULDER.y;
  base[at + 2] = -dx * s + dz * c;
  base[at + 3] = side * wrap(hand.yaw - placing.yaw);
  base[at + 4] = hand.pitch;
  base[at + 5] = side * hand.roll;
  base[at + 6] = hand.grip;
  base[at + 7] = 1;
}

/** The furthest a hand reaches from its shoulder. */
export const REACH_M = UPPER_ARM + FOREARM;

function blinkAt(nowS: number, seed: number): number {
  const every = 2.6 + 2.9 * seed;
  const since = (nowS + seed * 31) % every;
  return since < BLINK_S ? Math.sin((Math.PI * since) / BLINK_S) : 0;
}

function glide(value: number, wanted: number, elapsedS: number, perS: number): number {
  return value + (wanted - value) * rate(elapsedS, perS);
}

function rate(elapsedS: number, perS: number): number {
  return 1 - Math.exp(-elapsedS * perS);
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function wrap(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
