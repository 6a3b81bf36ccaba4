/** What every part of a place shares with its shaders: time, wind, sun and the colours of the air. */

import { Color, Vector2, Vector3 } from "three";

export class Atmosphere {
  /** Seconds; stands still for who wants reduced motion. */
  readonly time = { value: 0 };
  /** Where the wind blows to (x, z), its length the strength: 1 at 3 m/s. */
  readonly wind = { value: new Vector2(0.7, 0.7) };
  /** Towards the sun. */
  readonly sun = { value: new Vector3(0, 1, 0) };
  readonly sunColour = { value: new Color("#ffdcae") };
  readonly horizon = { value: new Color("#f5e3cc") };
  readonly middle = { value: new Color("#a8cce6") };
  readonly zenith = { value: new Color("#4d85c7") };
  readonly fog = { value: new Color("#dcd9d2") };
  /** 0 by day, 1 in the dark: windows and lamps glow by it. */
  readonly dusk = { value: 0 };
  /** How much light far scenery and glass get: 1 by day. */
  readonly daylight = { value: 1 };
}
