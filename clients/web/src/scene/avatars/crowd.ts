/** What the graphics card knows of people: a row of numbers for each, and lists of the patches to draw. */

import { type BufferGeometry, DataTexture, FloatType, type Material, Mesh, NearestFilter, RedIntegerFormat, RGBAFormat, type Scene, UnsignedIntType } from "three";

import type { Detail } from "../detail";
import { PERSON_TEXELS } from "./body.glsl";
import { buildDepthMaterial, buildSurfaceMaterial, type CrowdUniforms } from "./material";
import { buildLibrary, type Grid, GRID_NAMES, type PatchLibrary } from "./patches";
import { PARTS } from "./wardrobe";

const ROW = PERSON_TEXELS * 4;
const LIST_WIDTH = 256; // texels in a row of a list of patches; the shader knows it

interface Layer {
  readonly library: PatchLibrary;
  readonly mesh: Mesh<BufferGeometry, Material>;
  readonly full: Material;
  readonly plain: Material;
  readonly uniforms: CrowdUniforms;
  pieces: Uint32Array;
  count: number;
}

/** The grid of everybody's shadow: it is seen from afar and blurred. */
const SHADOW_GRID: Grid = "coarse";

/** Rows and patches of all people: one mesh for each grid, and one for all shadows. */
export class Crowd {
  /** Rows of PERSON_TEXELS x 4 numbers; see body.glsl.ts. Replaced when it grows. */
  rows: Float32Array;
  private capacity = 64;
  private readonly persons: { value: DataTexture };
  private readonly layers: Record<Grid, Layer>;
  private readonly shadows: Layer;
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
    this.rows = new Float32Array(this.capacity * ROW);
    this.persons = { value: this.buildTexture() };
    this.layers = Object.fromEntries(GRID_NAMES.map((grid) => [grid, this.buildLayer(`people, ${grid}`, buildLibrary(PARTS, grid))])) as Record<Grid, Layer>;
    this.shadows = this.buildLayer("shadows of people", this.layers[SHADOW_GRID].library);
    this.drawOnlyShadows(this.shadows);
  }

  /** Triangles that are drawn, without those of shadows. */
  get triangles(): number {
    return GRID_NAMES.reduce((sum, grid) => sum + this.layers[grid].count * this.layers[grid].library.trianglesEach, 0);
  }

  /** Makes room for `count` people; what is in the rows stays. */
  reserve(count: number): void {
    if (count <= this.capacity) return;
    while (this.capacity < count) this.capacity *= 2;
    const rows = new Float32Array(this.capacity * ROW);
    rows.set(this.rows);
    this.rows = rows;
    this.persons.value.dispose();
    this.persons.value = this.buildTexture();
  }

  clearPieces(): void {
    for (const grid of GRID_NAMES) this.layers[grid].count = 0;
    this.shadows.count = 0;
  }

  /** Draws a part of the person in a row on a grid. */
  addPiece(grid: Grid, row: number, part: number): void {
    this.add(this.layers[grid], row, part);
  }

  /** Lets a part of the person in a row throw a shadow. */
  addShadow(row: number, part: number): void {
    this.add(this.shadows, row, part);
  }

  private add(layer: Layer, row: number, part: number): void {
    layer.library.ensure(part);
    if (layer.count === layer.pieces.length) this.growPieces(layer);
    layer.pieces[layer.count++] = row | (part << 16);
  }

  /** Sends the lists of patches; after they were changed. */
  sendPieces(): void {
    for (const grid of GRID_NAMES) {
      const { mesh, count, library, uniforms } = this.layers[grid];
      mesh.geometry.setDrawRange(0, count * library.trianglesEach * 3);
      mesh.visible = count > 0;
      uniforms.pieces.value.needsUpdate = true;
    }
    this.shadows.mesh.visible = this.shadows.count > 0;
    this.shadows.uniforms.pieces.value.needsUpdate = true;
  }

  /** Sends the rows of the first `count` people; in every frame. */
  sendRows(count: number): void {
    const texture = this.persons.value;
    texture.clearUpdateRanges();
    // Rows are sent in one piece as long as they are most of the texture: one call beats many.
    if (count < this.capacity / 3) for (let row = 0; row < count; row++) texture.addUpdateRange(row * ROW, ROW);
    texture.needsUpdate = true;
  }

  /** Chooses who is painted in full; the far crowd is plain at every detail. */
  setDetail(detail: Detail): void {
    const { fine, mid, coarse } = this.layers;
    for (const layer of [fine, mid]) layer.mesh.material = layer.full;
    coarse.mesh.material = detail === "low" ? coarse.plain : coarse.full;
  }

  dispose(): void {
    for (const layer of [...GRID_NAMES.map((grid) => this.layers[grid]), this.shadows]) {
      const { mesh, library, uniforms, full, plain } = layer;
      this.scene.remove(mesh);
      mesh.geometry.dispose();
      full.dispose();
      plain.dispose();
      uniforms.pieces.value.dispose();
      mesh.customDepthMaterial?.dispose();
      library.texture.dispose();
    }
    this.persons.value.dispose();
  }

  private buildTexture(): DataTexture {
    const texture = new DataTexture(this.rows, PERSON_TEXELS, this.capacity, RGBAFormat, FloatType);
    texture.minFilter = texture.magFilter = NearestFilter;
    texture.needsUpdate = true;
    return texture;
  }

  private buildLayer(name: string, library: PatchLibrary): Layer {
    const pieces = new Uint32Array(LIST_WIDTH);
    const uniforms: CrowdUniforms = {
      persons: this.persons,
      patches: { value: library.texture },
      pieces: { value: buildList(pieces) },
      patchVertices: { value: library.verticesEach },
    };
    const [full, plain] = [buildSurfaceMaterial(uniforms, false), buildSurfaceMaterial(uniforms, true)];
    const mesh = new Mesh<BufferGeometry, Material>(library.geometry(pieces.length), plain);
    mesh.customDepthMaterial = buildDepthMaterial(uniforms);
    mesh.name = name;
    mesh.receiveShadow = true;
    mesh.frustumCulled = false; // its place is known to the shader only
    mesh.raycast = () => undefined;
    mesh.visible = false;
    this.scene.add(mesh);
    return { library, mesh, full, plain, uniforms, pieces, count: 0 };
  }

  /**
   * Its triangles are shown to the renderer for the shadow map only, so that the picture pays one empty draw and
   * the map a tenth of what the nearest have in the picture.
   */
  private drawOnlyShadows(layer: Layer): void {
    const { mesh } = layer;
    mesh.castShadow = true;
    mesh.onBeforeShadow = () => mesh.geometry.setDrawRange(0, layer.count * layer.library.trianglesEach * 3);
    mesh.onAfterShadow = () => mesh.geometry.setDrawRange(0, 0);
    mesh.geometry.setDrawRange(0, 0);
  }

  private growPieces(layer: Layer): void {
    const pieces = new Uint32Array(layer.pieces.length * 2);
    pieces.set(layer.pieces);
    layer.pieces = pieces;
    layer.mesh.geometry.dispose();
    layer.mesh.geometry = layer.library.geometry(pieces.length);
    layer.mesh.geometry.setDrawRange(0, 0); // until the list is sent
    layer.uniforms.pieces.value.dispose();
    layer.uniforms.pieces.value = buildList(pieces);
  }
}

function buildList(pieces: Uint32Array): DataTexture {
  const texture = new DataTexture(pieces as Uint32Array<ArrayBuffer>, LIST_WIDTH, pieces.length / LIST_WIDTH, RedIntegerFormat, UnsignedIntType);
  texture.internalFormat = "R32UI";
  texture.minFilter = texture.magFilter = NearestFilter;
  texture.needsUpdate = true;
  return texture;
}
