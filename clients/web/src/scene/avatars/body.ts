/** Bodies: head, torso, limbs, hands and shoes, with the cuts of clothes that shape them. */

import { ellipsoid, loft, mirrored, ramp, rigged, type Ring, rod, type Surface } from "./loft";
import type { Part } from "./patches";
import { ANKLE_Y, Chain, HEAD_Y, HIP, NECK_Y, Paint, SHOULDER, Slot, UPPER_ARM, WAIST_Y } from "./skeleton";

const ELBOW_Y = SHOULDER.y - UPPER_ARM;
const WRIST_Y = 0.845;
const KNEE_Y = 0.46;

/** Radii of the head; hair is laid over the same shape. */
export const HEAD = { x: 0.121, y: 0.147, z: 0.128 } as const;

const torso = (rings: readonly Ring[]): Surface =>
  rigged(loft(rings, 2.35), (out) => { out.middle = ramp(out.y, WAIST_Y - 0.04, 1.3); });

const SLIM: readonly Ring[] = [
  [1.49, 0.046, 0.049, 0, 0.008],
  [1.435, 0.05, 0.053, 0, 0.008],
  [1.405, 0.07, 0.066, 0, 0.008],
  [1.385, 0.118, 0.078, 0, 0.006],
  [1.355, 0.16, 0.09, 0, 0.004],
  [1.3, 0.177, 0.102],
  [1.2, 0.172, 0.11],
  [1.1, 0.158, 0.106],
  [1.0, 0.152, 0.104],
  [0.93, 0.16, 0.106],
  [0.87, 0.168, 0.099],
  [0.84, 0.152, 0.085],
  [0.805, 0.085, 0.055],
];

const widened = (rings: readonly Ring[], by: number, hemY: number): Ring[] =>
  rings.map(([y, w, d, x = 0, z = 0]) => {
    const more = y > 1.4 || y < hemY ? 0 : by * (1 + 0.9 * ramp(y, 1.15, hemY));
    return [y, w + more, d + more, x, z];
  });

// A hem is a step: the cloth ends outside, the hips go on inside.
const LOOSE: readonly Ring[] = widened(SLIM, 0.012, 0.9).flatMap((ring) =>
  ring[0] === 0.93 ? [ring, [0.905, 0.188, 0.136], [0.888, 0.187, 0.135], [0.886, 0.16, 0.105]] as Ring[] : [ring]);
const LONG: readonly Ring[] = [...widened(SLIM, 0.014, 0.86).slice(0, 10), [0.87, 0.19, 0.138], [0.79, 0.196, 0.146], [0.74, 0.198, 0.15], [0.735, 0.15, 0.1]];

const arm = (rings: readonly (readonly [number, number])[]): Surface =>
  rigged(loft(rings.map(([y, r]) => [y, r * (y > 1 ? 0.95 : 1), r, SHOULDER.x - 0.052 * ramp(y, 1.335, 1.405), 0])), (out) => {
    out.middle = ramp(out.y, ELBOW_Y + 0.05, ELBOW_Y - 0.05);
    out.end = ramp(out.y, WRIST_Y + 0.03, WRIST_Y - 0.01);
  });

const BARE_ARM = [[1.388, 0.012], [1.372, 0.038], [1.335, 0.053], [1.26, 0.051], [1.16, 0.046], [1.08, 0.044], [1.0, 0.043], [0.9, 0.035], [0.83, 0.031]] as const;
const SHORT_SLEEVE = [[1.39, 0.014], [1.374, 0.043], [1.335, 0.058], [1.27, 0.061], [1.19, 0.064], [1.185, 0.046], [1.08, 0.044], [0.96, 0.041], [0.83, 0.031]] as const;
const LONG_SLEEVE = [[1.39, 0.014], [1.374, 0.043], [1.335, 0.058], [1.26, 0.058], [1.16, 0.055], [1.08, 0.053], [0.98, 0.053], [0.87, 0.047], [0.845, 0.034]] as const;
const WIDE_SLEEVE = [[1.394, 0.016], [1.377, 0.047], [1.335, 0.064], [1.25, 0.064], [1.15, 0.061], [1.08, 0.06], [0.98, 0.062], [0.875, 0.058], [0.848, 0.036]] as const;

