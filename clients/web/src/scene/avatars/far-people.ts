/**
 * The far crowd as it is drawn: flat figures that turn to the viewer, in one call.
 *
 * Nothing is done in a frame but setting a clock: a figure comes, sways and goes in the shader. The
 * buffers are written when somebody comes or goes, at most a few times a second.
 */

import { BufferAttribute, DynamicDrawUsage, InstancedBufferAttribute, InstancedBufferGeometry, Mesh, MeshLambertMaterial, type Scene } from "three";

import { FADE_S, type FarHeads, type Head, MOST_HEADS } from "../../state/far-heads";
import type { Detail } from "../detail";
import { BOTTOM_COLOURS, HAIR_COLOURS, SKINS, TOP_COLOURS } from "../palette";

/** What a corner is painted with; the numbers stand in the shader, too. */
const Cloth = { TOP: 0, BOTTOM: 1, SKIN: 2, HAIR: 3 } as const;

/** A ring of corners as a fan: x to the right and y up, metres; x also bends the light round the body. */
type Shape = readonly [cloth: (typeof Cloth)[keyof typeof Cloth], lift: number, corners: readonly (readonly [x: number, y: number])[]];

const TORSO: Shape = [Cloth.TOP, 0, [[-0.16, 0.8], [0.16, 0.8], [0.21, 1.36], [0.09, 1.46], [-0.09, 1.46], [-0.21, 1.36]]];
const HEAD: Shape = [Cloth.SKIN, 0.01, [[-0.06, 1.44], [0.06, 1.44], [0.125, 1.54], [0.125, 1.64], [0.06, 1.73], [-0.06, 1.73], [-0.125, 1.64], [-0.125, 1.54]]];
const HAIR: Shape = [Cloth.HAIR, 0.02, [[-0.14, 1.58], [-0.11, 1.64], [0.11, 1.64], [0.14, 1.58], [0.13, 1.68], [0.07, 1.75], [-0.07, 1.75], [-0.13, 1.68]]];
const PLAIN: readonly Shape[] = [
  [Cloth.BOTTOM, 0, [[-0.14, 0], [0.14, 0], [0.16, 0.84], [-0.16, 0.84]]], TORSO,
  [Cloth.SKIN, 0.01, [[-0.08, 1.44], [0.08, 1.44], [0.13, 1.6], [-0.13, 1.6]]],
  [Cloth.HAIR, 0.01, [[-0.13, 1.6], [0.13, 1.6], [0.07, 1.75], [-0.07, 1.75]]],
];
const FULL: readonly Shape[] = [
  [Cloth.BOTTOM, 0, [[-0.15, 0], [-0.04, 0], [-0.01, 0.84], [-0.16, 0.84]]],
  [Cloth.BOTTOM, 0, [[0.04, 0], [0.15, 0], [0.16, 0.84], [0.01, 0.84]]],
  [Cloth.TOP, -0.01, [[-0.29, 0.86], [-0.22, 0.84], [-0.15, 1.38], [-0.23, 1.34]]],
  [Cloth.TOP, -0.01, [[0.22, 0.84], [0.29, 0.86], [0.23, 1.34], [0.15, 1.38]]],
  [Cloth.SKIN, -0.01, [[-0.29, 0.77], [-0.22, 0.77], [-0.22, 0.86], [-0.29, 0.87]]],
  [Cloth.SKIN, -0.01, [[0.22, 0.77], [0.29, 0.77], [0.29, 0.87], [0.22, 0.86]]],
  TORSO, HEAD, HAIR,
];
const SHAPES: Readonly<Record<Detail, readonly Shape[]>> = { low: PLAIN, medium: FULL, high: FULL };
const WIDTH_OF_LIGHT_M = 0.24;

/** Floats of one figure: x, y, z, yaw. */
const PLACE = 4;
/** When it came, when it went (seconds of the figures' clock), its lot. */
const LIFE = 3;
/** Bytes: red, green, blue, and one so that rows begin on words. */
const COLOUR = 4;
/** Later than any frame; Infinity is no number for every graphics card. */
const NEVER_S = 1e9;

