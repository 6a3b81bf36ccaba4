/** How people stand, go, fall and sit. Each posture fills a whole pose. */

import { dipAt, type FootPlace, placeFoot, runningAt } from "../../state/gait";
import { CHAIR_SEAT_M } from "./aids";
import { Pose } from "./pose";
import { HIP } from "./skeleton";

const TURN = 2 * Math.PI;
const scratchFoot: FootPlace = { ahead: 0, up: 0, pitch: 0, isPlanted: true };

/** Stands, breathes, shifts weight from leg to leg. `life` 0 stands as a statue. */
export function stand(out: Float32Array, nowS: number, seed: number, life: number): void {
  out.fill(0);
  const breath = Math.sin((nowS * (0.22 + 0.06 * seed) + seed) * TURN) * life;
  // Two slow waves that never meet again: a shift of weight that nobody sees repeat.
  const sway = (Math.sin(nowS * 0.43 + seed * 40) + 0.6 * Math.sin(nowS * 0.27 + seed * 17)) * 0.6 * life;
  const rest = 0.04 + 0.05 * seed;
  out[Pose.R_SPREAD] = out[Pose.L_SPREAD] = 0.11 + rest * 0.6 + 0.012 * breath;
  out[Pose.R_PITCH] = 0.02 + 0.05 * Math.sin(nowS * 0.5 + seed * 9) * life;
  out[Pose.L_PITCH] = 0.02 + 0.05 * Math.sin(nowS * 0.46 + seed * 5) * life;
  out[Pose.R_ELBOW] = out[Pose.L_ELBOW] = 0.2 + 0.25 * rest + 0.02 * breath;
  out[Pose.R_TWIST] = out[Pose.L_TWIST] = 0.25;
  out[Pose.R_GRIP] = out[Pose.L_GRIP] = 0.22;
  out[Pose.PELVIS_X] = 0.016 * sway;
  out[Pose.SPINE_ROLL] = 0.035 * sway;
  out[Pose.SPINE_PITCH] = -0.01 - 0.012 * breath;
  out[Pose.PELVIS_Y] = -0.008 - 0.004 * Math.abs(sway) + 0.002 * breath;
  out[Pose.PELVIS_YAW] = 0.03 * sway;
  out[Pose.HEAD_ROLL] = -0.03 * sway + 0.05 * (seed - 0.5);
  out[Pose.HEAD_YAW] = 0.08 * Math.sin(nowS * 0.31 + seed * 23) * life;
  out[Pose.HEAD_PITCH] = 0.02 * Math.sin(nowS * 0.37 + seed * 31) * life;
  out[Pose.R_OUT] = out[Pose.L_OUT] = 0.006 + 0.02 * seed;
  out[Pose.R_AHEAD] = 0.02 * (seed - 0.5);
  out[Pose.L_AHEAD] = -out[Pose.R_AHEAD];
}

/** Walks or runs. `phase` in cycles; the feet go at `footSpeed`, the body as at `speed`; `forward` 1 ahead .. -1 backward; `seed` gives everybody a gait. */
export function go(out: Float32Array, phase: number, footSpeed: number, speed: number, forward: number, seed: number): void {
  out.fill(0);
  const running = runningAt(speed);
  const vigour = Math.min(1, speed / 1.3);
  const swing = Math.cos(TURN * phase) * vigour;
  placeFoot(phase, footSpeed, scratchFoot);
  putFoot(out, Pose.R_AHEAD);
  placeFoot(phase + 0.5, footSpeed, scratchFoot);
  putFoot(out, Pose.L_AHEAD);
  // Backward the feet come down toes first.
  if (forward < 0) {
    out[Pose.R_TILT] *= 1 + 1.6 * forward;
    out[Pose.L_TILT] *= 1 + 1.6 * forward;
  }
  const reach = (0.34 + 0.2 * seed) * (1 - running) + 0.75 * running;
  out[Pose.R_PITCH] = -swing * reach * forward + 0.05;
  out[Pose.L_PITCH] = swing * reach * forward + 0.05;
  const bend = 0.28 + 0.15 * seed + 1.15 * running;
  out[Pose.R_ELBOW] = bend - swing * 0.22 * forward;
  out[Pose.L_ELBOW] = bend + swing * 0.22 * forward;
  out[Pose.R_SPREAD] = out[Pose.L_SPREAD] = 0.12 + 0.06 * running;
  out[Pose.R_TWIST] = out[Pose.L_TWIST] = 0.22 + 0.3 * running;
  out[Pose.R_GRIP] = out[Pose.L_GRIP] = 0.3 + 0.5 * running;
  out[Pose.SPINE_PITCH] = (0.03 * vigour + 0.13 * running) * forward;
  out[Pose.SPINE_YAW] = swing * (0.1 + 0.08 * running) * forward;
  out[Pose.SPINE_ROLL] = 0.035 * Math.sin(TURN * phase) * vigour * (1 - running);
  out[Pose.PELVIS_YAW] = -swing * 0.1 * forward;
  out[Pose.PELVIS_X] = 0.02 * Math.sin(TURN * (phase + 0.02)) * vigour * (1 - 0.5 * running);
  out[Pose.PELVIS_Y] = -dipAt(phase, speed);
  out[Pose.HEAD_YAW] = -out[Pose.SPINE_YAW] * 0.8 - out[Pose.PELVIS_YAW] * 0.6;
  out[Pose.HEAD_PITCH] = -out[Pose.SPINE_PITCH] * 0.7 + 0.015 * Math.sin(2 * TURN * phase);
  out[Pose.SMILE] = 0.1 * running;
}

