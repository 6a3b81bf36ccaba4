/** What people wear and use besides clothes: glasses, scarves, bags, hearing aids, canes, wheelchairs. */

import { ellipsoid, loft, mirrored, ramp, rigged, rod, type Surface, torus } from "./loft";
import type { Part } from "./patches";
import { Chain, HEAD_Y, NECK_Y, Paint, SHOULDER, Slot } from "./skeleton";

const headed = (surface: Surface): Surface => rigged(surface, (out) => { out.middle = 1; });
const onSpine = (surface: Surface): Surface => rigged(surface, (out) => { out.middle = 1; });
const inHand = (surface: Surface): Surface => rigged(surface, (out) => { out.middle = 1; out.end = 1; });

const make = (name: string, chain: Chain, slot: Slot, surface: Surface, kind: Part["kind"] = "detail", paint: Paint = Paint.PLAIN): Part =>
  ({ name, kind, chain, paint, slot, second: slot, edge: 0, surface });
const pair = (name: string, chain: Chain, slot: Slot, surface: Surface, kind: Part["kind"] = "detail", paint: Paint = Paint.PLAIN): Part[] =>
  [make(`${name}R`, chain, slot, surface, kind, paint), make(`${name}L`, chain, slot, mirrored(surface), kind, paint)];

const EYE_Y = HEAD_Y + 0.004;
const HAND = [SHOULDER.x - 0.006, 0.775, -0.004] as const;

/** Radius of the wheel of a chair, metres: it turns with the way. */
export const WHEEL_RADIUS = 0.3;
/** What one sits on in a wheelchair. */
export const CHAIR_SEAT_M = 0.5;
const AXLE_Z = 0.09;

const wheel = (name: string, radius: number, thickness: number, x: number, z: number, paint: Paint): Part => ({
  name, kind: "wheel", chain: Chain.WHEEL, paint, slot: Slot.IRON, second: Slot.WHITE, edge: radius + thickness, axleZ: z,
  surface: torus(x, radius + thickness, z, "x", radius, thickness),
});
/** A thin disc, on which spokes are painted. */
const spokes = (name: string, radius: number, x: number, z: number, axleY: number): Part => ({
  name, kind: "wheel", chain: Chain.WHEEL, paint: Paint.SPOKES, slot: Slot.WHITE, second: Slot.IRON, edge: axleY, axleZ: z,
  surface: (u, v, out) => {
    const r = radius * Math.sin(Math.PI * v);
    out.x = x + 0.012 * Math.cos(Math.PI * v);
    out.y = axleY + r * Math.cos(2 * Math.PI * u);
    out.z = z + r * Math.sin(2 * Math.PI * u);
  },
});

const TYRE = 0.02;
const SMALL = 0.075;

const chair: readonly Part[] = [
  wheel("wheelR", WHEEL_RADIUS - TYRE, TYRE, 0.275, AXLE_Z, Paint.PLAIN),
  wheel("wheelL", WHEEL_RADIUS - TYRE, TYRE, -0.275, AXLE_Z, Paint.PLAIN),
  spokes("spokesR", WHEEL_RADIUS - TYRE, 0.275, AXLE_Z, WHEEL_RADIUS),
  spokes("spokesL", WHEEL_RADIUS - TYRE, -0.275, AXLE_Z, WHEEL_RADIUS),
  wheel("casterR", SMALL - 0.02, 0.02, 0.2, -0.34, Paint.PLAIN),
  wheel("casterL", SMALL - 0.02, 0.02, -0.2, -0.34, Paint.PLAIN),
  make("seat", Chain.ROOT, Slot.IRON, loft([[0.47, 0.01, 0.01, 0, -0.1], [0.47, 0.2, 0.22, 0, -0.1], [0.455, 0.212, 0.235, 0, -0.1], [0.43, 0.212, 0.235, 0, -0.1], [0.42, 0.19, 0.21, 0, -0.1], [0.42, 0.01, 0.01, 0, -0.1]], 5), "aid"),
  make("chairBack", Chain.ROOT, Slot.ACCENT, loft([[0.93, 0.02, 0.008, 0, 0.175], [0.925, 0.19, 0.018, 0, 0.175], [0.8, 0.205, 0.022, 0, 0.168], [0.6, 0.205, 0.022, 0, 0.155], [0.5, 0.19, 0.02, 0, 0.15], [0.48, 0.02, 0.01, 0, 0.15]], 4), "aid"),
  ...pair("handle", Chain.ROOT, Slot.IRON, rod([0.19, 0.93, 0.16], [0.19, 0.95, 0.27], 0.016)),
  ...pair("frame", Chain.ROOT, Slot.ACCENT, rod([0.215, 0.46, -0.02], [0.165, 0.12, -0.44], 0.016), "aid"),
  ...pair("fork", Chain.ROOT, Slot.IRON, rod([0.2, 0.43, -0.28], [0.2, 0.08, -0.34], 0.014)),
  ...pair("side", Chain.ROOT, Slot.ACCENT, rod([0.228, 0.6, 0.15], [0.228, 0.5, -0.22], 0.018), "aid"),
  make("footrest", Chain.ROOT, Slot.IRON, loft([[0.1, 0.02, 0.01, 0, -0.5], [0.1, 0.16, 0.085, 0, -0.5], [0.085, 0.165, 0.09, 0, -0.5], [0.08, 0.02, 0.01, 0, -0.5]], 5), "aid"),
];

