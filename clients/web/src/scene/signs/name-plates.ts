/** Names above heads: dark pills of constant size, the nearest ones, none upon another, gone by 25 m. */

import { type PerspectiveCamera, type Scene, Vector3 } from "three";

import { Heaps } from "./heaps";
import { SIGN_FONT, SignSheet } from "./sign-sheet";
import { cut } from "./text";

const FONT = `600 14px ${SIGN_FONT}`;
const CELL = { width: 252, height: 30 } as const;
const PILL_PX = 25;
const PAD_PX = 11;
const SIGN_PX = 19; // the width of a ring or a hand
const LONGEST_PX = 186; // about 24 characters
const MOST = 24;
const CELLS = 40;
const NEAR_M = 17;
const FAR_M = 25;
const FADES_PER_S = 9;
const HEAD_M = 0.17;

/** What stands on a plate. */
export interface PlateState {
  readonly name: string;
  readonly isSpeaking: boolean;
  readonly isHandUp: boolean;
}

interface Plate {
  readonly key: number;
  readonly anchor: Vector3;
  cell: number;
  name: string;
  marks: number;
  widthPx: number;
  headPx: number;
  away: number;
  strength: number;
  isWanted: boolean;
  isPresent: boolean;
  x: number;
  y: number;
}

/** From the crown to where a bubble's tail ends, CSS pixels: the plate stands between. */
export const ABOVE_PLATE_PX = 33;

/** The bubble above somebody, or null. */
export type BubbleOf = (key: number) => { readonly widthPx: number; readonly heightPx: number } | null;

const noBubble: BubbleOf = () => null;
const scratchPlace = new Vector3();

export class NamePlates {
  private readonly sheet: SignSheet;
  private readonly heaps = new Heaps();
  private readonly byKey = new Map<number, Plate>();
  private readonly near: Plate[] = [];
  private readonly freeCells = Array.from({ length: CELLS }, (_, i) => i);
  private view = { width: 1280, height: 720 };
  private camera: PerspectiveCamera | null = null;

  constructor(scene: Scene, pixelRatio = 1) {
    this.sheet = new SignSheet(scene, { ...CELL, cells: CELLS, signs: CELLS, renderOrder: 10 }, pixelRatio);
  }

  /** Takes the size of the view in CSS pixels. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.view = { width, height };
    this.sheet.setView(width, height);
    if (this.sheet.setPixelRatio(pixelRatio)) for (const plate of this.byKey.values()) plate.name = "";
  }

  /** Begins a frame seen by a camera; then `show` everybody, then `finish`. */
  begin(camera: PerspectiveCamera): void {
    this.camera = camera;
    this.near.length = 0;
    for (const plate of this.byKey.values()) plate.isPresent = plate.isWanted = false;
  }

  /** Wants a plate above a head, whose middle is at `head`; an empty name shows nothing. */
  show(key: number, state: PlateState, head: Vector3, crownM: number): void {
    const { camera } = this;
    if (camera === null || state.name === "") return;
    const away = head.distanceTo(camera.position);
    if (away > FAR_M) return;
    scratchPlace.copy(head).applyMatrix4(camera.matrixWorldInverse);
    if (scratchPlace.z > -0.3) return;
    const pxPerM = (this.view.height / 2) * (camera.projectionMatrix.elements[5] / -scratchPlace.z);
    scratchPlace.applyMatrix4(camera.projectionMatrix);
    if (Math.abs(scratchPlace.x) > 1.15 || Math.abs(scratchPlace.y) > 1.3) return;
    const plate = this.plateOf(key);
    plate.isPresent = true;
    plate.away = away;
    plate.headPx = HEAD_M * pxPerM;
    plate.anchor.copy(head);
    plate.anchor.y += crownM;
    plate.x = (scratchPlace.x * 0.5 + 0.5) * this.view.width;
    plate.y = (0.5 - scratchPlace.y * 0.5) * this.view.height - crownM * pxPerM;
    this.write(plate, state);
    this.near.push(plate);
  }

  /** Ends a frame. `bubbleOf` tells of bubbles above heads: plates leave room for them. */
  finish(elapsedS: number, bubbleOf: BubbleOf = noBubble): void {
    this.near.sort(byDistance);
    this.arrange(bubbleOf);
    this.sheet.begin();
    for (const plate of this.byKey.values()) {
      const wanted = plate.isWanted ? Math.min(1, (FAR_M - plate.away) / (FAR_M - NEAR_M)) : 0;
      plate.strength += (wanted - plate.strength) * (1 - Math.exp(-elapsedS * FADES_PER_S));
      if (plate.strength < 0.02 && !plate.isWanted) {
        this.free(plate);
        if (!plate.isPresent) this.byKey.delete(plate.key);
        continue;
      }
      if (plate.cell >= 0) this.sheet.put(plate.anchor.x, plate.anchor.y, plate.anchor.z, plate.strength, PILL_PX / 2 + 4, 0, plate.cell);
    }
    this.sheet.finish();
  }

