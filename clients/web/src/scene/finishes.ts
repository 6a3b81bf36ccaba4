/** How materials of a world are drawn: one finish, and so one draw, for all shapes that share it. */

import { Color, DoubleSide, type IUniform, MeshLambertMaterial, type Texture, type WebGLProgramParametersWithUniforms } from "three";

import type { Atmosphere } from "./atmosphere";
import { type Picture, planPicture } from "./surfaces";

export const FINISHES = ["matte", "paving", "brick", "tile", "wood", "plaster", "grass", "leaf", "cloth", "glass"] as const;
export type Finish = (typeof FINISHES)[number];

const FINISH_OF: { readonly [material: string]: Finish } = {
  stone: "plaster",
  paving: "paving",
  plaster: "plaster",
  brick: "brick",
  tile: "tile",
  wood: "wood",
  asphalt: "plaster",
  sand: "grass",
  grass: "grass",
  leaf: "leaf",
  cloth: "cloth",
  glass: "glass",
};

export function finishOf(material: string | undefined): Finish {
  return FINISH_OF[material ?? "plain"] ?? "matte";
}

export function pictureOf(finish: Finish): Picture | null {
  switch (finish) {
    case "paving":
    case "brick":
    case "tile":
    case "wood":
    case "plaster":
    case "grass":
      return finish;
    case "matte":
    case "leaf":
    case "cloth":
    case "glass":
      return null;
    default:
      return finish satisfies never;
  }
}

/** Builds materials, each picture once; pictures are painted by `paintNext`, one for each call. */
export class Finishes {
  private readonly unpainted: (() => void)[] = [];
  private readonly pictures = new Map<Picture, Texture>();

  private readonly air: Atmosphere;

  constructor(air: Atmosphere) {
    this.air = air;
  }

  picture(picture: Picture): Texture {
    const found = this.pictures.get(picture);
    if (found !== undefined) return found;
    const { texture, paint } = planPicture(picture);
    this.pictures.set(picture, texture);
    this.unpainted.push(paint);
    return texture;
  }

  /** Paints one more picture; returns whether there was one left. */
  paintNext(): boolean {
    const paint = this.unpainted.shift();
    paint?.();
    return paint !== undefined;
  }

  material(finish: Finish): MeshLambertMaterial {
    const picture = pictureOf(finish);
    const material = new MeshLambertMaterial({ vertexColors: true, map: picture === null ? null : this.picture(picture) });
    if (finish === "paving" || finish === "grass") {
      // What lies on the ground must win against it from afar, where a finger's breadth is below the depth's step.
      material.polygonOffset = true;
      material.polygonOffsetFactor = -1;
      material.polygonOffsetUnits = -2;
    }
    if (finish === "cloth") material.side = DoubleSide;
    material.onBeforeCompile = (shader) => this.alive(shader, finish);
    material.customProgramCacheKey = () => finish;
    return material;
  }

  dispose(): void {
    for (const texture of this.pictures.values()) texture.dispose();
    this.pictures.clear();
  }

  /** Wind, glowing in the dark, darker feet of walls and mirrored sky, put into three's own shader. */
  private alive(shader: WebGLProgramParametersWithUniforms, finish: Finish): void {
    const { time, wind, dusk, middle, zenith, daylight } = this.air;
    const uniforms: { [name: string]: IUniform } = shader.uniforms;
    Object.assign(uniforms, { time, wind, dusk, skyLow: middle, skyHigh: zenith, skyLight: daylight, lamp: { value: new Color("#ffc67d") } });
    const moves = finish === "cloth" ? CLOTH : finish === "leaf" ? LEAVES : "";
    const bends = finish === "cloth" ? CLOTH_NORMAL : "";
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", `#include <common>\nattribute vec2 live; varying float vGlow; varying float vFoot; uniform float time; uniform vec2 wind;`)
      .replace("#include <beginnormal_vertex>", `#include <beginnormal_vertex>\n${bends}`)
      .replace("#include <begin_vertex>", `#include <begin_vertex>\nvGlow = live.y; vFoot = position.y;\n${moves}`);
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>\nvarying float vGlow; varying float vFoot; uniform vec3 lamp, skyLow, skyHigh; uniform float dusk, skyLight;`)
      .replace("#include <color_fragment>", `#include <color_fragment>\n${finish === "paving" || finish === "grass" ? UNTILE : finish === "cloth" ? "" : FOOT}`)
      .replace("#include <emissivemap_fragment>", "totalEmissiveRadiance += mix(lamp, diffuseColor.rgb, 0.35) * vGlow * (0.05 + 1.5 * dusk);")
      .replace("#include <opaque_fragment>", `${finish === "glass" ? GLASS : ""}\n#include <opaque_fragment>`);
  }
}

const CLOTH = /* glsl */ `
  transformed.xz += vec2(-along.y, along.x) * sin(wave) * live.x * min(1.0, strength);
  transformed.y -= live.x * (0.35 + 0.1 * sin(wave * 0.7)) * (1.0 - min(1.0, strength));`;
const CLOTH_NORMAL = /* glsl */ `
  float strength = length(wind) + 0.05;
  vec2 along = wind / strength;
  float wave = dot(position.xz, along) * 2.4 + position.y * 0.5 - time * (2.0 + 2.4 * strength);
  objectNormal = normalize(objectNormal - sign(dot(objectNormal.xz, vec2(-along.y, along.x))) * vec3(along.x, 0.0, along.y) * cos(wave) * live.x * 2.4);`;
const LEAVES = /* glsl */ `
  float phase = dot(position, vec3(0.9, 0.5, 1.1));
  float gust = (0.6 + 0.4 * sin(time * 0.37 + position.x * 0.05)) * length(wind);
  transformed += vec3(sin(time * 1.5 + phase), 0.35 * sin(time * 2.3 + phase * 1.7), cos(time * 1.2 + phase * 1.3)) * live.x * gust;`;
/** Less sky reaches the foot of a wall: cheap, and it grounds everything. */
const FOOT = "diffuseColor.rgb *= mix(0.74, 1.0, smoothstep(-0.1, 0.9, vFoot));";
/** The same picture again, much larger, as a slow change of shade: hides that it repeats. */
const UNTILE = /* glsl */ `
  #ifdef USE_MAP
    diffuseColor.rgb *= mix(0.9, 1.06, smoothstep(0.55, 0.95, texture2D(map, vMapUv * 0.083, 5.5).g));
  #endif`;
const GLASS = /* glsl */ `
  vec3 towards = normalize(vViewPosition);
  vec3 mirrored = inverseTransformDirection(reflect(-towards, normal), viewMatrix);
  float rim = pow(1.0 - max(0.0, dot(towards, normal)), 3.0);
  vec3 sky = mix(skyLow, skyHigh, smoothstep(0.0, 0.7, mirrored.y)) * skyLight;
  sky = mix(vec3(0.16, 0.18, 0.16) * skyLight, sky, smoothstep(-0.02, 0.14, mirrored.y));
  outgoingLight = outgoingLight * 0.45 + sky * (0.2 + 0.5 * rim) * (1.0 - 0.7 * dusk * min(1.0, vGlow * 4.0));`;