export class FarPeople {
  private readonly scene: Scene;
  private readonly clock = { value: 0 };
  private readonly places = new Float32Array(MOST_HEADS * PLACE);
  private readonly lives = new Float32Array(MOST_HEADS * LIFE);
  private readonly tints = [0, 1, 2, 3].map(() => new Uint8Array(MOST_HEADS * COLOUR));
  private readonly attributes: InstancedBufferAttribute[];
  private readonly sway = { value: 1 };
  private readonly material: MeshLambertMaterial;
  private readonly mesh: Mesh<InstancedBufferGeometry, MeshLambertMaterial>;
  private detail: Detail;
  private source: FarHeads | null = null;
  private version = -1;
  /** The clock of the shader begins with the first frame: large numbers of seconds are coarse there. */
  private beganS: number | null = null;

  constructor(scene: Scene, detail: Detail) {
    this.scene = scene;
    this.detail = detail;
    this.material = buildMaterial(this.clock, this.sway);
    this.attributes = [
      new InstancedBufferAttribute(this.places, PLACE),
      new InstancedBufferAttribute(this.lives, LIFE),
      ...this.tints.map((tint) => new InstancedBufferAttribute(tint, COLOUR, true)),
    ];
    for (const attribute of this.attributes) attribute.setUsage(DynamicDrawUsage);
    this.mesh = new Mesh(this.build(), this.material);
    this.mesh.name = "far crowd";
    this.mesh.frustumCulled = false;
    this.mesh.raycast = () => undefined;
    this.mesh.visible = false;
    scene.add(this.mesh);
  }

  setDetail(detail: Detail): void {
    if (SHAPES[detail] !== SHAPES[this.detail]) {
      const count = this.mesh.geometry.instanceCount;
      this.mesh.geometry.dispose();
      this.detail = detail;
      this.mesh.geometry = this.build();
      this.mesh.geometry.instanceCount = count;
    }
    this.detail = detail;
  }

  /** Shows who is there; null: nobody. Runs once a frame; `isStill`: nobody sways. */
  show(heads: FarHeads | null, nowS: number, isStill: boolean): void {
    this.beganS ??= nowS;
    this.clock.value = nowS - this.beganS;
    this.sway.value = isStill ? 0 : 1;
    if (heads === this.source && (heads?.version ?? -1) === this.version) return;
    this.source = heads;
    this.version = heads?.version ?? -1;
    this.write(heads?.heads ?? [], this.beganS);
  }

  dispose(): void {
    this.scene.remove(this.mesh);
    this.mesh.geometry.dispose();
    this.material.dispose();
  }

  private write(heads: readonly Head[], beganS: number): void {
    const count = Math.min(MOST_HEADS, heads.length);
    for (let row = 0; row < count; row++) {
      const { place, cameS, wentS } = heads[row];
      this.places.set([place.x, place.y, place.z, place.yaw], row * PLACE);
      this.lives.set([cameS - beganS, wentS === Infinity ? NEVER_S : wentS - beganS, place.lot], row * LIFE);
      const drawn = lots(place.lot);
      [TOP_COLOURS, BOTTOM_COLOURS, SKINS, HAIR_COLOURS].forEach((colours, cloth) => {
        const colour = colours[drawn[cloth] % colours.length];
        this.tints[cloth].set([colour >> 16, (colour >> 8) & 255, colour & 255, 255], row * COLOUR);
      });
    }
    for (const attribute of this.attributes) {
      attribute.clearUpdateRanges();
      attribute.addUpdateRange(0, count * attribute.itemSize);
      attribute.needsUpdate = true;
    }
    this.mesh.geometry.instanceCount = count;
    this.mesh.visible = count > 0;
  }

  private build(): InstancedBufferGeometry {
    const geometry = new InstancedBufferGeometry();
    const [positions, cloths, indices]: [number[], number[], number[]] = [[], [], []];
    for (const [cloth, lift, corners] of SHAPES[this.detail]) {
      const first = cloths.length;
      for (const [x, y] of corners) {
        positions.push(x, y, lift);
        cloths.push(cloth);
      }
      for (const [a, b, c] of trianglesOf(corners)) indices.push(first + a, first + b, first + c);
    }
    geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
    geometry.setAttribute("cloth", new BufferAttribute(new Float32Array(cloths), 1));
    geometry.setIndex(indices);
    ["place", "life", "top", "bottom", "skin", "hair"].forEach((name, at) => geometry.setAttribute(name, this.attributes[at]));
    geometry.instanceCount = 0;
    return geometry;
  }
}

