/** Water: gentle waves, the sky mirrored, the sun glittering; what falls runs down in streaks. */

import { Color, Mesh, type Scene, ShaderMaterial, UniformsLib, UniformsUtils } from "three";

import type { Atmosphere } from "./atmosphere";
import { Batch } from "./batch";
import { writeBody } from "./bodies";
import type { Detail } from "./detail";
import type { SceneShape } from "./world-loader";

const CELL_M = 5;
const MOST_CELLS = 30; // along a side
const WAVES_FROM_M = 30; // smaller water only ripples

/** Builds one mesh of all the water; null when there is none. */
export function buildWater(shapes: readonly SceneShape[], detail: Detail, air: Atmosphere): Mesh | null {
  const batch = new Batch();
  const colour = new Color();
  for (const shape of shapes) {
    if (shape.material !== "water") continue;
    const [x = 1, z = 1] = shape.size;
    const isOpen = shape.shape === "plane" && Math.min(x, z) > WAVES_FROM_M;
    batch.begin({ x: shape.at[0], y: shape.at[1], z: shape.at[2], yaw: shape.yaw, tilt: shape.tilt ?? 0 }, colour.set(shape.colour), 0, isOpen ? 1 : 0);
    if (isOpen) writeSheet(batch, x, z, detail === "low" ? 0.4 : 1);
    else writeBody(batch, shape, { bevel: 0, sides: shape.sides ?? (detail === "low" ? 12 : 24) });
  }
  if (batch.triangles === 0) return null;
  const mesh = new Mesh(batch.build(), material(air, detail));
  mesh.name = "water";
  return mesh;
}

export function removeWater(scene: Scene, mesh: Mesh): void {
  scene.remove(mesh);
  mesh.geometry.dispose();
  (mesh.material as ShaderMaterial).dispose();
}

function writeSheet(batch: Batch, x: number, z: number, share: number): void {
  const across = Math.max(1, Math.min(MOST_CELLS, Math.round((x / CELL_M) * share)));
  const along = Math.max(1, Math.min(MOST_CELLS, Math.round((z / CELL_M) * share)));
  let row: number[] = [];
  for (let j = 0; j <= along; j++) {
    const next: number[] = [];
    for (let i = 0; i <= across; i++) next.push(batch.vertex((i / across - 0.5) * x, 0, (j / along - 0.5) * z, 0, 1, 0));
    for (let i = 0; i < across && j > 0; i++) batch.quad(row[i] ?? 0, next[i] ?? 0, next[i + 1] ?? 0, row[i + 1] ?? 0);
    row = next;
  }
}

function material(air: Atmosphere, detail: Detail): ShaderMaterial {
  const made = new ShaderMaterial({
    fog: true,
    defines: { FINE: detail === "low" ? 0 : 1 },
    uniforms: UniformsUtils.merge([UniformsLib.fog]),
    vertexShader: /* glsl */ `
      attribute vec3 color; attribute vec2 live;
      uniform float time;
      varying vec3 vPlace, vTint, vUp;
      #include <fog_pars_vertex>
      void main() {
        vec3 place = position;
        place.y += live.x * (sin(place.x * 0.31 + time * 0.9) + sin(place.z * 0.43 - time * 0.7 + place.x * 0.11)) * 0.045;
        vPlace = place; vTint = color; vUp = normal;
        vec4 mvPosition = modelViewMatrix * vec4(place, 1.0);
        gl_Position = projectionMatrix * mvPosition;
        #include <fog_vertex>
      }`,
    fragmentShader: /* glsl */ `
      uniform float time, daylight;
      uniform vec3 sun, sunColour, skyLow, skyMiddle, skyHigh;
      varying vec3 vPlace, vTint, vUp;
      #include <common>
      #include <fog_pars_fragment>
      vec2 ripple(vec2 p, float t) {
        vec2 slope = vec2(0.0);
        slope += vec2(0.8, 0.6) * cos(dot(p, vec2(0.8, 0.6)) * 1.7 + t * 1.3);
        slope += vec2(-0.5, 0.87) * cos(dot(p, vec2(-0.5, 0.87)) * 2.9 + t * 1.7 + 1.0) * 0.8;
        #if FINE
          slope += vec2(0.97, -0.26) * cos(dot(p, vec2(0.97, -0.26)) * 5.3 - t * 2.1 + p.y) * 0.6;
          slope += vec2(0.2, 0.98) * cos(dot(p, vec2(0.2, 0.98)) * 9.1 + t * 2.9 + p.x * 0.7) * 0.5;
        #endif
        return slope;
      }
      void main() {
        vec3 towards = normalize(cameraPosition - vPlace);
        float away = length(cameraPosition - vPlace);
        if (vUp.y < 0.5) {
          // Falling water: streaks that run down, white where they break.
          float streak = sin(vPlace.x * 23.0 + vPlace.z * 29.0) * 0.5 + 0.5;
          float run = sin(vPlace.y * 14.0 + time * 9.0 + streak * 6.0) * 0.5 + 0.5;
          vec3 falling = mix(vTint * 0.86, vec3(0.93), 0.1 + 0.5 * run * streak) * mix(0.3, 1.0, daylight);
          gl_FragColor = vec4(falling, 1.0);
        } else {
          vec3 up = normalize(vec3(ripple(vPlace.xz, time) * 0.07 / (1.0 + away * 0.045), 1.0).xzy);
          float facing = max(0.0, dot(towards, up));
          float mirror = 0.06 + 0.94 * pow(1.0 - facing, 4.0);
          vec3 back = reflect(-towards, up);
          float height = max(0.0, back.y);
          vec3 sky = mix(mix(skyLow, skyMiddle, smoothstep(0.0, 0.25, height)), skyHigh, smoothstep(0.2, 0.9, height));
          vec3 deep = vTint * mix(0.2, 0.72, daylight);
          vec3 colour = mix(deep, sky, mirror * 0.85);
          float flash = pow(max(0.0, dot(back, sun)), 260.0) * 1.8 + pow(max(0.0, dot(back, sun)), 36.0) * 0.25;
          colour += sunColour * flash * daylight * smoothstep(-0.02, 0.05, sun.y);
          gl_FragColor = vec4(min(colour, vec3(1.0)), 1.0);
        }
        #include <colorspace_fragment>
        #include <fog_fragment>
      }`,
  });
  const { time, sun, sunColour, horizon, middle, zenith, daylight } = air;
  // After the merge, which copies: these are shared with the whole place.
  Object.assign(made.uniforms, { time, sun, sunColour, skyLow: horizon, skyMiddle: middle, skyHigh: zenith, daylight });
  return made;
}
