/** Letters on signs and walls: every text once in one picture, every place one rectangle of one mesh. */

import { CanvasTexture, Color, Mesh, MeshLambertMaterial, SRGBColorSpace } from "three";

import { Batch } from "./batch";
import type { Detail } from "./detail";
import { textIn } from "../state/localized";
import { type SceneShape } from "./world-loader";

const WIDTH: { readonly [detail in Detail]: number } = { low: 1024, medium: 2048, high: 2048 };
const TALLEST = 4096;
const FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif";
const TEXTS_A_FRAME = 8;
const LIFT_M = 0.006; // in front of the board
const white = new Color(1, 1, 1);

export class Lettering {
  readonly mesh: Mesh;
  private readonly canvas = document.createElement("canvas");
  private readonly texture: CanvasTexture;
  private readonly cells = new Map<string, Cell>();
  private readonly material: MeshLambertMaterial;
  private language: string;
  private undrawn: Cell[];

  /** `shapes`: those of kind text. Their places never change, so a new language only draws the picture anew. */
  constructor(shapes: readonly SceneShape[], detail: Detail, language: string) {
    const width = WIDTH[detail];
    this.canvas.width = width;
    this.canvas.height = this.lay(shapes, width);
    this.texture = new CanvasTexture(this.canvas);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.anisotropy = 8;
    const batch = new Batch();
    for (const shape of shapes) this.write(batch, shape);
    this.material = new MeshLambertMaterial({ map: this.texture, transparent: true, depthWrite: false, polygonOffset: true, polygonOffsetFactor: -2, polygonOffsetUnits: -4 });
    this.mesh = new Mesh(batch.build(), this.material);
    this.mesh.receiveShadow = true;
    this.mesh.renderOrder = 2;
    this.mesh.name = "lettering";
    this.language = language;
    this.undrawn = [...this.cells.values()];
  }

  /** Takes all letters away; `drawNext` brings them in the new language. */
  setLanguage(language: string): void {
    this.canvas.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.language = language;
    this.undrawn = [...this.cells.values()];
  }

  /** Draws some more texts. All at once would hold up the page: fonts are looked for at their first use. */
  drawNext(): void {
    const pen = this.canvas.getContext("2d");
    if (pen === null || this.undrawn.length === 0) return;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const { shape, x, y, width, height } of this.undrawn.splice(0, TEXTS_A_FRAME)) {
      const text = textIn(shape.text ?? {}, this.language);
      pen.fillStyle = shape.colour;
      // Letters fill the height, descenders included; too long a text is made narrower, not cut.
      pen.font = `600 ${Math.round(height * 0.8)}px ${FONT}`;
      pen.fillText(text, x + width / 2, y + height * 0.52, width - 4);
    }
    // Once at the end: each time the whole picture goes to the graphics card.
    if (this.undrawn.length === 0) this.texture.needsUpdate = true;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.material.dispose();
    this.texture.dispose();
  }

  /** Gives every different text its cell, row by row; returns the picture's height. */
  private lay(shapes: readonly SceneShape[], width: number): number {
    let scale = Math.min(160, width / 12);
    for (;;) {
      this.cells.clear();
      let [x, y, row] = [0, 0, 0];
      const different = new Map(shapes.map((shape) => [keyOf(shape), shape]));
      for (const [key, shape] of [...different].sort(([, a], [, b]) => (b.size[1] ?? 0) - (a.size[1] ?? 0))) {
        const [metres = 1, tall = 0.2] = shape.size;
        // Small print is drawn finer: people go near to read it.
        const density = scale * Math.min(3, Math.max(1, 0.35 / tall));
        const cellWidth = Math.min(width, Math.ceil(metres * density));
        const cellHeight = Math.ceil(tall * (cellWidth / metres) * 1.25);
        if (x + cellWidth > width) [x, y, row] = [0, y + row, 0];
        this.cells.set(key, { shape, x, y, width: cellWidth, height: cellHeight });
        x += cellWidth;
        row = Math.max(row, cellHeight);
      }
      const height = Math.max(1, y + row);
      if (height <= TALLEST) return height;
      scale *= 0.7;
    }
  }

  private write(batch: Batch, shape: SceneShape): void {
    const cell = this.cells.get(keyOf(shape));
    if (cell === undefined) return;
    const [metres = 1, tall = 0.2] = shape.size;
    const [x, y, yaw, z] = [shape.at[0], shape.at[1], shape.yaw, shape.at[2]];
    batch.begin({ x, y, z, yaw, tilt: shape.tilt ?? 0 }, white);
    const high = tall * 1.25;
    const { width, height } = this.canvas;
    const [left, right] = [cell.x / width, (cell.x + cell.width) / width];
    const [top, bottom] = [1 - cell.y / height, 1 - (cell.y + cell.height) / height];
    const corners = [[-1, 0, left, bottom], [1, 0, right, bottom], [1, 1, right, top], [-1, 1, left, top]] as const;
    const [a = 0, b = 0, c = 0, d = 0] = corners.map(([side, up, u, v]) => {
      const number = batch.vertex((-side * metres) / 2, up * high - 0.125 * tall, -LIFT_M, 0, 0, -1);
      batch.picture(number, u, v);
      return number;
    });
    batch.quad(a, b, c, d);
  }
}

interface Cell {
  readonly shape: SceneShape;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function keyOf({ text, colour, size }: SceneShape): string {
  return JSON.stringify([text, colour, size]);
}
