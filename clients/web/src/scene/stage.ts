/** The drawn world: renderer, light, ground, shapes, people and the eye. */

import { AgXToneMapping, type Group, Mesh, type Object3D, PCFShadowMap, Scene, SRGBColorSpace, Vector3, WebGLRenderer } from "three";

import type { Figure } from "../state/figure";
import { Avatars } from "./avatars/avatars";
import { type FloorBelow, ThirdPerson } from "./camera";
import { Daylight } from "./daylight";
import { buildGround } from "./ground";
import { firstLevel, LEVELS, Quality } from "./quality";
import { buildShapes } from "./shapes";
import { Bubbles } from "./signs/bubbles";
import { NamePlates } from "./signs/name-plates";
import type { SceneFile } from "./world-loader";

/** What one frame shows. Units: seconds, metres, radians. */
export interface Frame {
  readonly self: Figure | null;
  readonly others: Iterable<Figure>;
  readonly viewYaw: number;
  readonly viewPitch: number;
  readonly nowS: number;
  readonly elapsedS: number;
  readonly expectedMs: number;
  readonly floor: FloorBelow;
}

/** Throws when the browser cannot draw with WebGL 2; the page then goes on without a picture. */
export class Stage {
  readonly eye = new ThirdPerson();
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly daylight: Daylight;
  private readonly avatars: Avatars;
  private readonly plates: NamePlates;
  /** What is said above heads: `say(key, text, nowS)` and `float(key, kind, nowS)`. */
  readonly bubbles: Bubbles;
  private readonly quality: Quality;
  private readonly head = new Vector3();
  private world: Group[] = [];
  private walls: Object3D | null = null;

  /** `level` of quality to begin with; null finds it out. */
  constructor(canvas: HTMLCanvasElement, level: number | null) {
    this.quality = new Quality(level ?? firstLevel());
    const antialias = this.quality.level < LEVELS.length - 1;
    this.renderer = new WebGLRenderer({ canvas, antialias, powerPreference: "high-performance" });
    this.renderer.toneMapping = AgXToneMapping;
    this.renderer.toneMappingExposure = 1.3;
    this.renderer.outputColorSpace = SRGBColorSpace;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.daylight = new Daylight(this.scene);
    this.avatars = new Avatars(this.scene, "high");
    this.plates = new NamePlates(this.scene);
    this.bubbles = new Bubbles(this.scene);
    this.applyLevel();
  }

  /** Draw calls and triangles of the last frame, and the level of quality it was drawn at. */
  get work(): { readonly draws: number; readonly triangles: number; readonly level: number } {
    const { calls, triangles } = this.renderer.info.render;
    return { draws: calls, triangles, level: this.quality.level };
  }

  /** Takes down the world that is shown and builds another. */
  build(file: SceneFile): void {
    for (const group of this.world) remove(this.scene, group);
    const shapes = buildShapes(file.shapes);
    this.walls = shapes;
    this.world = [buildGround(file.ground), shapes];
    this.scene.add(...this.world);
    if (file.sky.sun) this.daylight.setSun(file.sky.sun.azimuth, file.sky.sun.height);
    this.eye.reset();
  }

  /** Takes the size of the canvas on the page; runs when that changes. */
  resize(): void {
    const { clientWidth, clientHeight } = this.renderer.domElement;
    const { pixelRatio } = LEVELS[this.quality.level] ?? LEVELS[0];
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, pixelRatio));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.eye.resize(clientWidth, clientHeight);
    const ratio = this.renderer.getPixelRatio();
    this.plates.resize(clientWidth, clientHeight, ratio);
    this.bubbles.resize(clientWidth, clientHeight, ratio);
  }

  draw(frame: Frame): void {
    if (frame.self !== null) {
      this.eye.follow(frame.self.stance, frame.viewYaw, frame.viewPitch, frame.elapsedS, this.walls, frame.floor);
    }
    const viewer = this.eye.camera.position;
    this.daylight.follow(viewer);
    this.avatars.begin(frame.nowS, frame.elapsedS, viewer, false);
    this.plates.begin(this.eye.camera);
    if (frame.self !== null && this.eye.showsSelf) this.avatars.add(frame.self);
    for (const person of frame.others) {
      this.avatars.add(person);
      if (!this.avatars.headOf(person.key, this.head)) continue;
      const state = { name: person.name, isSpeaking: person.loudness > 0.05, isHandUp: person.isHandUp };
      this.plates.show(person.key, state, this.head, this.avatars.crownOf(person.key));
    }
    this.avatars.finish();
    this.plates.finish(frame.elapsedS, this.bubbles.sizeOf);
    this.bubbles.update(this.eye.camera, frame.nowS, this.headOf, this.crownOf, false);
    this.renderer.render(this.scene, this.eye.camera);
    if (this.quality.judge(frame.elapsedS * 1000, frame.expectedMs)) this.applyLevel();
  }

  dispose(): void {
    this.plates.dispose();
    this.bubbles.dispose();
    this.avatars.dispose();
    for (const group of this.world) remove(this.scene, group);
    this.renderer.dispose();
  }

  private readonly headOf = (key: number, out: Vector3): boolean => this.avatars.headOf(key, out);
  private readonly crownOf = (key: number): number => this.avatars.crownOf(key);

  private applyLevel(): void {
    const level = LEVELS[this.quality.level] ?? LEVELS[0];
    this.daylight.sun.castShadow = level.shadows;
    this.avatars.setDetail(level.shadows ? "high" : "low");
    this.resize();
  }
}

function remove(scene: Scene, group: Group): void {
  scene.remove(group);
  group.traverse((object) => {
    if (!(object instanceof Mesh)) return;
    const mesh = object as Mesh;
    mesh.geometry.dispose();
    for (const material of Array.isArray(mesh.material) ? mesh.material : [mesh.material]) material.dispose();
  });
}
