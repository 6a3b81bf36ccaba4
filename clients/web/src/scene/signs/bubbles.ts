/** What people say, in light bubbles above their names, and the symbols of their gestures floating up. */

import { type PerspectiveCamera, type Scene, Vector3 } from "three";

import { durationOf } from "../avatars/emotes";
import { ABOVE_PLATE_PX } from "./name-plates";
import { SIGN_FONT, SignSheet } from "./sign-sheet";
import { Heaps } from "./heaps";
import { breakLines } from "./text";

const FONT = `500 14px ${SIGN_FONT}`;
const CELL = { width: 252, height: 88 } as const;
const LINE_PX = 19;
const PAD_PX = 11;
const TAIL_PX = 7;
const TEXT_PX = 224;
const CELLS = 16;
const FAR_M = 25;
const NEAR_M = 17;
const SHORTEST_S = 4;
const LONGEST_S = 9;
const PER_CHARACTER_S = 0.055;
const FADE_S = 0.25;
/** A bubble that would lie on a newer one rises over it, so often at most; then it gives way. */
const MOST_RISES = 3;
const RISE_PX = 6;

/** By kind of emote. */
const SYMBOLS = ["👋", "👏", "👉", "👍", "😄", "❤️", "💃", "🙂"] as const;
const SYMBOL_S = 2.2;
const SYMBOL_PX = 40;

interface Bubble {
  readonly key: number;
  readonly cell: number;
  readonly saidS: number;
  readonly untilS: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Symbol {
  readonly key: number;
  readonly kind: number;
  readonly startedS: number;
}

const scratchHead = new Vector3();
const scratchPlace = new Vector3();

/** Puts the middle of the head of a person into `out`; false when they are not drawn. */
export type HeadOf = (key: number, out: Vector3) => boolean;

export class Bubbles {
  private readonly sheet: SignSheet;
  private readonly symbolSheet: SignSheet;
  private readonly byKey = new Map<number, Bubble>();
  /** The same bubbles, oldest first. */
  private readonly order: Bubble[] = [];
  private readonly heaps = new Heaps();
  private view = { width: 1280, height: 720 };
  private readonly symbols: Symbol[] = [];
  private readonly freeCells = Array.from({ length: CELLS }, (_, i) => i);

  constructor(scene: Scene, pixelRatio = 1) {
    this.sheet = new SignSheet(scene, { ...CELL, cells: CELLS, signs: CELLS, renderOrder: 11 }, pixelRatio);
    this.symbolSheet = new SignSheet(scene, { width: SYMBOL_PX, height: SYMBOL_PX, cells: SYMBOLS.length, signs: 32, renderOrder: 12 }, pixelRatio);
    this.paintSymbols();
  }

  /** Takes the size of the view in CSS pixels. What is being said is lost when the pixels change. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.view = { width, height };
    this.sheet.setView(width, height);
    this.symbolSheet.setView(width, height);
    if (this.sheet.setPixelRatio(pixelRatio)) this.clear();
    if (this.symbolSheet.setPixelRatio(pixelRatio)) this.paintSymbols();
  }

  /** Somebody says something; it takes the place of what they said before. */
  say(key: number, text: string, nowS: number): void {
    this.drop(key);
    const cell = this.freeCells.pop() ?? this.takeOldest();
    const pen = this.sheet.measure;
    pen.font = FONT;
    const lines = breakLines(text, TEXT_PX, 3, (part) => pen.measureText(part).width);
    if (lines.length === 0) {
      this.freeCells.push(cell);
      return;
    }
    const heightPx = lines.length * LINE_PX + 14;
    const widthPx = Math.max(44, Math.max(...lines.map((line) => pen.measureText(line).width)) + 2 * PAD_PX);
    this.sheet.paint(cell, (canvas) => paintBubble(canvas, lines, widthPx, heightPx));
    const lasts = Math.min(LONGEST_S, SHORTEST_S + Math.max(0, text.length - 20) * PER_CHARACTER_S);
    const bubble = { key, cell, saidS: nowS, untilS: nowS + lasts, widthPx, heightPx };
    this.byKey.set(key, bubble);
    this.order.push(bubble);
  }

  /** The size of what somebody says now, or null; for plates to leave room. */
  readonly sizeOf = (key: number): { readonly widthPx: number; readonly heightPx: number } | null => this.byKey.get(key) ?? null;

  /** Somebody makes a gesture whose symbol floats up. */
  float(key: number, kind: number, nowS: number): void {
    if (kind < SYMBOLS.length && durationOf(kind) > 0) this.symbols.push({ key, kind, startedS: nowS });
  }

