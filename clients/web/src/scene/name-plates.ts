/** Names above heads: dark pills of constant size near, fading by 25 m. */

import { CanvasTexture, LinearFilter, type Scene, Sprite, SpriteMaterial, SRGBColorSpace, type Vector3 } from "three";

const FONT_PIXELS = 44;
const PAD_PIXELS = 26;
const HEIGHT = 0.036; // of the distance: constant on the screen
const NEAR_M = 12; // full strength up to here
const FAR_M = 25;
const ABOVE_M = 2.0;

interface Plate {
  readonly sprite: Sprite;
  readonly name: string;
  readonly aspect: number;
}

export class NamePlates {
  private readonly plates = new Map<number, Plate>();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Shows the name of `key` above a place; an empty name shows nothing. */
  show(key: number, name: string, x: number, y: number, z: number, viewer: Vector3): void {
    const plate = this.plateOf(key, name);
    if (plate === null) return;
    const { sprite, aspect } = plate;
    sprite.position.set(x, y + ABOVE_M, z);
    const away = sprite.position.distanceTo(viewer);
    const strength = Math.max(0, Math.min(1, (FAR_M - away) / (FAR_M - NEAR_M)));
    sprite.visible = strength > 0.02;
    sprite.material.opacity = strength;
    const height = HEIGHT * Math.max(away, 2.5);
    sprite.scale.set(height * aspect, height, 1);
  }

  hide(key: number): void {
    const plate = this.plates.get(key);
    if (plate === undefined) return;
    this.plates.delete(key);
    this.scene.remove(plate.sprite);
    plate.sprite.material.map?.dispose();
    plate.sprite.material.dispose();
  }

  clear(): void {
    for (const key of [...this.plates.keys()]) this.hide(key);
  }

  /** Hides the plates of everybody who is not in `present`. */
  keepOnly(present: ReadonlySet<number>): void {
    for (const key of [...this.plates.keys()]) if (!present.has(key)) this.hide(key);
  }

  private plateOf(key: number, name: string): Plate | null {
    const known = this.plates.get(key);
    if (known?.name === name) return known;
    this.hide(key);
    if (name === "") return null;
    const { texture, aspect } = drawPlate(name);
    const material = new SpriteMaterial({ map: texture, depthWrite: false, transparent: true, fog: false, toneMapped: false });
    const sprite = new Sprite(material);
    sprite.center.set(0.5, 0);
    sprite.renderOrder = 1;
    this.scene.add(sprite);
    const plate = { sprite, name, aspect };
    this.plates.set(key, plate);
    return plate;
  }
}

function drawPlate(name: string): { texture: CanvasTexture; aspect: number } {
  const canvas = document.createElement("canvas");
  const font = `600 ${FONT_PIXELS}px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif`;
  const pen = canvas.getContext("2d");
  if (pen === null) return { texture: new CanvasTexture(canvas), aspect: 1 };
  pen.font = font;
  canvas.width = Math.ceil(pen.measureText(name).width) + 2 * PAD_PIXELS;
  canvas.height = FONT_PIXELS + PAD_PIXELS;
  pen.fillStyle = "rgb(20 22 26 / 72%)";
  pen.beginPath();
  pen.roundRect(0, 0, canvas.width, canvas.height, canvas.height / 2);
  pen.fill();
  pen.font = font; // a canvas forgets its font when its size changes
  pen.fillStyle = "#ffffff";
  pen.textBaseline = "middle";
  pen.fillText(name, PAD_PIXELS, canvas.height / 2 + 2);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = LinearFilter;
  texture.generateMipmaps = false;
  return { texture, aspect: canvas.width / canvas.height };
}