const leg = (rings: readonly (readonly [number, number])[]): Surface =>
  rigged(loft(rings.map(([y, r]) => [y, r, r * (1.06 + 0.08 * ramp(y, 0.7, 0.86)), HIP.x * (0.9 + 0.1 * ramp(y, 0.5, 0.9)), 0.004])), (out) => {
    out.middle = ramp(out.y, KNEE_Y + 0.06, KNEE_Y - 0.06);
    out.end = ramp(out.y, ANKLE_Y + 0.09, ANKLE_Y + 0.01); // as the shoe: an ankle must not come through it
  });

const BARE_LEG = [[0.9, 0.045], [0.86, 0.078], [0.78, 0.08], [0.64, 0.068], [0.5, 0.054], [0.42, 0.053], [0.32, 0.054], [0.18, 0.041], [0.085, 0.032]] as const;
const TROUSER_LEG = [[0.91, 0.05], [0.86, 0.084], [0.78, 0.086], [0.64, 0.076], [0.5, 0.065], [0.42, 0.063], [0.3, 0.061], [0.16, 0.059], [0.075, 0.058]] as const;
const WIDE_LEG = [[0.91, 0.05], [0.86, 0.085], [0.78, 0.088], [0.64, 0.083], [0.5, 0.08], [0.42, 0.081], [0.3, 0.086], [0.16, 0.092], [0.055, 0.097]] as const;
const SHORTS_LEG = [[0.91, 0.05], [0.86, 0.085], [0.76, 0.089], [0.62, 0.086], [0.53, 0.084], [0.525, 0.057], [0.42, 0.054], [0.26, 0.051], [0.085, 0.032]] as const;

const shoe = (rings: readonly Ring[]): Surface =>
  rigged(loft(rings, 2.3), (out) => {
    out.middle = 1;
    out.end = ramp(out.y, ANKLE_Y + 0.09, ANKLE_Y + 0.01);
  });
const X = HIP.x * 0.9;
const SOLE: readonly Ring[] = [[0.045, 0.048, 0.108, X, -0.042], [0.018, 0.052, 0.122, X, -0.044], [0.004, 0.05, 0.12, X, -0.044], [0, 0.02, 0.06, X, -0.044]];
const TRAINER: readonly Ring[] = [[0.105, 0.032, 0.034, X, 0.012], [0.1, 0.043, 0.05, X, 0.008], [0.075, 0.045, 0.075, X, -0.014], ...SOLE];
const BOOT: readonly Ring[] = [[0.2, 0.05, 0.053, X, 0.006], [0.185, 0.062, 0.066, X, 0.006], [0.12, 0.052, 0.06, X, 0.004], [0.085, 0.047, 0.078, X, -0.016], ...SOLE];
const WELLINGTON: readonly Ring[] = [[0.33, 0.05, 0.053, X, 0.004], [0.325, 0.069, 0.073, X, 0.004], [0.2, 0.062, 0.067, X, 0.004], [0.1, 0.052, 0.07, X, -0.01], ...SOLE];
const LOAFER: readonly Ring[] = [[0.075, 0.03, 0.036, X, 0.006], [0.072, 0.042, 0.056, X, 0.002], [0.06, 0.044, 0.085, X, -0.022], ...SOLE];
const SANDAL: readonly Ring[] = [[0.075, 0.036, 0.04, X, 0.006], [0.06, 0.04, 0.06, X, -0.006], [0.04, 0.043, 0.1, X, -0.04], ...SOLE];

