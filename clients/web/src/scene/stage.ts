/** The drawn world: renderer, light, ground, shapes, people and the eye. */

import { AgXToneMapping, PCFShadowMap, Scene, SRGBColorSpace, WebGLRenderer } from "three";

import { type Figure, Avatars } from "./avatars";
import { type FloorBelow, ThirdPerson } from "./camera";
import type { Detail } from "./detail";
import { NamePlates } from "./name-plates";
import { Place } from "./place";
import { firstLevel, LEVELS, Quality } from "./quality";
import type { SceneFile } from "./world-loader";

export interface Person extends Figure {
  readonly name: string;
}

/** What one frame shows. Units: seconds, metres, radians. */
export interface Frame {
  readonly self: Person | null;
  readonly others: Iterable<Person>;
  readonly viewYaw: number;
  readonly viewPitch: number;
  readonly nowS: number;
  readonly elapsedS: number;
  readonly expectedMs: number;
  readonly floor: FloorBelow;
}

/** Detail by level of quality. */
const DETAILS: readonly Detail[] = ["high", "medium", "low", "low"];

/** Throws when the browser cannot draw with WebGL 2; the page then goes on without a picture. */
export class Stage {
  readonly eye = new ThirdPerson();
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly avatars: Avatars;
  private readonly plates: NamePlates;
  private readonly quality: Quality;
  private readonly present = new Set<number>();
  private place: Place | null = null;

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
    this.avatars = new Avatars(this.scene);
    this.plates = new NamePlates(this.scene);
    this.applyLevel();
  }

  /** Draw calls and triangles of the last frame, and the level of quality it was drawn at. */
  get work(): { readonly draws: number; readonly triangles: number; readonly level: number } {
    const { calls, triangles } = this.renderer.info.render;
    return { draws: calls, triangles, level: this.quality.level };
  }

  /** Takes down the world that is shown and builds another. */
  build(file: SceneFile): void {
    this.place?.dispose();
    this.place = new Place(this.scene, file, DETAILS[this.quality.level] ?? "low", document.documentElement.lang || "en");
    this.eye.reset();
  }

  /** Takes the size of the canvas on the page; runs when that changes. */
  resize(): void {
    const { clientWidth, clientHeight } = this.renderer.domElement;
    const { pixelRatio } = LEVELS[this.quality.level] ?? LEVELS[0];
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, pixelRatio));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.eye.resize(clientWidth, clientHeight);
  }

  draw(frame: Frame): void {
    if (frame.self !== null) {
      this.eye.follow(frame.self.stance, frame.viewYaw, frame.viewPitch, frame.elapsedS, this.place?.walls ?? null, frame.floor);
    }
    const viewer = this.eye.camera.position;
    this.place?.update(frame.nowS, viewer, matchMedia("(prefers-reduced-motion: reduce)").matches);
    this.avatars.begin();
    this.present.clear();
    if (frame.self !== null && this.eye.showsSelf) this.avatars.add(frame.self, frame.elapsedS, frame.nowS);
    for (const person of frame.others) {
      this.avatars.add(person, frame.elapsedS, frame.nowS);
      this.present.add(person.key);
      this.plates.show(person.key, person.name, person.stance.x, person.stance.y, person.stance.z, viewer);
    }
    this.avatars.finish();
    this.plates.keepOnly(this.present);
    this.renderer.render(this.scene, this.eye.camera);
    if (this.quality.judge(frame.elapsedS * 1000, frame.expectedMs)) this.applyLevel();
  }

  dispose(): void {
    this.plates.clear();
    this.place?.dispose();
    this.renderer.dispose();
  }

  private applyLevel(): void {
    this.place?.setDetail(DETAILS[this.quality.level] ?? "low");
    this.resize();
  }
}
