/** Pictures of surfaces, drawn once on a canvas: light stones to be tinted by the shape's colour. */

import { CanvasTexture, RepeatWrapping, SRGBColorSpace, type Texture } from "three";

/** One picture covers so many metres. */
export const TILE_M = 4;
const TILE_PIXELS = 512;
const STONE_PIXELS = 64;
const TUFT_PIXELS = 16;

/** Slabs of slightly different shades with darker joints. */
export function drawPaving(): Texture {
  const random = seeded(7);
  return draw(STONE_PIXELS, (pen, x, y, row) => {
    const left = x + (row % 2 === 1 ? STONE_PIXELS / 2 : 0);
    pen.fillStyle = grey(0.93 + random() * 0.07);
    pen.fillRect(left, y, STONE_PIXELS, STONE_PIXELS);
    pen.strokeStyle = grey(0.82);
    pen.lineWidth = 2;
    pen.strokeRect(left, y, STONE_PIXELS, STONE_PIXELS);
  });
}

/** Small patches: grass, sand. */
export function drawMottled(): Texture {
  const random = seeded(11);
  return draw(TUFT_PIXELS, (pen, x, y) => {
    pen.fillStyle = grey(0.92 + random() * 0.08);
    pen.fillRect(x, y, TUFT_PIXELS, TUFT_PIXELS);
  });
}

/** The same numbers on every machine (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Paint = (pen: CanvasRenderingContext2D, x: number, y: number, row: number) => void;

function draw(step: number, paint: Paint): Texture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = TILE_PIXELS;
  const pen = canvas.getContext("2d");
  for (let y = 0; pen !== null && y < TILE_PIXELS; y += step) {
    for (let x = -step; x < TILE_PIXELS; x += step) paint(pen, x, y, y / step);
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.anisotropy = 8;
  return texture;
}

function grey(lightness: number): string {
  const level = Math.round(lightness * 255);
  return `rgb(${level} ${level} ${level})`;
}