/** A mitten; what follows the wrist by more than 1 closes with the grip. */
const mitten = rigged(loft([
  [0.868, 0.018, 0.02, SHOULDER.x, 0], [0.845, 0.027, 0.033, SHOULDER.x, 0], [0.815, 0.029, 0.043, SHOULDER.x - 0.002, -0.002],
  [0.775, 0.028, 0.046, SHOULDER.x - 0.004, -0.002], [0.735, 0.025, 0.043, SHOULDER.x - 0.008, 0], [0.7, 0.018, 0.03, SHOULDER.x - 0.012, 0], [0.69, 0.003, 0.005, SHOULDER.x - 0.013, 0],
]), (out) => {
  out.middle = 1;
  out.end = 1 + ramp(out.y, 0.785, 0.745);
});
const thumb = rigged(rod([SHOULDER.x - 0.004, 0.825, -0.028], [SHOULDER.x - 0.014, 0.765, -0.066], 0.0185, 0.015), (out) => {
  out.middle = 1;
  out.end = 1;
});
const finger = rigged(rod([SHOULDER.x - 0.004, 0.79, -0.022], [SHOULDER.x - 0.006, 0.69, -0.02], 0.0155, 0.0125), (out) => {
  out.middle = 1;
  out.end = 3; // closes like the fingers, unless the hand points
});

/** A head: fuller at the cheeks, narrower at the chin, flatter behind. */
const head: Surface = (u, v, out) => {
  const [around, down] = [2 * Math.PI * u, Math.PI * v];
  const lower = Math.max(0, -Math.cos(down));
  const narrow = 1 - 0.13 * lower ** 2.2;
  const cheek = 1 + 0.03 * Math.exp(-(((Math.cos(down) + 0.3) / 0.3) ** 2));
  out.x = HEAD.x * narrow * cheek * Math.sin(around) * Math.sin(down);
  out.y = HEAD_Y + HEAD.y * Math.cos(down);
  out.z = -HEAD.z * (1 - 0.06 * lower) * Math.cos(around) * Math.sin(down);
  out.middle = 1;
};

const onHead = (surface: Surface): Surface => rigged(surface, (out) => { out.middle = ramp(out.y, NECK_Y - 0.03, NECK_Y + 0.02); });

const both = (name: string, part: Omit<Part, "name" | "chain">, chains: readonly [Chain, Chain]): Part[] => [
  { ...part, name: `${name}R`, chain: chains[0] },
  { ...part, name: `${name}L`, chain: chains[1], surface: mirrored(part.surface) },
];
const ARMS = [Chain.RIGHT_ARM, Chain.LEFT_ARM] as const;
const LEGS = [Chain.RIGHT_LEG, Chain.LEFT_LEG] as const;

const sleeve = (name: string, rings: readonly (readonly [number, number])[], edge: number): Part[] =>
  both(name, { kind: "limb", paint: Paint.SLEEVE, slot: Slot.TOP, second: Slot.SKIN, edge, surface: arm(rings) }, ARMS);
const trouser = (name: string, rings: readonly (readonly [number, number])[], edge: number): Part[] =>
  both(name, { kind: "limb", paint: Paint.SLEEVE, slot: Slot.BOTTOM, second: Slot.SKIN, edge, surface: leg(rings) }, LEGS);
const footwear = (name: string, rings: readonly Ring[], second: Slot): Part[] =>
  both(name, { kind: "extremity", paint: Paint.SHOE, slot: Slot.SHOES, second, edge: 0.022, surface: shoe(rings) }, LEGS);
const top = (name: string, rings: readonly Ring[], edge: number): Part =>
  ({ name, kind: "torso", chain: Chain.BODY, paint: Paint.TORSO, slot: Slot.TOP, second: Slot.BOTTOM, edge, surface: torso(rings) });
