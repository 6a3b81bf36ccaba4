/**
 * Geometry being gathered: thousands of shapes become one mesh.
 *
 * Numbers go straight into growing typed arrays. A BufferGeometry for each shape, merged afterwards, takes ten
 * times as long and leaves as much garbage.
 */

import { BufferAttribute, BufferGeometry, type Color } from "three";

const FIRST_VERTICES = 1024;

/** How the following vertices are placed, coloured and moved. */
export interface Placing {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Degrees clockwise from north, and leaning back. */
  readonly yaw: number;
  readonly tilt: number;
}

/** Tell whether a place of the world is inside of something. */
export type Hiders = readonly ((x: number, y: number, z: number) => boolean)[];
const nobody: Hiders = [];

export class Batch {
  private readonly unit: number;
  private readonly bare: boolean;
  private positions = new Float32Array(FIRST_VERTICES * 3);
  private normals = new Float32Array(FIRST_VERTICES * 3);
  private uvs = new Float32Array(FIRST_VERTICES * 2);
  private colours = new Float32Array(FIRST_VERTICES * 3);
  private lives = new Float32Array(FIRST_VERTICES * 2);
  private indices = new Uint32Array(FIRST_VERTICES * 3);
  /** By vertex: which of the shape's hiders it lies in. */
  private hidden = new Uint16Array(FIRST_VERTICES);
  private vertices = 0;
  private corners = 0;

  private sine = 0;
  private cosine = 1;
  private leanSine = 0;
  private leanCosine = 1;
  private at: Placing = { x: 0, y: 0, z: 0, yaw: 0, tilt: 0 };
  private red = 1;
  private green = 1;
  private blue = 1;
  private glow = 0;
  private sway = 0;
  private hiders: Hiders = nobody;

  /** `bare` gathers places only: for shadows and walls. `unit`: metres that a picture covers. */
  constructor(unit = 1, bare = false) {
    this.unit = unit;
    this.bare = bare;
  }

  get triangles(): number {
    return this.corners / 3;
  }

  /** Triangles that lie in one of `hiders` are left out; there may be 16 of them. */
  begin(at: Placing, colour: Color, glow = 0, sway = 0, hiders: Hiders = nobody): void {
    const turn = (-at.yaw * Math.PI) / 180;
    this.sine = Math.sin(turn);
    this.cosine = Math.cos(turn);
    const lean = (at.tilt * Math.PI) / 180;
    this.leanSine = Math.sin(lean);
    this.leanCosine = Math.cos(lean);
    this.at = at;
    this.red = colour.r;
    this.green = colour.g;
    this.blue = colour.b;
    this.glow = glow;
    this.sway = sway;
    this.hiders = hiders;
  }

  /** Adds a vertex of the shape's own axes; `shade` darkens its colour. Returns its number. */
  vertex(x: number, y: number, z: number, nx: number, ny: number, nz: number, shade = 1, sway = this.sway): number {
    if (this.vertices * 3 === this.positions.length) this.grow();
    const leanY = y * this.leanCosine - z * this.leanSine;
    const leanZ = y * this.leanSine + z * this.leanCosine;
    const worldX = this.at.x + x * this.cosine + leanZ * this.sine;
    const worldY = this.at.y + leanY;
    const worldZ = this.at.z - x * this.sine + leanZ * this.cosine;
    const number = this.vertices++;
    // Written one by one: an array literal for each of a hundred thousand vertices is most of the time.
    const at = number * 3;
    this.positions[at] = worldX;
    this.positions[at + 1] = worldY;
    this.positions[at + 2] = worldZ;
    let hidden = 0;
    for (let nth = 0; nth < this.hiders.length; nth++) if (this.hiders[nth]?.(worldX, worldY, worldZ)) hidden |= 1 << nth;
    this.hidden[number] = hidden;
    if (this.bare) return number;
    const upright = ny * this.leanCosine - nz * this.leanSine;
    const back = ny * this.leanSine + nz * this.leanCosine;
    const aside = nx * this.cosine + back * this.sine;
    const south = -nx * this.sine + back * this.cosine;
    this.normals[at] = aside;
    this.normals[at + 1] = upright;
    this.normals[at + 2] = south;
    this.colours[at] = this.red * shade;
    this.colours[at + 1] = this.green * shade;
    this.colours[at + 2] = this.blue * shade;
    this.lives[number * 2] = sway;
    this.lives[number * 2 + 1] = this.glow;
    this.spread(number, worldX, worldY, worldZ, aside, upright, south);
    return number;
  }

  /** Puts a picture's own coordinates on a vertex instead of those by metres. */
  picture(number: number, u: number, v: number): void {
    this.uvs[number * 2] = u;
    this.uvs[number * 2 + 1] = v;
  }

  triangle(a: number, b: number, c: number): void {
    if (((this.hidden[a] ?? 0) & (this.hidden[b] ?? 0) & (this.hidden[c] ?? 0)) !== 0) return;
    if (this.corners + 3 > this.indices.length) {
      const larger = new Uint32Array(this.indices.length * 2);
      larger.set(this.indices);
      this.indices = larger;
    }
    this.indices[this.corners++] = a;
    this.indices[this.corners++] = b;
    this.indices[this.corners++] = c;
  }

  quad(a: number, b: number, c: number, d: number): void {
    this.triangle(a, b, c);
    this.triangle(a, c, d);
  }

  build(): BufferGeometry {
    const geometry = new BufferGeometry();
    const count = this.vertices;
    geometry.setAttribute("position", new BufferAttribute(this.positions.slice(0, count * 3), 3));
    const indices = this.indices.subarray(0, this.corners);
    geometry.setIndex(new BufferAttribute(count > 65535 ? indices.slice() : Uint16Array.from(indices), 1));
    if (this.bare) return geometry;
    geometry.setAttribute("normal", new BufferAttribute(this.normals.slice(0, count * 3), 3));
    geometry.setAttribute("uv", new BufferAttribute(this.uvs.slice(0, count * 2), 2));
    geometry.setAttribute("color", new BufferAttribute(this.colours.slice(0, count * 3), 3));
    geometry.setAttribute("live", new BufferAttribute(this.lives.slice(0, count * 2), 2));
    return geometry;
  }

  /** Lays pictures on by metres: from above on what lies, along the slope on what stands or leans. */
  private spread(number: number, x: number, y: number, z: number, nx: number, ny: number, nz: number): void {
    let u = x;
    let v = z;
    const level = Math.sqrt(nx * nx + nz * nz);
    if (level > 0.3) {
      u = (x * nz - z * nx) / level;
      // The slope's own direction: across × normal.
      v = y * level - ny * (x * nx + z * nz) / level;
    }
    this.uvs[number * 2] = u / this.unit;
    this.uvs[number * 2 + 1] = v / this.unit;
  }

  private grow(): void {
    const larger = (array: Float32Array): Float32Array<ArrayBuffer> => {
      const twice = new Float32Array(array.length * 2);
      twice.set(array);
      return twice;
    };
    this.positions = larger(this.positions);
    const hidden = new Uint16Array(this.hidden.length * 2);
    hidden.set(this.hidden);
    this.hidden = hidden;
    if (this.bare) return;
    this.normals = larger(this.normals);
    this.uvs = larger(this.uvs);
    this.colours = larger(this.colours);
    this.lives = larger(this.lives);
  }
}
