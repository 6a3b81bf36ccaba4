/** Sky, sun and air of a place: a warm Nordic morning, or the hour that is asked for. */

import { BackSide, DirectionalLight, Fog, Group, HemisphereLight, Mesh, type Scene, ShaderMaterial, SphereGeometry, Vector3 } from "three";

import type { Atmosphere } from "./atmosphere";
import type { Detail } from "./detail";
import { direction, duskAt, lightAt, newLight, sunAt } from "./sky";
import type { SceneSky } from "./world-loader";

const SHADOW_REACH_M = 42;
const SHADOW_PIXELS: { readonly [detail in Detail]: number } = { low: 0, medium: 1024, high: 2048 };
const SUN_AWAY_M = 90;
const LOWEST_SHADOWS = 6; // degrees: a lower sun would stretch shadows beyond their map
const DOME_M = 330;

/** Lights a scene; `follow` keeps sky and shadows round the viewer. */
export class Daylight {
  readonly sun = new DirectionalLight("#ffdcae", 3.6);
  private readonly fill = new HemisphereLight("#cfe3ff", "#b9a68c", 1.5);
  private readonly fog = new Fog("#dcd9d2", 45, 190);
  private readonly dome: Mesh<SphereGeometry, ShaderMaterial>;
  private readonly group = new Group();
  private readonly light = newLight();
  private readonly own: { readonly hours: number; readonly azimuth: number; readonly height: number };
  private readonly shadowDirection = new Vector3(0, 1, 0);
  private readonly scene: Scene;
  private readonly air: Atmosphere;
  private shadowPixels = 0;

  constructor(scene: Scene, air: Atmosphere, sky: SceneSky, detail: Detail) {
    this.scene = scene;
    this.air = air;
    this.own = { hours: sky.hours ?? 9.5, azimuth: sky.sun?.azimuth ?? 135, height: sky.sun?.height ?? 30 };
    const { shadow } = this.sun;
    shadow.normalBias = 0.03;
    shadow.bias = -0.0004;
    const box = shadow.camera;
    box.left = box.bottom = -SHADOW_REACH_M;
    box.right = box.top = SHADOW_REACH_M;
    box.near = 1;
    box.far = 2 * SUN_AWAY_M;
    this.dome = new Mesh(new SphereGeometry(DOME_M, 32, 20), buildSky(air));
    this.dome.frustumCulled = false;
    this.dome.renderOrder = -1;
    this.group.add(this.sun, this.sun.target, this.fill, this.dome);
    scene.add(this.group);
    scene.fog = this.fog;
    this.setDetail(detail);
    this.setTime(null);
  }

  setDetail(detail: Detail): void {
    const pixels = SHADOW_PIXELS[detail];
    this.sun.castShadow = pixels > 0;
    this.dome.material.defines = { CLOUDS: detail === "low" ? 0 : 1 };
    this.dome.material.needsUpdate = true;
    if (pixels === 0 || pixels === this.shadowPixels) return;
    this.shadowPixels = pixels;
    this.sun.shadow.radius = pixels > 1024 ? 1.1 : 0.7; // softer by texels, so by metres they are alike
    this.sun.shadow.mapSize.set(pixels, pixels);
    this.sun.shadow.map?.dispose();
    this.sun.shadow.map = null;
  }

  /** Hours of the day; null: the world's own hour. The sun keeps the place the world gave it at its hour. */
  setTime(hours: number | null): void {
    const { own } = this;
    const [now, then] = [sunAt(hours ?? own.hours), sunAt(own.hours)];
    const azimuth = own.azimuth + now.azimuth - then.azimuth;
    // The world's own height fades out away from its hour, or there would be no night.
    const nearness = Math.max(0, 1 - Math.abs((hours ?? own.hours) - own.hours) / 6);
    this.setSun(azimuth, now.height + (own.height - then.height) * nearness);
  }

  follow(viewer: Vector3): void {
    this.dome.position.copy(viewer);
    // In whole texels of the shadow map, so that shadow edges do not crawl while one walks.
    const step = ((2 * SHADOW_REACH_M) / Math.max(SHADOW_PIXELS.medium, this.shadowPixels)) * 16;
    const target = this.sun.target.position;
    target.set(Math.round(viewer.x / step) * step, Math.round(viewer.y / step) * step, Math.round(viewer.z / step) * step);
    this.sun.position.copy(target).addScaledVector(this.shadowDirection, SUN_AWAY_M);
  }