const glasses = (name: string, slot: Slot, squeeze: number, radius: number): Part[] => [
  ...pair(`${name}Rim`, Chain.HEAD, slot, headed(torus(0.045, EYE_Y, -0.131, "z", radius, 0.0046, squeeze)), "eyewear"),
  ...pair(`${name}Temple`, Chain.HEAD, slot, headed(rod([0.045 + radius, EYE_Y + 0.006, -0.127], [0.124, EYE_Y + 0.008, 0.012], 0.0042))),
  make(`${name}Bridge`, Chain.HEAD, slot, headed(rod([-0.018, EYE_Y + 0.008, -0.136], [0.018, EYE_Y + 0.008, -0.136], 0.0042))),
];

export const AID_PARTS: readonly Part[] = [
  ...glasses("roundGlasses", Slot.ACCENT, 1, 0.033),
  ...glasses("squareGlasses", Slot.IRON, 0.74, 0.036),
  ...glasses("sunglasses", Slot.IRON, 0.8, 0.035),
  ...pair("lens", Chain.HEAD, Slot.IRON, headed(ellipsoid(0.045, EYE_Y, -0.129, 0.034, 0.027, 0.007)), "eyewear"),
  make("scarf", Chain.HEAD, Slot.ACCENT, rigged(loft([[1.475, 0.06, 0.064, 0, 0.006], [1.465, 0.083, 0.085, 0, 0.004], [1.43, 0.1, 0.1, 0, 0.002], [1.395, 0.1, 0.1, 0, 0.002], [1.375, 0.07, 0.07, 0, 0.004]]), (out) => { out.middle = 0.35; }), "garment"),
  make("scarfEnd", Chain.BODY, Slot.ACCENT, onSpine(loft([[1.4, 0.03, 0.01, 0.06, -0.1], [1.39, 0.038, 0.018, 0.06, -0.104], [1.25, 0.04, 0.016, 0.064, -0.118], [1.13, 0.042, 0.015, 0.066, -0.12], [1.12, 0.03, 0.006, 0.066, -0.12]], 3.5)), "garment"),
  make("pack", Chain.BODY, Slot.ACCENT, onSpine(loft([[1.4, 0.03, 0.02, 0, 0.15], [1.385, 0.11, 0.06, 0, 0.15], [1.3, 0.14, 0.08, 0, 0.168], [1.12, 0.148, 0.09, 0, 0.176], [1.0, 0.14, 0.085, 0, 0.17], [0.97, 0.1, 0.05, 0, 0.16], [0.965, 0.02, 0.02, 0, 0.16]], 3)), "garment"),
  make("packPocket", Chain.BODY, Slot.IRON, onSpine(ellipsoid(0, 1.09, 0.25, 0.1, 0.065, 0.035)), "detail"),
  ...pair("strap", Chain.BODY, Slot.ACCENT, onSpine(rigged(loft([[1.41, 0.02, 0.012, 0.1, 0.07], [1.415, 0.022, 0.014, 0.105, 0.0], [1.38, 0.022, 0.014, 0.11, -0.085], [1.27, 0.022, 0.014, 0.125, -0.098], [1.15, 0.02, 0.014, 0.14, -0.085], [1.08, 0.015, 0.012, 0.155, -0.04]], 3), () => undefined)), "detail"),
  ...pair("earring", Chain.HEAD, Slot.ACCENT, headed(torus(0.127, HEAD_Y - 0.058, 0.01, "x", 0.012, 0.0045))),
  ...pair("earcup", Chain.HEAD, Slot.ACCENT, headed(ellipsoid(0.132, HEAD_Y - 0.01, 0.008, 0.024, 0.046, 0.042)), "eyewear"),
  make("headband", Chain.HEAD, Slot.IRON, headed(archOver(0.138, 0.168, 0.0115)), "eyewear"),
  ...pair("hearingAid", Chain.HEAD, Slot.ACCENT, headed(rod([0.131, HEAD_Y + 0.026, 0.008], [0.133, HEAD_Y - 0.022, 0.034], 0.0095, 0.007)), "detail"),
  make("cane", Chain.RIGHT_ARM, Slot.HAIR, inHand(rod([HAND[0], HAND[1] + 0.01, HAND[2] - 0.03], [HAND[0], 0.005, HAND[2] - 0.03], 0.0125)), "aid"),
  make("caneGrip", Chain.RIGHT_ARM, Slot.IRON, inHand(rod([HAND[0], HAND[1] + 0.01, HAND[2] - 0.065], [HAND[0], HAND[1] + 0.012, HAND[2] + 0.06], 0.0165)), "detail"),
  make("whiteCane", Chain.RIGHT_ARM, Slot.WHITE, inHand(rod([HAND[0], HAND[1] + 0.06, HAND[2] + 0.03], [HAND[0] - 0.1, 0.06, HAND[2] - 0.82], 0.0115)), "aid"),
  make("whiteCaneTip", Chain.RIGHT_ARM, Slot.ACCENT, inHand(rod([HAND[0] - 0.1, 0.06, HAND[2] - 0.82], [HAND[0] - 0.1125, 0.0, HAND[2] - 0.92], 0.014)), "detail"),
  ...chair,
];

/** A band from ear to ear over the crown. */
function archOver(width: number, height: number, thickness: number): Surface {
  return (u, v, out) => {
    const [over, tube] = [Math.PI * (v - 0.5), 2 * Math.PI * u];
    const out2 = 1 + (thickness * Math.cos(tube)) / width;
    out.x = width * Math.sin(over) * out2;
    out.y = Math.max(NECK_Y, HEAD_Y - 0.005 + height * Math.cos(over) * out2);
    out.z = 0.006 + thickness * 1.4 * Math.sin(tube);
    out.middle = ramp(out.y, NECK_Y - 0.1, NECK_Y);
  };
}
