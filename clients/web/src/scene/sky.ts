/** Where the sun stands at an hour, and the colours of sky, light and air that follow from its height. */

import { Color, Vector3 } from "three";

const LATITUDE = (61 * Math.PI) / 180;
const DECLINATION = (10 * Math.PI) / 180; // late April or August: high enough for shadows, low enough for warmth

/** Colours of the sky are final, as seen; those of lights are multiplied by their strength. */
export interface Light {
  readonly horizon: Color;
  readonly middle: Color;
  readonly zenith: Color;
  readonly fog: Color;
  readonly sun: Color;
  sunStrength: number;
  readonly above: Color;
  readonly below: Color;
  fillStrength: number;
  daylight: number;
}

/** Keyframes by the sun's height in degrees, lowest first; the last is the warm morning of LOOK.md. */
const KEYS = [
  key(-14, ["#27324f", "#1d2a4a", "#131c38", "#232c44"], ["#8fa6d8", 0.35], ["#5a6f9f", "#3b3f4c", 0.9], 0.16),
  key(-5, ["#c98f6e", "#6d7099", "#2b3d6b", "#8f7f86"], ["#c9a0a0", 0.5], ["#8f9cc4", "#5f5a5c", 1.15], 0.34),
  key(1, ["#f2a873", "#b493a6", "#48639b", "#c9a692"], ["#ff9a5c", 1.7], ["#b4b6d6", "#8a7768", 1.3], 0.6),
  key(10, ["#f8d0a2", "#a9bfd6", "#4d7cb8", "#dcc9b4"], ["#ffc48a", 3.1], ["#c4d6f2", "#a8937a", 1.4], 0.86),
  key(24, ["#f5e3cc", "#a8cce6", "#4d85c7", "#dcd9d2"], ["#ffdcae", 3.6], ["#cfe3ff", "#b9a68c", 1.5], 1),
] as const;

type Sky4 = readonly [string, string, string, string];

function key(height: number, sky: Sky4, sun: readonly [string, number], fill: readonly [string, string, number], daylight: number): { readonly height: number; readonly light: Light } {
  const [horizon, middle, zenith, fog] = sky;
  return {
    height,
    light: {
      horizon: new Color(horizon),
      middle: new Color(middle),
      zenith: new Color(zenith),
      fog: new Color(fog),
      sun: new Color(sun[0]),
      sunStrength: sun[1],
      above: new Color(fill[0]),
      below: new Color(fill[1]),
      fillStrength: fill[2],
      daylight,
    },
  };
}

export function newLight(): Light {
  return key(0, ["#000000", "#000000", "#000000", "#000000"], ["#000000", 0], ["#000000", "#000000", 0], 0).light;
}

/** Writes the light of a sun so many degrees high. */
export function lightAt(height: number, into: Light): void {
  let at = 1;
  while (at < KEYS.length - 1 && height > (KEYS[at]?.height ?? 0)) at += 1;
  const [low, high] = [KEYS[at - 1] ?? KEYS[0], KEYS[at] ?? KEYS[0]];
  const share = Math.min(1, Math.max(0, (height - low.height) / (high.height - low.height)));
  for (const name of ["horizon", "middle", "zenith", "fog", "sun", "above", "below"] as const) {
    into[name].lerpColors(low.light[name], high.light[name], share);
  }
  for (const name of ["sunStrength", "fillStrength", "daylight"] as const) {
    into[name] = low.light[name] + (high.light[name] - low.light[name]) * share;
  }
}

/** How dark it is for lamps: 0 while the sun is 9° up, 1 once it is 2° down. */
export function duskAt(height: number): number {
  const share = Math.min(1, Math.max(0, (9 - height) / 11));
  return share * share * (3 - 2 * share);
}

/** Degrees clockwise from north and above the horizon at an hour of the day, sun time. */
export function sunAt(hours: number): { readonly azimuth: number; readonly height: number } {
  const turn = ((hours - 12) / 24) * 2 * Math.PI;
  const up = Math.sin(LATITUDE) * Math.sin(DECLINATION) + Math.cos(LATITUDE) * Math.cos(DECLINATION) * Math.cos(turn);
  const east = -Math.cos(DECLINATION) * Math.sin(turn);
  const north = Math.cos(LATITUDE) * Math.sin(DECLINATION) - Math.sin(LATITUDE) * Math.cos(DECLINATION) * Math.cos(turn);
  const degrees = 180 / Math.PI;
  return { azimuth: (Math.atan2(east, north) * degrees + 360) % 360, height: Math.asin(up) * degrees };
}

/** The direction towards a place in the sky. */
export function direction(azimuth: number, height: number, into: Vector3): Vector3 {
  const [around, up] = [(azimuth * Math.PI) / 180, (height * Math.PI) / 180];
  return into.set(Math.sin(around) * Math.cos(up), Math.sin(up), -Math.cos(around) * Math.cos(up));
}