  dispose(): void {
    this.scene.remove(this.group);
    this.scene.fog = null;
    this.dome.geometry.dispose();
    this.dome.material.dispose();
    this.sun.dispose();
  }

  private setSun(azimuth: number, height: number): void {
    const { air, light } = this;
    lightAt(height, light);
    direction(azimuth, height, air.sun.value);
    direction(azimuth, Math.max(LOWEST_SHADOWS, height), this.shadowDirection);
    air.dusk.value = duskAt(height);
    air.daylight.value = light.daylight;
    air.horizon.value.copy(light.horizon);
    air.middle.value.copy(light.middle);
    air.zenith.value.copy(light.zenith);
    air.fog.value.copy(light.fog);
    air.sunColour.value.copy(light.sun);
    this.sun.color.copy(light.sun);
    this.sun.intensity = light.sunStrength;
    this.fill.color.copy(light.above);
    this.fill.groundColor.copy(light.below);
    this.fill.intensity = light.fillStrength;
    this.fog.color.copy(light.fog);
  }
}

function buildSky(air: Atmosphere): ShaderMaterial {
  const { horizon, middle, zenith, fog, sun, sunColour, time, daylight } = air;
  return new ShaderMaterial({
    side: BackSide,
    depthWrite: false,
    fog: false,
    defines: { CLOUDS: 1 },
    uniforms: { horizon, middle, zenith, haze: fog, sun, sunColour, time, daylight },
    vertexShader: /* glsl */ `
      varying vec3 direction;
      void main() {
        direction = position;
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      uniform vec3 horizon, middle, zenith, haze, sun, sunColour;
      uniform float time, daylight;
      varying vec3 direction;
      float random(vec2 cell) { return fract(sin(dot(cell, vec2(12.9898, 78.233))) * 43758.5453); }
      float noise(vec2 p) {
        vec2 cell = floor(p), f = fract(p);
        f = f * f * (3.0 - 2.0 * f);
        return mix(mix(random(cell), random(cell + vec2(1, 0)), f.x), mix(random(cell + vec2(0, 1)), random(cell + vec2(1, 1)), f.x), f.y);
      }
      void main() {
        vec3 towards = normalize(direction);
        float up = max(towards.y, 0.0);
        vec3 colour = mix(horizon, middle, smoothstep(0.02, 0.28, up));
        colour = mix(colour, zenith, smoothstep(0.2, 0.9, up));
        colour = mix(haze, colour, smoothstep(-0.02, 0.1, towards.y));
        float near = max(dot(towards, sun), 0.0);
        float low = 1.0 - smoothstep(0.0, 0.35, sun.y);
        #if CLOUDS
          // Streaks of high cloud, drawn out along one direction and thinner towards the zenith.
          vec2 plane = towards.xz / (towards.y + 0.12) * vec2(0.9, 2.1) + vec2(time * 0.004, 0.0);
          float cloud = noise(plane) * 0.55 + noise(plane * 2.3 + 7.0) * 0.3 + noise(plane * 5.1 + 3.0) * 0.15;
          cloud = smoothstep(0.52, 0.86, cloud) * smoothstep(0.03, 0.2, towards.y) * (1.0 - 0.5 * up);
          colour = mix(colour, mix(vec3(1.0, 0.97, 0.92), sunColour * 1.05, low) * mix(0.35, 1.0, daylight), cloud * 0.5);
        #endif
        vec3 glow = mix(vec3(1.0, 0.86, 0.62), sunColour, low);
        float disc = smoothstep(0.99945, 0.9997, near) * smoothstep(-0.03, 0.0, sun.y);
        colour += glow * daylight * (pow(near, 700.0) * 0.6 + pow(near, 40.0) * 0.22 + pow(near, 6.0) * 0.14) + glow * disc;
        gl_FragColor = vec4(min(colour, vec3(1.0)), 1.0);
        #include <colorspace_fragment>
      }`,
  });
}
