/** Hair and what is worn on the head: shells over the head, and what hangs from them. */

import { HEAD } from "./body";
import { ellipsoid, loft, ramp, rigged, type Ring, type Surface, torus } from "./loft";
import type { Part } from "./patches";
import { Chain, HEAD_Y, NECK_Y, Paint, Slot } from "./skeleton";

/** How far down hair reaches, radians from the crown; the face begins where it ends in front. */
interface Hairline {
  readonly front: number;
  readonly side: number;
  readonly back: number;
}

/** A shell over the head. `thickness` in metres; `bump` adds to it by place. */
function shell(line: Hairline, thickness: number, bump: (around: number, down: number) => number = () => 0): Surface {
  return (u, v, out) => {
    const around = 2 * Math.PI * u;
    const front = Math.cos(around);
    // Side locks come down steeply beside the face instead of sloping across the cheek.
    const toFace = front > 0 ? ramp(front, 0.25, 0.75) : 0;
    const toBack = front < 0 ? ramp(-front, 0.1, 0.9) : 0;
    const reach = line.side + (line.front - line.side) * toFace + (line.back - line.side) * toBack;
    const down = 0.02 + (reach - 0.02) * v;
    // The rim turns in to the skin.
    const rim = v > 0.86 ? Math.sqrt(Math.max(0, 1 - ((v - 0.86) / 0.14) ** 2)) : 1;
    const more = (thickness + bump(around, down)) * rim - 0.004 * (1 - rim);
    const lower = Math.max(0, -Math.cos(down));
    out.x = (HEAD.x * (1 - 0.08 * lower ** 2) + more) * Math.sin(around) * Math.sin(down);
    out.y = HEAD_Y + (HEAD.y + more) * Math.cos(down);
    out.z = -(HEAD.z * (1 - 0.06 * lower) + more) * front * Math.sin(down);
    out.middle = 1;
  };
}

const full = (surface: Surface): Surface => rigged(surface, (out) => { out.middle = 1; });
/** Hangs from the head and lies on the shoulders: the lower, the less it turns with the head. */
const hanging = (surface: Surface): Surface => rigged(surface, (out) => { out.middle = 0.35 + 0.65 * ramp(out.y, 1.28, NECK_Y + 0.02); });

const hair = (name: string, surface: Surface, kind: Part["kind"] = "hair", slot: Slot = Slot.HAIR, paint: Paint = Paint.HAIR): Part =>
  ({ name, kind, chain: Chain.HEAD, paint, slot, second: slot, edge: 0, surface });

const SHORT: Hairline = { front: 0.92, side: 1.62, back: 2.18 };
const TUCKED: Hairline = { front: 0.86, side: 1.42, back: 2.25 };

/** Waves in strands, so that the light finds locks in the hair. */
const locks = (depth: number, count: number) => (around: number, down: number): number =>
  depth * Math.sin(around * count + down * 2.2) * Math.sin(down) ** 2;
/** More on one side above the forehead. */
const quiff = (around: number, down: number): number =>
  0.022 * Math.exp(-(((Math.cos(around) - 0.9) / 0.5) ** 2)) * Math.exp(-(((down - 0.6) / 0.35) ** 2)) * (1.2 + 0.8 * Math.sin(around + 0.6));
const curls = (around: number, down: number): number =>
  0.01 * Math.sin(around * 5 + Math.sin(down * 6)) * Math.sin(down * 6.5) + 0.028 * Math.sin(down) ** 2;

const curtain = (rings: readonly Ring[]): Surface => hanging(loft(rings, 2.5));

const braid = (x: number, from: number, to: number, radius: number, z: number): Surface => {
  const rings: Ring[] = [];
  for (let i = 0; i <= 12; i++) {
    const t = i / 12;
    const knot = 0.78 + 0.32 * Math.abs(Math.sin(Math.PI * 4 * t));
    const r = (i === 12 ? 0.15 : 1 - 0.45 * t) * radius * knot;
    rings.push([from + (to - from) * t, r, r, x * (1 + 0.1 * t), z + 0.02 * Math.sin(Math.PI * t)]);
  }
  return hanging(loft(rings));
};

/** A tuft at the side, held close to the head and falling outward. */
const bunch = (side: number): Surface => hanging(loft([
  [1.672, 0.006, 0.006, side * 0.12, 0.03], [1.668, 0.026, 0.026, side * 0.136, 0.03], [1.63, 0.042, 0.044, side * 0.162, 0.032],
  [1.57, 0.044, 0.045, side * 0.178, 0.034], [1.51, 0.034, 0.035, side * 0.184, 0.034], [1.47, 0.018, 0.018, side * 0.186, 0.034], [1.455, 0.003, 0.003, side * 0.186, 0.034],
]));

