/**
 * `window.aukio`: what this page believes, to read in the console and in browser tests.
 *
 * Nothing can be changed through it, and every read gives fresh copies. Places are in metres (x east,
 * y up, z south), yaw in degrees clockwise from north.
 */

import type { HeadsetPose } from "../state/figure";
import type { Nearby } from "./people/nearby";

export interface PersonView {
  readonly slot: number;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  /** Head and hands of somebody in a headset, in the world; null without one. */
  readonly headset: HeadsetPose | null;
}

/** Where the person looks; the body may face another way. */
export interface LookView {
  /** Degrees clockwise from north. */
  readonly yaw: number;
  /** Degrees below the horizon. */
  readonly pitch: number;
  readonly isFirstPerson: boolean;
}

export interface SpokenView {
  readonly id: number;
  /** Empty for a line that nobody said. */
  readonly name: string;
  readonly text: string;
  readonly isOwn: boolean;
}

export interface ConsoleView {
  /** idle, connecting, joined, lost, refused, outdated or left; see net/connection.ts. */
  readonly state: string;
  /** Why it was lost or refused, as a reason code; null when unknown. */
  readonly reason: number | null;
  readonly world: string | null;
  /** Which files of it one is in: its id and the digests of its scene and walk field; null before they are loaded. */
  readonly place: string | null;
  /** Whether the world is loaded and one can walk. */
  readonly isInside: boolean;
  /** Oneself as predicted; null outside. */
  readonly self: PersonView | null;
  readonly view: LookView;
  readonly others: readonly PersonView[];
  /** The crowd we are not told of one by one: heads by the counts, and those that stand in the picture. */
  readonly beyond: { readonly heads: number; readonly drawn: number };
  readonly people: number;
  /** What the people panel lists while it is open. */
  readonly nearby: readonly Nearby[];
  readonly chat: readonly SpokenView[];
  readonly objects: Readonly<Record<string, string>>;
  /** In which state each thing of the world is. */
  readonly things: Readonly<Record<string, string>>;
  /** What one would use now; null: nothing is near. */
  readonly usable: string | null;
  readonly role: string;
  readonly network: {
    readonly roundTripMs: number;
    /** Corrections by the server since the last welcome, and the way of the last one in metres. */
    readonly corrections: number;
    readonly lastCorrection: number;
    /** How early inputs reach the server, the middle one; the share of them that comes late. */
    readonly inputMarginMs: number;
    readonly lateShare: number;
    readonly clientTick: number;
    readonly serverTick: number;
    readonly snapshotTick: number;
    /** Times the page came in: the first join and every return. */
    readonly joins: number;
    readonly wasResumed: boolean;
  };
  /** For benches: costs of recent frames (ms of script), what the graphics card holds, the largest meshes. */
  readonly measures: {
    readonly own: readonly number[];
    readonly render: readonly number[];
    readonly geometries: number;
    readonly textures: number;
    readonly programs: number;
    readonly largest: readonly { readonly name: string; readonly triangles: number; readonly castsShadow: boolean }[];
  };
  readonly drawing: { readonly frames: number; readonly draws: number; readonly triangles: number; /** Level of graphics: low, medium or high. */ readonly level: string };
}

declare global {
  interface Window {
    readonly aukio?: ConsoleView;
  }
}

/** Puts a view into the window; returns what removes it. */
export function exposeView(read: () => ConsoleView): () => void {
  const names = Object.keys(read()) as (keyof ConsoleView)[];
  const view = {};
  // Measures are long: who lists what the page believes does not want them.
  for (const name of names) Object.defineProperty(view, name, { enumerable: name !== "measures", get: () => read()[name] });
  Object.defineProperty(window, "aukio", { value: Object.freeze(view), configurable: true });
  return () => Reflect.deleteProperty(window, "aukio");
}