const skirt = (name: string, slot: Slot, rings: readonly Ring[], fromY: number, toY: number): Part => ({
  name, kind: "garment", chain: Chain.SKIRT, paint: Paint.PLAIN, slot, second: slot, edge: 0,
  surface: rigged(loft(rings, 2.15), (out) => { out.middle = ramp(out.y, fromY, toY); }),
});
const skin = { paint: Paint.PLAIN, slot: Slot.SKIN, second: Slot.SKIN, edge: 0 } as const;

export const BODY_PARTS: readonly Part[] = [
  { ...skin, name: "head", kind: "head", chain: Chain.HEAD, paint: Paint.FACE, second: Slot.HAIR, surface: head },
  { ...skin, name: "nose", kind: "detail", chain: Chain.HEAD, surface: onHead(ellipsoid(0, HEAD_Y - 0.022, -0.128, 0.0155, 0.0175, 0.019)) },
  ...both("ear", { ...skin, kind: "detail", surface: onHead(ellipsoid(0.121, HEAD_Y - 0.012, 0.012, 0.017, 0.034, 0.023)) }, [Chain.HEAD, Chain.HEAD]),
  top("torsoSlim", SLIM, WAIST_Y - 0.02),
  top("torsoLoose", LOOSE, 0.8875),
  top("torsoLong", LONG, 0.737),
  ...sleeve("armBare", BARE_ARM, 9),
  ...sleeve("armShort", SHORT_SLEEVE, 1.187),
  ...sleeve("armLong", LONG_SLEEVE, 0.85),
  ...sleeve("armWide", WIDE_SLEEVE, 0.852),
  ...both("hand", { ...skin, kind: "extremity", surface: mitten }, ARMS),
  ...both("thumb", { ...skin, kind: "detail", surface: thumb }, ARMS),
  ...both("finger", { ...skin, kind: "detail", surface: finger }, ARMS),
  ...trouser("legBare", BARE_LEG, 0.8),
  // Under a skirt a thigh has the skirt's colour: where cloth and leg meet in a run, nothing shows.
  ...trouser("legUnderShort", BARE_LEG, 0.6),
  ...trouser("legUnderLong", BARE_LEG, 0.3),
  ...trouser("legUnderDress", BARE_LEG, 0.56).map((part) => ({ ...part, slot: Slot.TOP })),
  ...trouser("legTrouser", TROUSER_LEG, 0),
  ...trouser("legLeggings", BARE_LEG, 0.13),
  ...trouser("legWide", WIDE_LEG, 0),
  ...trouser("legShorts", SHORTS_LEG, 0.527),
  ...footwear("trainers", TRAINER, Slot.WHITE),
  ...footwear("boots", BOOT, Slot.IRON),
  ...footwear("loafers", LOAFER, Slot.IRON),
  ...footwear("sandals", SANDAL, Slot.SKIN),
  ...footwear("wellingtons", WELLINGTON, Slot.IRON),
  skirt("skirtShort", Slot.BOTTOM, [[0.958, 0.15, 0.098], [0.952, 0.171, 0.118], [0.89, 0.179, 0.126], [0.8, 0.204, 0.155], [0.72, 0.222, 0.176], [0.63, 0.24, 0.195], [0.545, 0.252, 0.208], [0.54, 0.2, 0.15]], 0.93, 0.56),
  skirt("skirtLong", Slot.BOTTOM, [[0.958, 0.15, 0.098], [0.952, 0.171, 0.118], [0.89, 0.179, 0.126], [0.76, 0.198, 0.15], [0.6, 0.212, 0.17], [0.42, 0.225, 0.185], [0.2, 0.24, 0.205], [0.19, 0.19, 0.15]], 0.93, 0.3),
  skirt("dressSkirt", Slot.TOP, [[1.006, 0.148, 0.098], [1.0, 0.163, 0.114], [0.95, 0.17, 0.12], [0.87, 0.196, 0.148], [0.72, 0.23, 0.185], [0.58, 0.252, 0.208], [0.485, 0.266, 0.222], [0.48, 0.2, 0.15]], 0.93, 0.52),
];
