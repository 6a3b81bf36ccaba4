/** The resting body: where joints are, and which chain of joints a part hangs on. Metres, 1.75 m tall, facing north. */

export const HIP = { x: 0.092, y: 0.86 } as const;
export const SHOULDER = { x: 0.18, y: 1.335 } as const;
export const NECK_Y = 1.455;
export const WAIST_Y = 0.93;
export const HEAD_Y = 1.605;
export const THIGH = 0.4;
export const SHIN = 0.38;
export const ANKLE_Y = HIP.y - THIGH - SHIN;
export const UPPER_ARM = 0.265;
export const FOREARM = 0.235;
export const STANDING_M = 1.75;

/** Chains of joints; the vertex shader moves each in its own way. */
export const Chain = {
  /** Pelvis and spine; `middle`: how far it follows the spine. */
  BODY: 0,
  /** Spine, neck; `middle`: how far it follows the neck. */
  HEAD: 1,
  /** Shoulder, elbow (`middle`), wrist (`end`; above 1: fingers, which close). */
  RIGHT_ARM: 2,
  LEFT_ARM: 3,
  /** Hip, knee (`middle`), ankle (`end`). */
  RIGHT_LEG: 4,
  LEFT_LEG: 5,
  /** Cloth over both legs; `middle`: how far it follows them. */
  SKIRT: 6,
  /** What stands on the ground and turns with the body: a chair. */
  ROOT: 7,
  /** A wheel that rolls about its own axle. */
  WHEEL: 8,
} as const;
export type Chain = (typeof Chain)[keyof typeof Chain];

/** How the fragments of a part are coloured beyond one colour. */
export const Paint = {
  PLAIN: 0,
  FACE: 1,
  TORSO: 2,
  /** The first colour above the part's edge, the second below. */
  SLEEVE: 3,
  SHOE: 4,
  HAIR: 5,
  BAND: 6,
  SPOKES: 7,
  BRAID: 8,
} as const;
export type Paint = (typeof Paint)[keyof typeof Paint];

/** The colours of one person that a part can take. */
export const Slot = { SKIN: 0, HAIR: 1, TOP: 2, BOTTOM: 3, SHOES: 4, ACCENT: 5, IRON: 6, WHITE: 7 } as const;
export type Slot = (typeof Slot)[keyof typeof Slot];

/** What a part is, for the grid it gets at a distance. */
export type PartKind = "head" | "hair" | "torso" | "limb" | "extremity" | "detail" | "garment" | "aid" | "wheel" | "eyewear";
