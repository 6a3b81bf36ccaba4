/** What the page shows; app.ts owns it, components only read it. */

import type { ConnectionState } from "../net/connection";
import type { ChatLine } from "../state/chat-log";

/** How far the world itself is: the line may be there before the world is. */
export type Loading =
  | { readonly kind: "none" }
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly retryAtMs: number }
  | { readonly kind: "loaded" };

/** Whether there is a picture: none yet, drawing, impossible here, or lost for the moment. */
export type Picture = "none" | "drawing" | "impossible" | "lost" | "broken";

export interface PageModel {
  connection: ConnectionState;
  loading: Loading;
  picture: Picture;
  worldName: string;
  wishedName: string;
  ownName: string;
  people: number;
  lines: readonly ChatLine[];
  isChatOpen: boolean;
  isHelpOpen: boolean;
  isTouch: boolean;
  nowMs: number;
}

/** What a person can ask the page to do. */
export interface PageActions {
  join(name: string): void;
  retry(): void;
  leave(): void;
  say(text: string): boolean;
  jump(): void;
  openChat(isOpen: boolean): void;
  openHelp(isOpen: boolean): void;
}