const brim: Surface = (u, v, out) => {
  // A flat tongue in front: across by u, there and back by v.
  const [across, along] = [Math.sin(2 * Math.PI * u), Math.sin(Math.PI * v)];
  out.x = 0.106 * across * Math.sqrt(Math.max(0, 1 - (0.62 * Math.max(0, Math.cos(2 * Math.PI * u))) ** 2));
  out.z = -0.088 - 0.105 * along * (0.15 + 0.85 * Math.abs(Math.cos(2 * Math.PI * u))) * Math.sign(Math.cos(2 * Math.PI * u) + 1e-9) * (Math.cos(2 * Math.PI * u) > 0 ? 1 : 0.15);
  out.y = HEAD_Y + 0.062 + 0.007 * Math.cos(Math.PI * v) - 0.9 * (out.x * out.x) - 0.12 * (-0.088 - out.z);
  out.middle = 1;
};

export const HAIR_PARTS: readonly Part[] = [
  hair("hairShort", shell(SHORT, 0.017, (a, d) => locks(0.003, 9)(a, d) + quiff(a, d))),
  hair("hairSide", shell({ front: 0.98, side: 1.5, back: 2.1 }, 0.02, (a, d) => 0.018 * Math.sin(a - 0.5) * Math.sin(d) + locks(0.003, 7)(a, d))),
  hair("hairTucked", shell(TUCKED, 0.014, locks(0.0025, 11))),
  hair("hairBob", shell({ front: 0.98, side: 2.1, back: 2.4 }, 0.024, (a, d) => 0.018 * ramp(d, 1.3, 2.1) + locks(0.002, 10)(a, d))),
  hair("hairLong", shell({ front: 0.9, side: 2.0, back: 2.5 }, 0.02, locks(0.003, 9))),
  hair("hairLongBack", curtain([[1.62, 0.1, 0.03, 0, 0.07], [1.55, 0.128, 0.05, 0, 0.072], [1.45, 0.128, 0.05, 0, 0.082], [1.36, 0.132, 0.044, 0, 0.108], [1.27, 0.126, 0.038, 0, 0.122], [1.2, 0.1, 0.03, 0, 0.124], [1.175, 0.03, 0.01, 0, 0.122]]), "garment"),
  hair("hairCurly", shell({ front: 0.86, side: 1.85, back: 2.35 }, 0.028, curls)),
  hair("hairBuzz", shell({ front: 0.88, side: 1.5, back: 2.1 }, 0.006)),
  hair("bun", full(ellipsoid(0, HEAD_Y + 0.125, 0.088, 0.062, 0.056, 0.06)), "garment"),
  hair("tail", hanging(loft([[1.69, 0.018, 0.018, 0, 0.11], [1.685, 0.035, 0.035, 0, 0.145], [1.63, 0.046, 0.044, 0, 0.185], [1.53, 0.044, 0.042, 0, 0.19], [1.43, 0.036, 0.034, 0, 0.175], [1.35, 0.022, 0.02, 0, 0.165], [1.32, 0.004, 0.004, 0, 0.162]])), "garment"),
  hair("braidBack", braid(0, 1.6, 1.2, 0.042, 0.13), "garment", Slot.HAIR, Paint.BRAID),
  hair("bunchR", bunch(1), "garment"),
  hair("bunchL", bunch(-1), "garment"),
  // Under hats only what looks out.
  hair("hairUnderHat", shell({ front: 1.05, side: 1.68, back: 2.2 }, 0.008, locks(0.002, 9))),
  hair("cap", shell({ front: 1.02, side: 1.3, back: 1.52 }, 0.021), "hair", Slot.ACCENT, Paint.PLAIN),
  hair("brim", brim, "garment", Slot.ACCENT, Paint.PLAIN),
  hair("beanie", shell({ front: 0.98, side: 1.38, back: 1.72 }, 0.026, (_, d) => 0.012 * Math.exp(-((d / 0.5) ** 2))), "hair", Slot.ACCENT, Paint.BAND),
  hair("pompom", full(ellipsoid(0, HEAD_Y + 0.2, 0.004, 0.036, 0.034, 0.036)), "garment", Slot.WHITE, Paint.PLAIN),
  hair("scarfHead", shell({ front: 0.82, side: 2.45, back: 2.6 }, 0.022, (a, d) => 0.01 * ramp(d, 1.2, 2.2) + 0.002 * Math.sin(6 * d + 2 * Math.cos(a))), "hair", Slot.ACCENT, Paint.PLAIN),
  hair("scarfNeck", rigged(loft([[1.53, 0.09, 0.095, 0, 0.0], [1.48, 0.1, 0.104, 0, -0.002], [1.44, 0.104, 0.106, 0, -0.002], [1.4, 0.13, 0.112, 0, 0.0], [1.365, 0.186, 0.128, 0, 0.0], [1.325, 0.203, 0.138, 0, 0.0], [1.305, 0.203, 0.138, 0, 0.0], [1.3, 0.16, 0.09, 0, 0.0]], 2.2), (out) => { out.middle = ramp(out.y, 1.4, 1.5); }), "hair", Slot.ACCENT, Paint.PLAIN),
  hair("bandTail", full(torus(0, 1.688, 0.128, "y", 0.026, 0.01)), "detail", Slot.ACCENT, Paint.PLAIN),
];
