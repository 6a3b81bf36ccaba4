/** The pose of a body as numbers: what the vertex shader turns into bent limbs. */

/**
 * Where each number stands. Angles in radians, ways in metres of a body of 1.75 m.
 *
 *     arms: PITCH forward, SPREAD outward, ELBOW bend, TWIST inward about the upper arm
 *     hands: BEND forward, ROLL inward, GRIP 0 open .. 1 fist, REACH 1: the arm reaches for a place
 *            instead (then PITCH, SPREAD, ELBOW are its x, y, z from between the shoulders)
 *     feet: AHEAD along the way gone, UP, TILT toes down, OUT to the side
 */
export const Pose = {
  R_PITCH: 0, R_SPREAD: 1, R_ELBOW: 2, R_TWIST: 3,
  R_BEND: 4, R_ROLL: 5, R_GRIP: 6, R_REACH: 7,
  L_PITCH: 8, L_SPREAD: 9, L_ELBOW: 10, L_TWIST: 11,
  L_BEND: 12, L_ROLL: 13, L_GRIP: 14, L_REACH: 15,
  R_AHEAD: 16, R_UP: 17, R_TILT: 18, R_OUT: 19,
  L_AHEAD: 20, L_UP: 21, L_TILT: 22, L_OUT: 23,
  SPINE_PITCH: 24, SPINE_ROLL: 25, SPINE_YAW: 26, PELVIS_Y: 27,
  HEAD_PITCH: 28, HEAD_ROLL: 29, HEAD_YAW: 30, PELVIS_Z: 31,
  PELVIS_X: 32, PELVIS_YAW: 33, SMILE: 34, LIDS: 35,
} as const;

/** Numbers of a pose: nine texels of four. */
export const POSE_SIZE = 36;

/** Moves `pose` towards `other` by `weight`, in all numbers from `first` up to `end`. */
export function blend(pose: Float32Array, other: Float32Array, weight: number, first = 0, end = POSE_SIZE): void {
  for (let i = first; i < end; i++) pose[i] += (other[i] - pose[i]) * weight;
}