/** In the air: arms out, knees drawn up. */
export function fly(out: Float32Array, seed: number): void {
  out.fill(0);
  out[Pose.R_SPREAD] = 0.75;
  out[Pose.L_SPREAD] = 0.7;
  out[Pose.R_PITCH] = 0.55 - 0.3 * seed;
  out[Pose.L_PITCH] = 0.25 + 0.3 * seed;
  out[Pose.R_ELBOW] = out[Pose.L_ELBOW] = 0.75;
  out[Pose.R_AHEAD] = 0.17;
  out[Pose.R_UP] = 0.24;
  out[Pose.L_AHEAD] = -0.16;
  out[Pose.L_UP] = 0.13;
  out[Pose.R_TILT] = 0.35;
  out[Pose.L_TILT] = 0.75;
  out[Pose.SPINE_PITCH] = 0.08;
  out[Pose.SMILE] = 0.6;
}

/** Sits on something `seatM` high; 0 is the ground, with drawn-up knees and the arms round them. */
export function sit(out: Float32Array, nowS: number, seed: number, seatM: number, life: number): void {
  stand(out, nowS, seed, life);
  // From the ground with drawn-up knees to a chair with hanging shins, without a step between.
  const chair = Math.max(0, Math.min(1, (seatM - 0.12) / 0.22));
  const between = (ground: number, high: number): number => ground + (high - ground) * chair;
  out[Pose.PELVIS_X] = 0;
  out[Pose.PELVIS_Y] = seatM + 0.095 - HIP.y;
  for (const foot of [Pose.R_AHEAD, Pose.L_AHEAD]) {
    const apart = foot === Pose.R_AHEAD ? 0.05 : -0.05;
    out[foot] = between(0.46 + apart * (seed - 0.2), 0.4 + apart * seed);
    out[foot + 1] = Math.max(0, seatM - 0.52);
    out[foot + 2] = between(-0.05, 0);
    out[foot + 3] = 0.018;
  }
  out[Pose.SPINE_PITCH] += between(0.2, 0.02);
  out[Pose.HEAD_PITCH] -= between(0.1, 0);
  for (const arm of [Pose.R_PITCH, Pose.L_PITCH]) {
    out[arm] = between(0.98, 0.32);
    out[arm + 1] = between(0.16, 0.1);
    out[arm + 2] = between(0.62, 1);
    out[arm + 3] = between(0.5, 0.32);
  }
}

/** Sits in a wheelchair; the hands follow the rims with the way while it rolls. */
export function wheel(out: Float32Array, nowS: number, seed: number, turned: number, rolling: number, life: number): void {
  sit(out, nowS, seed, CHAIR_SEAT_M, life);
  out[Pose.PELVIS_Z] = -0.02;
  for (const foot of [Pose.R_AHEAD, Pose.L_AHEAD]) {
    out[foot] = 0.46;
    out[foot + 1] = 0.1;
    out[foot + 2] = 0;
    out[foot + 3] = 0;
  }
  if (rolling <= 0) return;
  const push = Math.sin(turned);
  for (const arm of [Pose.R_PITCH, Pose.L_PITCH]) {
    out[arm] += (-0.05 + 0.42 * push - out[arm]) * rolling;
    out[arm + 1] += (0.3 - out[arm + 1]) * rolling;
    out[arm + 2] += (0.85 - 0.35 * push - out[arm + 2]) * rolling;
    out[arm + 3] += (0.05 - out[arm + 3]) * rolling;
    out[arm + 6] += (0.75 - out[arm + 6]) * rolling;
  }
  out[Pose.SPINE_PITCH] += 0.1 * (0.6 + push) * rolling;
  out[Pose.HEAD_PITCH] -= 0.08 * rolling;
}

function putFoot(out: Float32Array, at: number): void {
  out[at] = scratchFoot.ahead;
  out[at + 1] = scratchFoot.up;
  out[at + 2] = scratchFoot.pitch;
}
