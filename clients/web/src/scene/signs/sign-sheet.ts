/**
 * Small pictures that face the eye at a constant size on the screen: plates, bubbles, symbols.
 *
 * One texture of equal cells, one instanced draw. In the scene and not HTML over it: walls hide
 * them, clicks go through, and a headset shows them to both eyes. A cell is painted with the 2D canvas
 * (which knows emoji and right-to-left scripts) and sent alone.
 */

import {
  BufferAttribute, DataTexture, DynamicDrawUsage, InstancedBufferGeometry, InstancedInterleavedBuffer, InterleavedBufferAttribute, LinearFilter, Mesh, RGBAFormat, type Scene,
  ShaderMaterial, SRGBColorSpace, UnsignedByteType, Vector2,
} from "three";

export const SIGN_FONT = `system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Color Emoji", sans-serif`;

/** Numbers of one sign: x, y, z, opacity, then shift up and right in CSS pixels, cell, scale. */
const PER_SIGN = 8;

export interface SheetSize {
  /** Of one cell, CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly cells: number;
  readonly signs: number;
  readonly renderOrder: number;
}

export class SignSheet {
  private readonly size: SheetSize;
  private readonly scene: Scene;
  private readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  private readonly data: Float32Array;
  private readonly signs: InstancedInterleavedBuffer;
  private readonly pen: CanvasRenderingContext2D;
  private texture: DataTexture;
  private pixelRatio = 0;
  private count = 0;

  constructor(scene: Scene, size: SheetSize, pixelRatio: number) {
    this.scene = scene;
    this.size = size;
    const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (pen === null) throw new Error("this browser has no 2D canvas to paint signs with");
    this.pen = pen;
    this.data = new Float32Array(size.signs * PER_SIGN);
    this.signs = new InstancedInterleavedBuffer(this.data, PER_SIGN).setUsage(DynamicDrawUsage);
    this.texture = new DataTexture();
    this.mesh = new Mesh(buildQuad(this.signs), buildMaterial(size));
    this.mesh.frustumCulled = false;
    this.mesh.raycast = () => undefined;
    this.mesh.renderOrder = size.renderOrder;
    scene.add(this.mesh);
    this.setPixelRatio(pixelRatio);
  }

  /** Repaints nothing itself: after true every cell is empty. */
  setPixelRatio(pixelRatio: number): boolean {
    const rounded = Math.min(2, Math.max(1, pixelRatio));
    if (rounded === this.pixelRatio) return false;
    this.pixelRatio = rounded;
    const [width, height] = this.cellPixels();
    this.pen.canvas.width = width;
    this.pen.canvas.height = height;
    this.texture.dispose();
    this.texture = new DataTexture(new Uint8Array(width * height * this.size.cells * 4), width, height * this.size.cells, RGBAFormat, UnsignedByteType);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.minFilter = this.texture.magFilter = LinearFilter;
    this.texture.needsUpdate = true;
    this.mesh.material.uniforms.sheet.value = this.texture;
    return true;
  }

  /** Takes the height of the view in CSS pixels and its width, for the size of a pixel. */
  setView(width: number, height: number): void {
    (this.mesh.material.uniforms.view.value as Vector2).set(width, height);
  }

  /** Paints a cell; `paint` finds a clean canvas with one unit a CSS pixel and the origin in the cell's middle. */
  paint(cell: number, paint: (pen: CanvasRenderingContext2D) => void): void {
    const { pen, pixelRatio } = this;
    const [width, height] = this.cellPixels();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.setTransform(pixelRatio, 0, 0, pixelRatio, width / 2, height / 2);
    paint(pen);
    const pixels = pen.getImageData(0, 0, width, height).data;
    const at = cell * width * height * 4;
    (this.texture.image.data as Uint8Array).set(pixels, at);
    // By rows: a range of a texture cannot be longer than one.
    for (let row = 0; row < height; row++) this.texture.addUpdateRange(at + row * width * 4, width * 4);
    this.texture.needsUpdate = true;
  }

  /** The pen, to measure texts with. */
  get measure(): CanvasRenderingContext2D {
    return this.pen;
  }

  begin(): void {
    this.count = 0;
  }

  /** Shows a cell at a place of the world, its middle `up` and `right` CSS pixels from there. */
  put(x: number, y: number, z: number, opacity: number, up: number, right: number, cell: number, scale = 1): void {
    if (this.count === this.size.signs) return;
    const at = this.count++ * PER_SIGN;
    const { data } = this;
    data[at] = x;
    data[at + 1] = y;
    data[at + 2] = z;
    data[at + 3] = opacity;
    data[at + 4] = right;
    data[at + 5] = up;
    data[at + 6] = cell;
    data[at + 7] = scale;
  }

  finish(): void {
    this.mesh.visible = this.count > 0;
    this.mesh.geometry.instanceCount = this.count;
    this.signs.clearUpdateRanges();
    this.signs.addUpdateRange(0, this.count * PER_SIGN);
    this.signs.needsUpdate = true;
  }

  dispose(): void {
    this.scene.remove(this.mesh);
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.texture.dispose();
  }

  private cellPixels(): [number, number] {
    return [Math.ceil(this.size.width * this.pixelRatio), Math.ceil(this.size.height * this.pixelRatio)];
  }
}

function buildQuad(signs: InstancedInterleavedBuffer): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array([-0.5, -0.5, 0, 0.5, -0.5, 0, 0.5, 0.5, 0, -0.5, 0.5, 0]), 3));
  geometry.setIndex([0, 1, 2, 0, 2, 3]);
  geometry.setAttribute("place", new InterleavedBufferAttribute(signs, 4, 0));
  geometry.setAttribute("sign", new InterleavedBufferAttribute(signs, 4, 4));
  geometry.instanceCount = 0;
  return geometry;
}

function buildMaterial({ width, height, cells }: SheetSize): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    uniforms: { sheet: { value: null }, view: { value: new Vector2(1280, 720) }, cell: { value: new Vector2(width, height) }, cells: { value: cells } },
    vertexShader: /* glsl */ `
      uniform vec2 view, cell;
      uniform float cells;
      attribute vec4 place, sign;
      varying vec2 at;
      varying float opacity;
      void main() {
        vec4 clip = projectionMatrix * viewMatrix * vec4(place.xyz, 1.0);
        // Anchored to whole pixels, so that letters stay sharp and do not shimmer.
        vec2 anchor = (floor((clip.xy / clip.w * 0.5 + 0.5) * view) + 0.5) / view * 2.0 - 1.0;
        vec2 corner = position.xy * cell * sign.w + sign.xy;
        clip.xy = (anchor + corner * 2.0 / view) * clip.w;
        // A little nearer than the head it belongs to: hats do not cut into it.
        clip.z -= 0.0004 * clip.w;
        gl_Position = clip;
        at = vec2(position.x + 0.5, (sign.z + 0.5 - position.y) / cells);
        opacity = place.w;
      }`,
    fragmentShader: /* glsl */ `
      uniform sampler2D sheet;
      varying vec2 at;
      varying float opacity;
      void main() {
        vec4 colour = texture2D(sheet, at);
        if (colour.a * opacity < 0.004) discard;
        gl_FragColor = vec4(colour.rgb, colour.a * opacity);
        #include <colorspace_fragment>
      }`,
  });
}