  /** Shows them where the heads are now. `isStill` lets nothing float. */
  update(camera: PerspectiveCamera, nowS: number, headOf: HeadOf, crownOf: (key: number) => number, isStill: boolean): void {
    this.sheet.begin();
    this.heaps.clear();
    // The newest first: what is being said now keeps its place.
    for (let at = this.order.length - 1; at >= 0; at--) {
      const bubble = this.order[at];
      if (nowS >= bubble.untilS) {
        this.drop(bubble.key);
        continue;
      }
      if (!headOf(bubble.key, scratchHead)) continue;
      const opacity = strengthAt(scratchHead.distanceTo(camera.position)) * Math.min(1, (nowS - bubble.saidS) / FADE_S, (bubble.untilS - nowS) / FADE_S);
      if (opacity <= 0.01) continue;
      scratchHead.y += crownOf(bubble.key);
      const up = this.freeHeight(bubble, camera);
      if (up === null) continue;
      this.sheet.put(scratchHead.x, scratchHead.y, scratchHead.z, opacity, up + CELL.height / 2, 0, bubble.cell);
    }
    this.sheet.finish();
    this.floatSymbols(camera, nowS, headOf, crownOf, isStill);
  }

  /** How high over the crown in `scratchHead` a bubble finds room, in CSS pixels; null: nowhere. */
  private freeHeight({ widthPx, heightPx }: Bubble, camera: PerspectiveCamera): number | null {
    scratchPlace.copy(scratchHead).project(camera);
    const x = (scratchPlace.x * 0.5 + 0.5) * this.view.width;
    const y = (0.5 - scratchPlace.y * 0.5) * this.view.height;
    for (let rise = 0, up = ABOVE_PLATE_PX; rise <= MOST_RISES; rise++, up += heightPx + RISE_PX) {
      const [left, top, right, bottom] = [x - widthPx / 2, y - up - heightPx - TAIL_PX, x + widthPx / 2, y - up];
      if (!this.heaps.isFree(left, top, right, bottom)) continue;
      this.heaps.take(left, top, right, bottom);
      return up;
    }
    return null;
  }

  clear(): void {
    for (const key of [...this.byKey.keys()]) this.drop(key);
    this.symbols.length = 0;
  }

  dispose(): void {
    this.clear();
    this.sheet.dispose();
    this.symbolSheet.dispose();
  }

  private floatSymbols(camera: PerspectiveCamera, nowS: number, headOf: HeadOf, crownOf: (key: number) => number, isStill: boolean): void {
    this.symbolSheet.begin();
    for (let i = this.symbols.length - 1; i >= 0; i--) {
      const { key, kind, startedS } = this.symbols[i];
      const t = (nowS - startedS) / SYMBOL_S;
      if (t >= 1) {
        this.symbols.splice(i, 1);
        continue;
      }
      if (t < 0 || !headOf(key, scratchHead)) continue;
      const opacity = strengthAt(scratchHead.distanceTo(camera.position)) * Math.min(1, t * 8, (1 - t) * 4);
      const bubblePx = this.byKey.get(key)?.heightPx ?? 0;
      const up = ABOVE_PLATE_PX + bubblePx + SYMBOL_PX / 2 + (isStill ? 8 : 34 * t);
      const sway = isStill ? 0 : 7 * Math.sin(t * 7 + key);
      const grown = isStill ? 1 : Math.min(1, 0.5 + t * 5);
      this.symbolSheet.put(scratchHead.x, scratchHead.y + crownOf(key), scratchHead.z, opacity, up, sway, kind, grown);
    }
    this.symbolSheet.finish();
  }

  private drop(key: number): void {
    const bubble = this.byKey.get(key);
    if (bubble === undefined) return;
    this.byKey.delete(key);
    this.order.splice(this.order.indexOf(bubble), 1);
    this.freeCells.push(bubble.cell);
  }

  private takeOldest(): number {
    let oldest: Bubble | null = null;
    for (const bubble of this.byKey.values()) if (oldest === null || bubble.saidS < oldest.saidS) oldest = bubble;
    if (oldest === null) return 0;
    this.byKey.delete(oldest.key);
    return oldest.cell;
  }

  private paintSymbols(): void {
    SYMBOLS.forEach((symbol, cell) => {
      this.symbolSheet.paint(cell, (pen) => {
        pen.font = `28px "Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji", ${SIGN_FONT}`;
        pen.textAlign = "center";
        pen.textBaseline = "middle";
        pen.fillStyle = "#ffffff";
        pen.fillText(symbol, 0, 2);
      });
    });
  }
}

/** Stands on the cell's lower edge, so that one line is as near to its head as three. */
function paintBubble(pen: CanvasRenderingContext2D, lines: readonly string[], width: number, heightPx: number): void {
  pen.font = FONT;
  const bottom = CELL.height / 2 - TAIL_PX - 2;
  const top = bottom - heightPx;
  pen.shadowColor = "rgb(0 0 0 / 22%)";
  pen.shadowBlur = 3;
  pen.shadowOffsetY = 1;
  pen.fillStyle = "#fbf6ec";
  pen.beginPath();
  pen.roundRect(-width / 2, top, width, heightPx, 12);
  pen.moveTo(-7, bottom - 0.5);
  pen.lineTo(0, bottom + TAIL_PX);
  pen.lineTo(7, bottom - 0.5);
  pen.fill();
  pen.shadowColor = "transparent";
  pen.fillStyle = "#22262b";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  lines.forEach((line, i) => pen.fillText(line, 0, top + 7 + LINE_PX * (i + 0.5) + 1));
}

function strengthAt(away: number): number {
  return Math.max(0, Math.min(1, (FAR_M - away) / (FAR_M - NEAR_M)));
}
