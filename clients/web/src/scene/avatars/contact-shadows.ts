/** Soft dark discs under people: they stand on the ground also where no shadow map reaches. */

import { BufferAttribute, DynamicDrawUsage, InstancedBufferAttribute, InstancedBufferGeometry, Mesh, type Scene, ShaderMaterial } from "three";

import { PERSON_TEXELS, PersonTexel } from "./body.glsl";

const ROW = PERSON_TEXELS * 4;
const FADES_BY_M = 1.1; // above the floor
const LIFT_M = 0.012; // over the paving, against flicker

export class ContactShadows {
  private readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  private readonly scene: Scene;
  /** x, y, z and strength of each disc. */
  private discs = new Float32Array(64 * 4);

  constructor(scene: Scene) {
    this.scene = scene;
    this.mesh = new Mesh(buildDiscs(this.discs), buildMaterial());
    this.mesh.frustumCulled = false;
    this.mesh.raycast = () => undefined;
    this.mesh.renderOrder = -1; // before everything else that is blended
    scene.add(this.mesh);
  }

  /** Takes the first `count` rows of people. */
  show(rows: Float32Array, count: number): void {
    if (count * 4 > this.discs.length) this.grow(count);
    for (let i = 0; i < count; i++) {
      const at = i * ROW + PersonTexel.PLACE * 4;
      const floor = rows[at + 7];
      this.discs[i * 4] = rows[at];
      this.discs[i * 4 + 1] = floor + LIFT_M;
      this.discs[i * 4 + 2] = rows[at + 2];
      this.discs[i * 4 + 3] = Math.max(0, 1 - Math.abs(rows[at + 1] - floor) / FADES_BY_M) * rows[at + 5];
    }
    const attribute = this.mesh.geometry.getAttribute("disc") as BufferAttribute;
    attribute.clearUpdateRanges();
    attribute.addUpdateRange(0, count * 4);
    attribute.needsUpdate = true;
    this.mesh.geometry.instanceCount = count;
    this.mesh.visible = count > 0;
  }

  dispose(): void {
    this.scene.remove(this.mesh);
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  private grow(count: number): void {
    this.discs = new Float32Array(count * 8);
    this.mesh.geometry.dispose();
    this.mesh.geometry = buildDiscs(this.discs);
  }
}

function buildDiscs(discs: Float32Array): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array([-1, 0, -1, -1, 0, 1, 1, 0, 1, 1, 0, -1]), 3));
  geometry.setIndex([0, 1, 2, 0, 2, 3]);
  geometry.setAttribute("disc", new InstancedBufferAttribute(discs, 4).setUsage(DynamicDrawUsage));
  geometry.instanceCount = 0;
  return geometry;
}

function buildMaterial(): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    polygonOffset: true,
    polygonOffsetFactor: -2,
    polygonOffsetUnits: -4,
    vertexShader: /* glsl */ `
      attribute vec4 disc;
      varying vec3 spot;
      void main() {
        spot = vec3(position.xz, disc.w);
        float size = 0.42 + 0.25 * (1.0 - disc.w);
        gl_Position = projectionMatrix * viewMatrix * vec4(disc.xyz + position * size, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      varying vec3 spot;
      void main() {
        float away = length(spot.xy);
        // Darkest between the feet, then a wide soft rim.
        float dark = 0.36 * smoothstep(0.5, 0.05, away) + 0.26 * smoothstep(1.0, 0.2, away);
        gl_FragColor = vec4(0.07, 0.06, 0.07, dark * spot.z);
      }`,
  });
}