/** A ring, cut into triangles from both of its ends in turn: also a hollow one like hair. */
function trianglesOf({ length }: Shape[2]): [number, number, number][] {
  const triangles: [number, number, number][] = [];
  let [low, high] = [0, length - 1];
  while (low + 1 < high) {
    const isLow = triangles.length % 2 === 0;
    triangles.push([low, isLow ? low + 1 : high - 1, high]);
    if (isLow) low += 1;
    else high -= 1;
  }
  return triangles;
}

/** Four numbers that have nothing to do with each other, from one between 0 and 1. */
function lots(lot: number): readonly [number, number, number, number] {
  const bits = Math.floor(lot * 2 ** 32);
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255];
}

function buildMaterial(clock: { value: number }, sway: { value: number }): MeshLambertMaterial {
  const material = new MeshLambertMaterial();
  material.customProgramCacheKey = () => "far-people";
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, { clock, sway });
    shader.vertexShader = shader.vertexShader.replace("#include <common>", `#include <common>\n${DECLARATIONS}`)
      .replace("#include <beginnormal_vertex>", TURN)
      .replace("#include <begin_vertex>", STAND);
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>\n${DISSOLVE}`)
      .replace("#include <color_fragment>", "dissolve();\ndiffuseColor.rgb = vCloth;");
  };
  return material;
}

const DECLARATIONS = /* glsl */ `
  uniform float clock, sway;
  attribute vec4 place;
  attribute vec3 life;
  attribute vec4 top, bottom, skin, hair;
  attribute float cloth;
  varying vec3 vCloth;
  flat varying float vHere;
  vec3 linear(vec3 colour) { return pow(colour, vec3(2.2)); }
`;

/** The plane of a figure stands upright and faces the viewer; the light goes round it as round a body. */
const TURN = /* glsl */ `
  vec2 ahead = normalize(cameraPosition.xz - place.xz + vec2(1e-5, 0.0));
  vec2 right = vec2(ahead.y, -ahead.x);
  vec2 faces = vec2(sin(place.w), -cos(place.w));
  float round2 = clamp(position.x / ${WIDTH_OF_LIGHT_M}, -1.0, 1.0);
  vec3 objectNormal = normalize(vec3(ahead.x + right.x * round2, 0.25, ahead.y + right.y * round2));
`;

const STAND = /* glsl */ `
  // From the side people are narrower; from behind one sees hair.
  float front = dot(faces, ahead);
  float height = 0.9 + 0.2 * fract(life.z * 57.0);
  float wide = mix(0.7, 1.0, abs(front)) * mix(0.92, 1.12, fract(life.z * 91.0));
  float lean = sway * 0.012 * sin(clock * (0.5 + fract(life.z * 31.0)) + life.z * 40.0) * position.y;
  float across = position.x * wide + lean;
  vec3 transformed = place.xyz + vec3(right.x * across + ahead.x * position.z, position.y * height, right.y * across + ahead.y * position.z);
  vec3 face = mix(skin.rgb, hair.rgb, smoothstep(0.1, -0.3, front));
  vCloth = linear(cloth < 0.5 ? top.rgb : cloth < 1.5 ? bottom.rgb : cloth < 2.5 ? (position.y > 1.3 ? face : skin.rgb) : hair.rgb);
  vHere = smoothstep(0.0, 1.0, (clock - life.x) / ${FADE_S}) * smoothstep(0.0, 1.0, 1.0 - (clock - life.y) / ${FADE_S});
`;

const DISSOLVE = /* glsl */ `
  varying vec3 vCloth;
  flat varying float vHere;
  void dissolve() {
    if (vHere > 0.995) return;
    float noise = fract(52.9829189 * fract(dot(floor(gl_FragCoord.xy), vec2(0.06711056, 0.00583715))));
    if (vHere <= noise) discard;
  }
`;
