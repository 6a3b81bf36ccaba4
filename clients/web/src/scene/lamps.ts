/** Lamps at dusk: a pool of light on the ground under each, and a few real lights near the viewer. */

import { AdditiveBlending, BufferAttribute, BufferGeometry, Color, Group, Mesh, PointLight, ShaderMaterial, type Vector3 } from "three";

import type { Atmosphere } from "./atmosphere";
import type { Detail } from "./detail";
import type { SceneShape } from "./world-loader";

const REAL_LIGHTS: { readonly [detail in Detail]: number } = { low: 0, medium: 2, high: 4 };
const LIT_FROM = 0.12; // of dusk
const STRENGTH = 26;

export class Lamps {
  readonly group = new Group();
  private readonly pools: Mesh<BufferGeometry, ShaderMaterial> | null;
  private readonly lights: readonly PointLight[];
  private readonly order: SceneShape[];
  private readonly air: Atmosphere;

  constructor(shapes: readonly SceneShape[], detail: Detail, air: Atmosphere) {
    this.air = air;
    this.order = shapes.filter((shape) => shape.shape === "light");
    const count = Math.min(REAL_LIGHTS[detail], this.order.length);
    this.lights = Array.from({ length: count }, () => new PointLight("#ffd9a0", 0, 14, 1.6));
    this.pools = this.order.length > 0 ? buildPools(this.order, air) : null;
    for (const light of this.lights) this.group.add(light);
    if (this.pools !== null) this.group.add(this.pools);
  }

  /** Puts the real lights where the nearest lamps are. By day there are none, which costs nothing. */
  update(viewer: Vector3): void {
    const dusk = this.air.dusk.value;
    this.group.visible = dusk > LIT_FROM;
    if (!this.group.visible || this.lights.length === 0) return;
    const away = ({ at }: SceneShape): number => (at[0] - viewer.x) ** 2 + (at[2] - viewer.z) ** 2;
    this.order.sort((a, b) => away(a) - away(b));
    for (const [nth, light] of this.lights.entries()) {
      const lamp = this.order[nth];
      if (lamp === undefined) continue;
      light.position.set(...lamp.at);
      light.color.set(lamp.colour);
      light.distance = (lamp.size[0] ?? 8) * 1.4;
      light.intensity = STRENGTH * dusk;
    }
  }

  dispose(): void {
    this.pools?.geometry.dispose();
    this.pools?.material.dispose();
  }
}

function buildPools(lamps: readonly SceneShape[], air: Atmosphere): Mesh<BufferGeometry, ShaderMaterial> {
  const [positions, corners, colours, indices]: number[][] = [[], [], [], []];
  const colour = new Color();
  for (const [nth, lamp] of lamps.entries()) {
    const reach = (lamp.size[0] ?? 8) * 0.75;
    colour.set(lamp.colour);
    for (const [u, v] of [[-1, 1], [1, 1], [1, -1], [-1, -1]] as const) {
      positions?.push(lamp.at[0] + u * reach, 0.05, lamp.at[2] + v * reach);
      corners?.push(u, v);
      colours?.push(colour.r, colour.g, colour.b);
    }
    indices?.push(...[0, 1, 2, 0, 2, 3].map((corner) => nth * 4 + corner));
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions ?? []), 3));
  geometry.setAttribute("corner", new BufferAttribute(new Float32Array(corners ?? []), 2));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(colours ?? []), 3));
  geometry.setIndex(indices ?? []);
  const material = new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
    polygonOffset: true,
    polygonOffsetFactor: -3,
    polygonOffsetUnits: -10,
    uniforms: { dusk: air.dusk },
    vertexShader: /* glsl */ `
      attribute vec2 corner; attribute vec3 color;
      varying vec2 vCorner; varying vec3 vTint;
      void main() { vCorner = corner; vTint = color; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }`,
    fragmentShader: /* glsl */ `
      uniform float dusk;
      varying vec2 vCorner; varying vec3 vTint;
      void main() {
        float near = max(0.0, 1.0 - length(vCorner));
        gl_FragColor = vec4(vTint * near * near * 0.34 * dusk, 1.0);
      }`,
  });
  const mesh = new Mesh(geometry, material);
  mesh.renderOrder = 3;
  return mesh;
}
