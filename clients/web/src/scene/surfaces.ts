/** Pictures of surfaces, drawn once on a canvas: light greys to be tinted by the shape's colour. */

import { CanvasTexture, RepeatWrapping, SRGBColorSpace, type Texture } from "three";
import { seeded } from "../state/random";

/** What can be drawn; each covers so many metres. */
export const PICTURE_M = { paving: 5.12, brick: 2.56, tile: 2.56, wood: 2.56, plaster: 5.12, grass: 5.12 } as const;
export type Picture = keyof typeof PICTURE_M;

const PIXELS: { readonly [picture in Picture]: number } = { paving: 1024, brick: 512, tile: 512, wood: 512, plaster: 512, grass: 512 };

type Random = () => number;
type Pen = CanvasRenderingContext2D;

/** A picture that is still one grey, and what paints it: some ten milliseconds, for a later frame. */
export interface PlannedPicture {
  readonly texture: Texture;
  readonly paint: () => void;
}

export function planPicture(picture: Picture): PlannedPicture {
  const size = PIXELS[picture];
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (pen !== null) {
    pen.fillStyle = grey(0.9);
    pen.fillRect(0, 0, size, size);
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.anisotropy = 8;
  const finish = (): void => {
    if (pen !== null) paint(picture, pen, size, seeded(7));
    texture.needsUpdate = true;
  };
  return { texture, paint: finish };
}

function paint(picture: Picture, pen: Pen, size: number, random: Random): void {
  pen.fillStyle = grey(0.9);
  pen.fillRect(0, 0, size, size);
  switch (picture) {
    case "paving":
      return paintPaving(pen, size, random);
    case "brick":
      return paintCourses(pen, size, random, { rows: 32, perRow: 10, joint: 1.6, jointShade: 0.9, spread: 0.2 });
    case "tile":
      return paintTiles(pen, size, random);
    case "wood":
      return paintBoards(pen, size, random);
    case "plaster":
      return paintSpecks(pen, size, random, 1800, 22, 0.012);
    case "grass":
      return paintBlades(pen, size, random);
    default:
      return picture satisfies never;
  }
}

/** Rows of granite slabs of mixed lengths, each with its own shade, a worn light edge and a dark joint. */
function paintPaving(pen: Pen, size: number, random: Random): void {
  const rows = 10;
  const high = size / rows;
  pen.fillStyle = grey(0.7);
  pen.fillRect(0, 0, size, size);
  for (let row = 0; row < rows; row++) {
    const lengths = Array.from({ length: 7 }, () => 0.75 + random() * 0.6);
    const whole = lengths.reduce((sum, each) => sum + each, 0);
    let x = random() * high;
    for (const length of lengths) {
      const wide = (length / whole) * size;
      const shade = 0.86 + random() * 0.12;
      const warmth = (random() - 0.5) * 0.05;
      for (const left of [x, x - size]) paintSlab(pen, left, row * high, wide, high, shade, warmth);
      x += wide;
    }
  }
  paintSpecks(pen, size, random, 5000, 3, 0.05);
}

function paintSlab(pen: Pen, x: number, y: number, wide: number, high: number, shade: number, warmth: number): void {
  const joint = 2.2;
  pen.fillStyle = tint(shade, warmth);
  pen.beginPath();
  pen.roundRect(x + joint / 2, y + joint / 2, wide - joint, high - joint, 5);
  pen.fill();
  pen.strokeStyle = tint(Math.min(1, shade * 1.06), warmth);
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x + 5, y + high - 3);
  pen.lineTo(x + 3, y + 4);
  pen.lineTo(x + wide - 5, y + 3);
  pen.stroke();
}

interface Courses {
  readonly rows: number;
  readonly perRow: number;
  readonly joint: number;
  readonly jointShade: number;
  readonly spread: number;
}

