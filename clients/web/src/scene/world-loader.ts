/** Fetches what a welcome names: the scene that is drawn and the walk field that is walked on. */

import { WalkField } from "../state/walk-field";

const PATIENCE_MS = 30_000;

export type Vector3Array = readonly [number, number, number];

export type ShapeKind =
  | "box"
  | "cylinder"
  | "sphere"
  | "capsule"
  | "cone"
  | "wedge"
  | "plane"
  | "extrusion"
  | "text"
  | "light"
  | "model";

export type Horizon = "none" | "forest" | "hills" | "town" | "sea";
export const SIDES = ["north", "east", "south", "west"] as const;
export type Side = (typeof SIDES)[number];
export type Texts = { readonly [language: string]: string };

export interface SceneSpawn {
  readonly at: Vector3Array;
  /** Degrees clockwise from north. */
  readonly yaw: number;
  readonly spread: number;
  readonly name: Texts;
}

export interface SceneSky {
  readonly hours?: number;
  readonly sun?: { readonly azimuth: number; readonly height: number };
  /** Whence it blows, degrees, and metres per second. */
  readonly wind?: { readonly azimuth: number; readonly speed: number };
}

export interface SceneShape {
  readonly id: string;
  readonly entity: string;
  readonly shape: ShapeKind;
  /** Centre of the base: east, up, south in metres. */
  readonly at: Vector3Array;
  /** Degrees clockwise from north. */
  readonly yaw: number;
  readonly size: readonly number[];
  readonly colour: string;
  readonly material?: string;
  readonly roughness: number;
  /** Whether one can walk into it; not said of what is. */
  readonly solid?: boolean;
  /** Degrees by which it leans back. */
  readonly tilt?: number;
  /** Size at the top of a box or cylinder that narrows. */
  readonly top?: readonly number[];
  readonly sides?: number;
  readonly points?: readonly (readonly [number, number])[];
  readonly axis?: "up" | "north" | "east";
  readonly text?: Texts;
  /** A model's name among the files of the world. */
  readonly file?: string;
  readonly bevel?: number;
  readonly glow?: number;
  readonly sway?: number;
  /** States of its entity in which it is there, or like this; not said of what always is. */
  readonly states?: readonly string[];
}

export interface SceneEntity {
  readonly at: Vector3Array;
  readonly yaw: number;
  readonly alt?: Texts;
  readonly name?: Texts;
  /** Where its portal leads. */
  readonly to?: string;
  /** All it can be in, and in which of them it begins. */
  readonly states?: readonly string[];
  readonly state?: string;
  /** It can be used, so far beyond an arm's length from its place. */
  readonly use?: boolean;
  readonly radius?: number;
  /** Who comes as near as this collects it. */
  readonly collect?: number;
}

export interface SceneGround {
  readonly size: readonly [number, number];
  readonly at: Vector3Array;
  readonly colour: string;
  readonly material?: string;
}

export interface SceneFile {
  readonly id: string;
  readonly name: Texts;
  readonly sky: SceneSky;
  readonly horizon?: { readonly [side in Side]: Horizon };
  readonly life?: { readonly birds: number; readonly leaves: number };
  /** Where people begin; they are offered as places to go to. */
  readonly spawns?: { readonly [id: string]: SceneSpawn };
  readonly entities?: { readonly [id: string]: SceneEntity };
  readonly defaultSpawn?: string;
  readonly ground: SceneGround;
  readonly shapes: readonly SceneShape[];
}

export interface LoadedWorld {
  readonly key: string;
  readonly scene: SceneFile;
  /** With the walls of the states in which things begin. */
  readonly field: WalkField;
}

/** Loads a world; throws when a file does not come in time or is not what it should be. */
export async function loadWorld(world: string, scene: string, walk: string): Promise<LoadedWorld> {
  const folder = `/worlds/${encodeURIComponent(world)}`;
  const [sceneAnswer, walkAnswer] = await Promise.all([
    get(`${folder}/scene-${scene}.json`),
    get(`${folder}/walk-${walk}.bin`),
  ]);
  const file = (await sceneAnswer.json()) as SceneFile;
  if (!Array.isArray(file.shapes) || typeof file.ground !== "object") throw new Error("the scene is not a scene");
  const field = new WalkField(await walkAnswer.arrayBuffer()).turned(statesOf(file, {}));
  return { key: worldKey(world, scene, walk), scene: file, field };
}

/** In which state each thing is, by what was told of some; a state that the scene does not know is the one it begins in. */
export function statesOf({ entities = {} }: SceneFile, told: Readonly<Record<string, string>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [id, { states, state }] of Object.entries(entities)) {
    if (states === undefined || state === undefined) continue;
    const now = told[id];
    found[id] = now !== undefined && states.includes(now) ? now : state;
  }
  return found;
}

/** Tells whether a loaded world is the one a welcome names. */
export function worldKey(world: string, scene: string, walk: string): string {
  return `${world}/${scene}/${walk}`;
}

async function get(url: string): Promise<Response> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}
