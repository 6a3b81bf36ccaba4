/**
 * Where the feet are while somebody goes, from strolling to running.
 *
 * A cycle is two steps. In the stance of a foot the path runs straight back at exactly the speed of
 * the body, so that the foot stands still in the world; in the swing it comes forward, leaving and
 * arriving at that same speed. Heights and ways are those of a body of 1.75 m; a taller one goes
 * the same path scaled, and further with it (`cycleLength`).
 */

/** Speeds of the movement rule between which walking turns into running, m/s. */
const WALK_UNTIL = 2;
const RUN_FROM = 3.4;

/** What a foot does at one moment, in a body of 1.75 m. */
export interface FootPlace {
  /** Metres ahead of the hip along the way gone. */
  ahead: number;
  /** Metres of the sole above the ground. */
  up: number;
  /** Radians, toes down positive; the foot rolls over ball and heel. */
  pitch: number;
  isPlanted: boolean;
}

/** How much running there is in going at a speed: 0 walks, 1 runs. */
export function runningAt(speed: number): number {
  const t = Math.max(0, Math.min(1, (speed - WALK_UNTIL) / (RUN_FROM - WALK_UNTIL)));
  return t * t * (3 - 2 * t);
}

/** The way of one cycle in metres: short steps at low speed, and quicker ones rather than endless ones at high speed. */
export function cycleLength(speed: number): number {
  const running = runningAt(speed);
  const walking = 0.5 + 0.34 * Math.min(speed, 2.4);
  const ran = speed / (1.55 + 0.25 * Math.max(0, speed - 4));
  return walking + (ran - walking) * running;
}

/** The part of a cycle for which a foot is on the ground. */
export function stancePart(speed: number): number {
  return 0.57 - 0.29 * runningAt(speed);
}

/** Puts a foot at `phase` (whole cycles; the other foot is half a cycle away) into `out`. */
export function placeFoot(phase: number, speed: number, out: FootPlace): void {
  const p = phase - Math.floor(phase);
  const length = cycleLength(speed);
  const stance = stancePart(speed);
  const running = runningAt(speed);
  // A runner's foot lands under the body and leaves far behind it.
  const middle = -0.06 * running;
  const reach = (stance / 2) * length;
  out.isPlanted = p < stance;
  if (out.isPlanted) {
    out.ahead = middle + reach - p * length;
    out.up = 0;
    out.pitch = rollOver(p / stance, running);
    return;
  }
  const t = (p - stance) / (1 - stance);
  // Cubic Hermite from the end of the stance to its beginning, tangents of the ground's speed.
  const slope = -length * (1 - stance);
  const t2 = t * t;
  const t3 = t2 * t;
  out.ahead = middle - reach * (2 * t3 - 3 * t2 + 1) + slope * (t3 - 2 * t2 + t) + reach * (3 * t2 - 2 * t3) + slope * (t3 - t2);
  const lift = 0.07 + 0.2 * running + 0.02 * Math.min(1, speed);
  out.up = lift * swingHeight(t, running) * Math.min(1, speed / 0.5);
  out.pitch = mix(rollOver(1, running), rollOver(0, running), t * t * (3 - 2 * t)) + running * 0.7 * swingHeight(t, 1);
}

/** How far the body is below its standing height, metres: it is lowest when both feet are on the ground. */
export function dipAt(phase: number, speed: number): number {
  const running = runningAt(speed);
  const going = Math.min(1, speed / 1.2);
  const beat = Math.cos(4 * Math.PI * (phase - stancePart(speed) / 2));
  const walked = 0.04 - 0.016 * beat;
  // Runners fall into the middle of the stance and fly between.
  const ran = 0.06 + 0.04 * beat;
  return going * mix(walked, ran, running);
}

/** Heel first, then flat, then over the ball. */
function rollOver(part: number, running: number): number {
  const heel = Math.max(0, 1 - part / 0.22);
  const ball = Math.max(0, (part - 0.55) / 0.45);
  return -0.3 * (1 - running) * heel + (0.55 + 0.25 * running) * ball * ball;
}

/** 0..1..0 over the swing; a runner's heel comes up early. */
function swingHeight(t: number, running: number): number {
  return Math.sin(Math.PI * t ** (1 - 0.25 * running)) ** 2;
}

function mix(a: number, b: number, part: number): number {
  return a + (b - a) * part;
}