function paintCourses(pen: Pen, size: number, random: Random, { rows, perRow, joint, jointShade, spread }: Courses): void {
  pen.fillStyle = grey(jointShade);
  pen.fillRect(0, 0, size, size);
  const [high, wide] = [size / rows, size / perRow];
  for (let row = 0; row < rows; row++) {
    for (let brick = 0; brick <= perRow; brick++) {
      pen.fillStyle = tint(0.98 - random() * spread, (random() - 0.5) * 0.05);
      const x = brick * wide - (row % 2 === 1 ? wide / 2 : 0);
      pen.fillRect(x + joint / 2, row * high + joint / 2, wide - joint, high - joint);
    }
  }
}

/** Roof tiles: each row overlaps the one below with a dark lip. */
function paintTiles(pen: Pen, size: number, random: Random): void {
  const [rows, perRow] = [8, 10];
  const [high, wide] = [size / rows, size / perRow];
  for (let row = 0; row < rows; row++) {
    for (let tile = 0; tile < perRow; tile++) {
      const [x, y] = [tile * wide, row * high];
      const shade = 0.9 + random() * 0.1;
      const round = pen.createLinearGradient(x, 0, x + wide, 0);
      round.addColorStop(0, grey(shade * 0.72));
      round.addColorStop(0.3, grey(shade));
      round.addColorStop(0.75, grey(shade * 0.93));
      round.addColorStop(1, grey(shade * 0.7));
      pen.fillStyle = round;
      pen.fillRect(x, y, wide, high);
    }
    pen.fillStyle = "rgb(0 0 0 / 0.3)";
    pen.fillRect(0, row * high, size, 4);
    pen.fillStyle = "rgb(255 255 255 / 0.2)";
    pen.fillRect(0, row * high + 4, size, 3);
  }
}

/** Upright boards with thin gaps and some grain. */
function paintBoards(pen: Pen, size: number, random: Random): void {
  const boards = 16;
  const wide = size / boards;
  for (let board = 0; board < boards; board++) {
    const shade = 0.88 + random() * 0.12;
    pen.fillStyle = grey(shade);
    pen.fillRect(board * wide, 0, wide, size);
    pen.fillStyle = grey(shade * 0.94);
    for (let line = 0; line < 3; line++) pen.fillRect(board * wide + 3 + random() * (wide - 6), 0, 1 + random() * 1.5, size);
    pen.fillStyle = grey(0.62);
    pen.fillRect(board * wide, 0, 1.6, size);
  }
}

/** Soft spots, lighter and darker, that run over the picture's edge and come in on the other side. */
function paintSpecks(pen: Pen, size: number, random: Random, count: number, largest: number, strength: number): void {
  for (let speck = 0; speck < count; speck++) {
    const [x, y, radius] = [random() * size, random() * size, 0.6 + random() * random() * largest];
    pen.fillStyle = random() < 0.5 ? `rgb(255 255 255 / ${strength})` : `rgb(60 50 40 / ${strength})`;
    for (const dx of x < radius ? [0, size] : x > size - radius ? [0, -size] : [0]) {
      for (const dy of y < radius ? [0, size] : y > size - radius ? [0, -size] : [0]) {
        pen.beginPath();
        pen.arc(x + dx, y + dy, radius, 0, 2 * Math.PI);
        pen.fill();
      }
    }
  }
}

function paintBlades(pen: Pen, size: number, random: Random): void {
  paintSpecks(pen, size, random, 300, 46, 0.05);
  pen.lineWidth = 1.6;
  for (let blade = 0; blade < 3600; blade++) {
    const [x, y] = [random() * size, random() * size];
    pen.strokeStyle = tint(0.74 + random() * 0.26, (random() - 0.35) * 0.1);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + (random() - 0.5) * 6, y - 3 - random() * 7);
    pen.stroke();
  }
}

/** A number of 0..1 that stays with a text. */
export function chanceOf(text: string): number {
  let mixed = 2166136261;
  for (let at = 0; at < text.length; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 16777619);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822507);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 4294967296;
}

function grey(lightness: number): string {
  return tint(lightness, 0);
}

function tint(lightness: number, warmth: number): string {
  const level = (share: number): number => Math.round(Math.min(1, Math.max(0, lightness * share)) * 255);
  return `rgb(${level(1 + warmth)} ${level(1)} ${level(1 - warmth)})`;
}