  clear(): void {
    for (const plate of this.byKey.values()) this.free(plate);
    this.byKey.clear();
    this.sheet.begin();
    this.sheet.finish();
  }

  dispose(): void {
    this.clear();
    this.sheet.dispose();
  }

  /** The nearest get their place; a plate gives way to a nearer plate and to a nearer face. */
  private arrange(bubbleOf: BubbleOf): void {
    this.heaps.clear();
    let shown = 0;
    // What is said is read before names are: no plate stands on a bubble.
    for (const plate of this.near) {
      const bubble = bubbleOf(plate.key);
      if (bubble === null) continue;
      const foot = plate.y - ABOVE_PLATE_PX;
      this.heaps.take(plate.x - bubble.widthPx / 2, foot - bubble.heightPx, plate.x + bubble.widthPx / 2, foot);
    }
    for (const plate of this.near) {
      const half = plate.widthPx / 2;
      const [left, right, top, bottom] = [plate.x - half, plate.x + half, plate.y - PILL_PX - 4, plate.y - 4];
      plate.isWanted = shown < MOST && this.heaps.isFree(left, top, right, bottom) && this.hasCell(plate);
      if (plate.isWanted) {
        this.heaps.take(left, top, right, bottom);
        shown += 1;
      }
      const chin = plate.y + plate.headPx * 2;
      this.heaps.take(plate.x - plate.headPx * 0.8, plate.y, plate.x + plate.headPx * 0.8, chin);
    }
  }

  private hasCell(plate: Plate): boolean {
    if (plate.cell >= 0) return true;
    const cell = this.freeCells.pop();
    if (cell === undefined) return false;
    plate.cell = cell;
    this.paint(plate);
    return true;
  }

  private free(plate: Plate): void {
    if (plate.cell >= 0) this.freeCells.push(plate.cell);
    plate.cell = -1;
  }

  private plateOf(key: number): Plate {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const plate: Plate = {
      key, anchor: new Vector3(), cell: -1, name: "", marks: 0, widthPx: 0, headPx: 0, away: 0, strength: 0, isWanted: false, isPresent: true, x: 0, y: 0,
    };
    this.byKey.set(key, plate);
    return plate;
  }

  private write(plate: Plate, { name, isSpeaking, isHandUp }: PlateState): void {
    const marks = (isSpeaking ? 1 : 0) + (isHandUp ? 2 : 0);
    if (plate.name === name && plate.marks === marks) return;
    plate.name = name;
    plate.marks = marks;
    const pen = this.sheet.measure;
    pen.font = FONT;
    const text = Math.min(LONGEST_PX, pen.measureText(name).width);
    plate.widthPx = text + 2 * PAD_PX + SIGN_PX * ((marks & 1) + (marks >> 1));
    if (plate.cell >= 0) this.paint(plate);
  }

  private paint({ cell, name, marks, widthPx }: Plate): void {
    this.sheet.paint(cell, (pen) => {
      pen.fillStyle = "rgb(20 22 26 / 72%)";
      pen.beginPath();
      pen.roundRect(-widthPx / 2, -PILL_PX / 2, widthPx, PILL_PX, PILL_PX / 2);
      pen.fill();
      let left = -widthPx / 2 + PAD_PX;
      if ((marks & 1) !== 0) {
        paintSpeaking(pen, left + 6);
        left += SIGN_PX;
      }
      if ((marks & 2) !== 0) {
        paintHand(pen, left + 6);
        left += SIGN_PX;
      }
      pen.font = FONT;
      pen.fillStyle = "#ffffff";
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      const middle = (left + widthPx / 2 - PAD_PX) / 2;
      pen.fillText(cut(name, LONGEST_PX, (text) => pen.measureText(text).width), middle, 1);
    });
  }
}

function byDistance(a: Plate, b: Plate): number {
  return a.away - b.away;
}

/** A ring round a mouth that sends waves. */
function paintSpeaking(pen: CanvasRenderingContext2D, x: number): void {
  pen.strokeStyle = pen.fillStyle = "#7fe0c8";
  pen.lineWidth = 1.8;
  pen.beginPath();
  pen.arc(x, 0, 6.2, 0, 2 * Math.PI);
  pen.stroke();
  pen.beginPath();
  pen.arc(x, 0, 2.8, 0, 2 * Math.PI);
  pen.fill();
}

/** An open hand. */
function paintHand(pen: CanvasRenderingContext2D, x: number): void {
  pen.strokeStyle = pen.fillStyle = "#ffd27a";
  pen.lineCap = "round";
  pen.lineWidth = 2.4;
  pen.beginPath();
  for (const [dx, top] of [[-3.6, -4], [-1.2, -6.4], [1.2, -6.2], [3.6, -4.4]]) {
    pen.moveTo(x + dx, 1);
    pen.lineTo(x + dx, top);
  }
  pen.moveTo(x - 3.8, 3.4);
  pen.lineTo(x - 6.2, 0);
  pen.stroke();
  pen.beginPath();
  pen.roundRect(x - 4.8, 0, 9.6, 7, 3.4);
  pen.fill();
}
