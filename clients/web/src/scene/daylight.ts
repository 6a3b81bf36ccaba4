/** Sky, sun and air: a warm Nordic morning. */

import {
  BackSide,
  Color,
  DirectionalLight,
  Fog,
  Group,
  HemisphereLight,
  Mesh,
  type Scene,
  ShaderMaterial,
  SphereGeometry,
  Vector3,
} from "three";

const SHADOW_REACH_M = 42;
const SHADOW_PIXELS = 2048;
const SUN_AWAY_M = 80;

/** Lights a scene; `follow` keeps sky and shadows round the viewer. */
export class Daylight {
  readonly sun: DirectionalLight;
  private readonly dome: Mesh<SphereGeometry, ShaderMaterial>;
  private readonly direction = new Vector3();
  private readonly group = new Group();

  constructor(scene: Scene) {
    this.sun = new DirectionalLight("#ffdcae", 3.6);
    this.sun.castShadow = true;
    this.sun.shadow.mapSize.set(SHADOW_PIXELS, SHADOW_PIXELS);
    this.sun.shadow.normalBias = 0.05;
    this.sun.shadow.bias = -0.0004;
    this.sun.shadow.radius = 3;
    const box = this.sun.shadow.camera;
    box.left = box.bottom = -SHADOW_REACH_M;
    box.right = box.top = SHADOW_REACH_M;
    box.near = 1;
    box.far = 2 * SUN_AWAY_M;
    this.dome = new Mesh(new SphereGeometry(300, 32, 16), buildSky());
    this.dome.frustumCulled = false;
    this.group.add(this.sun, this.sun.target, new HemisphereLight("#cfe3ff", "#b9a68c", 1.5), this.dome);
    scene.add(this.group);
    scene.fog = new Fog("#dcd9d2", 45, 190);
    this.setSun(135, 30);
  }

  /** Degrees: clockwise from north, and above the horizon. */
  setSun(azimuth: number, height: number): void {
    const [around, up] = [(azimuth * Math.PI) / 180, (Math.max(5, height) * Math.PI) / 180];
    this.direction.set(Math.sin(around) * Math.cos(up), Math.sin(up), -Math.cos(around) * Math.cos(up));
    (this.dome.material.uniforms.sun as { value: Vector3 }).value.copy(this.direction);
  }

  follow(viewer: Vector3): void {
    this.dome.position.copy(viewer);
    // In whole texels of the shadow map, so that shadow edges do not crawl while one walks.
    const texel = (2 * SHADOW_REACH_M) / SHADOW_PIXELS;
    const step = texel * 16;
    const target = this.sun.target.position;
    target.set(Math.round(viewer.x / step) * step, Math.round(viewer.y / step) * step, Math.round(viewer.z / step) * step);
    this.sun.position.copy(target).addScaledVector(this.direction, SUN_AWAY_M);
  }
}

function buildSky(): ShaderMaterial {
  return new ShaderMaterial({
    side: BackSide,
    depthWrite: false,
    fog: false,
    uniforms: {
      horizon: { value: new Color("#f5e3cc") },
      middle: { value: new Color("#a8cce6") },
      zenith: { value: new Color("#4d85c7") },
      sun: { value: new Vector3(0, 1, 0) },
    },
    vertexShader: /* glsl */ `
      varying vec3 direction;
      void main() {
        direction = position;
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      uniform vec3 horizon, middle, zenith, sun;
      varying vec3 direction;
      void main() {
        vec3 towards = normalize(direction);
        float up = max(towards.y, 0.0);
        vec3 colour = mix(horizon, middle, smoothstep(0.0, 0.28, up));
        colour = mix(colour, zenith, smoothstep(0.2, 0.9, up));
        float near = max(dot(towards, sun), 0.0);
        colour += vec3(1.0, 0.86, 0.62) * (pow(near, 900.0) * 1.2 + pow(near, 24.0) * 0.22);
        gl_FragColor = vec4(colour, 1.0);
        #include <colorspace_fragment>
      }`,
  });
}
