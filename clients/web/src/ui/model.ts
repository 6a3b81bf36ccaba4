/** What the page shows, and what a person can ask it to do. app.ts owns it; components only read it. */

import type { ConnectionState } from "../net/connection";
import type { ChatLine } from "../state/chat-log";
import type { Localized } from "../state/localized";
import type { Remedy } from "./condition";
import type { KeyAction, KeyCodes } from "./keys";
import type { Language } from "./language";

import type { Nearby } from "./people/nearby";
import type { Settings } from "./settings";
import type { Sentence } from "./texts/shape";

/** How far the world itself is: the line may be there before the world is. */
export type Loading =
  | { readonly kind: "none" }
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly retryAtMs: number }
  | { readonly kind: "loaded" };

/** Whether there is a picture: none yet, drawing, impossible here, or lost for the moment. */
export type Picture = "none" | "drawing" | "impossible" | "lost" | "broken";

/** At most one of these is open. */
export type PanelName = "chat" | "people" | "emotes" | "places" | "more" | "share" | "settings" | "help" | "look" | "passage";


/** A place of the world that has a name; `id` stands behind the # of an address. */
export interface Spot {
  readonly id: string;
  readonly name: Localized;
}

/** A portal: what it is called, and where it is in metres, x east, y up, z south. */
export interface Door {
  readonly id: string;
  readonly name: Localized;
  readonly at: readonly [number, number, number];
}

/** Something that can be used. */
export interface Usable {
  readonly id: string;
  readonly name: Localized;
  /** In which state it is; null: it has none. */
  readonly state: string | null;
  readonly metres: number;
  /** At an arm's length. */
  readonly isNear: boolean;
}

/** A world as the server offers it before one joins. */
export interface OfferedWorld {
  readonly id: string;
  readonly name: Localized;
  readonly people: number;
  readonly capacity: number;
  /** The address of a picture of it, seen from above; null: there is none. */
  readonly picture: string | null;
}

/** What this browser cannot do here; most come from an address without https. */
export interface Lacks {
  readonly microphone: boolean;
  readonly headset: boolean;
  readonly sharing: boolean;
}

/** What the performance overlay shows. */
export interface Readings {
  readonly framesPerSecond: number;
  readonly frameMs: number;
  readonly draws: number;
  readonly triangles: number;
  readonly roundTripMs: number;
  readonly corrections: number;
  /** How long inputs wait for their tick at the server, the middle one, ms; the share that comes late. */
  readonly inputWaitMs: number;
  readonly lateShare: number;
  readonly people: number;
  /** Heads of the far crowd. */
  readonly beyond: number;
  readonly level: string;
}

/** The live preview of a look; scene/portrait.ts. */
export interface PortraitView {
  show(look: Uint8Array): void;
  play(kind: number): void;
  setStill(isStill: boolean): void;
  resize(): void;
  dispose(): void;
}

export interface PageModel {
  readonly language: Language;
  readonly settings: Settings;
  readonly keys: KeyCodes;
  readonly isTouch: boolean;
  readonly hasGamepad: boolean;
  readonly lacks: Lacks;
  readonly isStill: boolean;

  readonly connection: ConnectionState;
  readonly loading: Loading;
  readonly picture: Picture;
  readonly isSlow: boolean;
  /** At the join page: before the first welcome, and after leaving. */
  readonly isOutside: boolean;

  readonly offered: OfferedWorld | null;
  /** All the worlds that are open here. */
  readonly offers: readonly OfferedWorld[];
  /** Whether one has to choose among them: the address names none, and there are several; null: not known yet. */
  readonly isChoosing: boolean | null;
  /** The address of another server that a portal leads to, while one is asked; null: none. */
  readonly passage: string | null;
  readonly worldName: Localized | null;
  readonly spots: readonly Spot[];
  /** Portals of the world. */
  readonly doors: readonly Door[];
  /** What can be used in this world, the nearest first; and what one would use now. */
  readonly things: readonly Usable[];
  readonly usable: Usable | null;
  /** In which role one is here. */
  readonly role: string;
  /** Bits of what one may do. */
  readonly rights: number;
  /** The spot of the address, "" for the entrance. */
  readonly spot: string;
  readonly people: number;
  readonly nearby: readonly Nearby[];
  /** Who was tapped in the picture: shown first among the people; null: nobody. */
  readonly selected: number | null;

  readonly wishedName: string;
  readonly ownName: string;
  readonly look: Uint8Array;
  /** Whether a headset is there to be entered. */
  readonly hasHeadset: boolean;
  readonly isInHeadset: boolean;
  readonly isHandUp: boolean;
  readonly isSitting: boolean;

  readonly lines: readonly ChatLine<Sentence>[];
  readonly unread: number;
  readonly panel: PanelName | null;
  /** A short word about what was just done. */
  readonly remark: Sentence | null;
  /** Seconds of one's own motion recorded so far; null: none is. */
  readonly recordedS: number | null;
  /** Null while the overlay is closed. */
  readonly readings: Readings | null;
  readonly nowMs: number;
}

/** Null where this world or browser cannot do it: then there is no button either. */
export interface PageActions {
  join(name: string): void;
  remedy(does: Remedy): void;
  leave(): void;
  say(text: string): boolean;
  jump(): void;
  open(panel: PanelName | null): void;
  emote(kind: number): void;
  readonly raiseHand: ((isUp: boolean) => void) | null;
  readonly sit: ((isSitting: boolean) => void) | null;
  find(slot: number): void;
  readonly walkTo: ((slot: number) => void) | null;
  hide(slot: number, isHidden: boolean): void;
  /** Takes somebody's word, or gives it back; puts somebody out. For those whose role may. */
  silence(slot: number, isSilenced: boolean): void;
  kick(slot: number): void;
  readonly go: ((spot: string) => void) | null;
  /** Walks to a portal, and so through it; null: nobody walks here. */
  readonly walkThrough: ((door: Door) => void) | null;
  /** Uses a thing, after walking there where it is far. */
  use(thing: string): void;
  /** The address of a spot; "" is the world's entrance. */
  linkTo(spot: string): string;
  copyLink(field: HTMLInputElement | null, spot: string): void;
  /** Hands the link to the device's own sharing. */
  readonly sendLink: ((spot: string) => void) | null;
  /** Into the headset; call it from a click. */
  readonly enterHeadset: (() => void) | null;
  readonly takePicture: (() => void) | null;
  /** Begins and ends recording how one moves; null where the address does not ask for it. */
  readonly record: ((isOn: boolean) => void) | null;
  showPerformance(isShown: boolean): void;
  set(changes: Partial<Settings>): void;
  readonly bind: ((action: KeyAction, code: string) => void) | null;
  readonly resetKeys: (() => void) | null;
  chooseLook(look: Uint8Array): void;
  drawLook(): void;
  readonly buildPortrait: ((canvas: HTMLCanvasElement) => Promise<PortraitView>) | null;
}
