/** The drawn world: renderer, place, people and the eye. */

import { AgXToneMapping, PCFShadowMap, Raycaster, Scene, SRGBColorSpace, Vector2, Vector3, WebGLRenderer } from "three";

import type { FarHeads } from "../state/far-heads";
import type { Figure } from "../state/figure";
import { Avatars } from "./avatars/avatars";
import { FarPeople } from "./avatars/far-people";
import { type FloorBelow, ThirdPerson } from "./camera";
import type { Graphics } from "./detail";
import { Goal } from "./goal";
import { type Item, listLargest } from "./inventory";
import { Place } from "./place";
import { firstDetail, Quality } from "./quality";
import { Bubbles } from "./signs/bubbles";
import { Marker } from "./marker";
import { NamePlates } from "./signs/name-plates";
import type { SceneFile } from "./world-loader";

const LOOK_ROUND_RADPS = 0.02; // before one is in, the view drifts round

/** What one frame shows. Units: seconds, metres, radians. */
export interface Frame {
  /** Oneself; null before one is in. */
  readonly self: Figure | null;
  readonly others: Iterable<Figure>;
  /** The crowd beyond; null: nobody. */
  readonly beyond: FarHeads | null;
  readonly viewYaw: number;
  readonly viewPitch: number;
  readonly nowS: number;
  readonly elapsedS: number;
  readonly expectedMs: number;
  /** Nothing moves by itself. */
  readonly isStill: boolean;
  readonly showsNames: boolean;
  readonly floor: FloorBelow;
}

const scratchViewer = new Vector3();
const scratchHead = new Vector3();
const scratchPointer = new Vector2();
const raycaster = new Raycaster();

/** Throws when the browser cannot draw with WebGL 2; the page then goes on without a picture. */
export class Stage {
  readonly eye = new ThirdPerson();
  readonly scene = new Scene();
  readonly renderer: WebGLRenderer;
  /** How long the renderer took over the last frame, milliseconds of script. */
  renderMs = 0;
  private readonly avatars: Avatars;
  private readonly farPeople: FarPeople;
  private readonly plates: NamePlates;
  private readonly quality: Quality;
  private readonly bubbles: Bubbles;
  private readonly marker: Marker;
  private readonly goal: Goal;
  private readonly hour: number | null;
  private place: Place | null = null;

  /** `hour` (0..24) shows places at that time of day instead of their own; null does not. */
  constructor(canvas: HTMLCanvasElement, graphics: Graphics, hour: number | null = null) {
    this.hour = hour;
    this.quality = new Quality(graphics, firstDetail());
    const antialias = this.quality.level.detail !== "low";
    this.renderer = new WebGLRenderer({ canvas, antialias, powerPreference: "high-performance" });
    this.renderer.toneMapping = AgXToneMapping;
    this.renderer.toneMappingExposure = 1.3;
    this.renderer.outputColorSpace = SRGBColorSpace;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.avatars = new Avatars(this.scene, this.quality.level.detail);
    this.farPeople = new FarPeople(this.scene, this.quality.level.detail);
    this.plates = new NamePlates(this.scene);
    this.bubbles = new Bubbles(this.scene);
    this.marker = new Marker(this.scene);
    this.goal = new Goal(this.scene);
    this.resize();
  }

  /** Draw calls and triangles of the last frame, and the level of graphics it was drawn at. */
  get work(): { readonly draws: number; readonly triangles: number; readonly level: string } {
    const { calls, triangles } = this.renderer.info.render;
    return { draws: calls, triangles, level: this.quality.level.detail };
  }

  /** What the graphics card holds, and what is in the picture, the largest first. */
  get holdings(): { readonly geometries: number; readonly textures: number; readonly programs: number; readonly largest: readonly Item[] } {
    const { memory, programs } = this.renderer.info;
    return { ...memory, programs: programs?.length ?? 0, largest: listLargest(this.scene) };
  }

  /** Takes down the world that is shown and builds another. */
  build(file: SceneFile, language: string): void {
    this.place?.dispose();
    this.place = new Place(this.scene, file, this.quality.level.detail, language, (model, reason) => {
      reportError(new Error(`model ${model} did not load`, { cause: reason }));
    });
    this.place.setTime(this.hour);
    this.eye.reset();
  }

  /** The world that is shown has been changed; what stands stays until the new is built. */
  renew(file: SceneFile): void {
    this.place?.renew(file);
    this.place?.setTime(this.hour);
  }

  /** Things are in these states from now on. */
  turn(states: Readonly<Record<string, string>>, nowS: number, isStill: boolean): void {
    this.place?.turn(states, nowS, isStill);
  }

  choose(graphics: Graphics): void {
    this.quality.choose(graphics);
    this.applyLevel();
  }

  setLanguage(language: string): void {
    this.place?.setLanguage(language);
  }

  /** Takes the size of the canvas on the page; runs when that changes. */
  resize(): void {
    const { clientWidth, clientHeight } = this.renderer.domElement;
    if (this.renderer.xr.isPresenting || clientWidth === 0 || clientHeight === 0) return;
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, this.quality.level.pixelRatio));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.eye.resize(clientWidth, clientHeight);
    const ratio = this.renderer.getPixelRatio();
    this.plates.resize(clientWidth, clientHeight, ratio);
    this.bubbles.resize(clientWidth, clientHeight, ratio);
  }

  draw(frame: Frame): void {
    const inHeadset = this.renderer.xr.isPresenting;
    const { eye, place } = this;
    if (frame.self !== null && !inHeadset) {
      eye.follow(frame.self.stance, frame.viewYaw, frame.viewPitch, frame.elapsedS, place?.walls ?? null, frame.floor);
    }
    eye.camera.updateWorldMatrix(true, false);
    scratchViewer.setFromMatrixPosition(eye.camera.matrixWorld);
    place?.update(frame.nowS, scratchViewer, frame.isStill);
    this.drawPeople(frame, inHeadset);
    const beganMs = performance.now();
    this.renderer.render(this.scene, eye.camera);
    this.renderMs = performance.now() - beganMs;
    if (!inHeadset && this.quality.judge(frame.elapsedS * 1000, frame.expectedMs)) this.applyLevel();
  }

  /** Draws the place alone, seen from a spot, before anybody is in. */
  drawOutside(spot: { readonly x: number; readonly y: number; readonly z: number; readonly yaw: number }, frame: Omit<Frame, "self" | "others" | "beyond" | "viewYaw" | "viewPitch">): void {
    const drift = frame.isStill ? 0 : Math.sin(frame.nowS * LOOK_ROUND_RADPS * Math.PI) * 0.35;
    this.draw({ ...frame, self: null, others: [], beyond: null, viewYaw: 0, viewPitch: 0 });
    this.eye.lookFrom(spot, drift);
  }

  /** The person at a place of the canvas, in CSS pixels; null: nobody. */
  personAt(x: number, y: number): number | null {
    return this.avatars.pick(this.rayAt(x, y).ray);
  }

  /** The point of the place's surface there, metres; null: the sky. */
  pointAt(x: number, y: number): Vector3 | null {
    return this.place?.pointOn(this.rayAt(x, y)) ?? null;
  }

  /** Marks somebody for a while. */
  mark(key: number, nowS: number): void {
    this.marker.mark(key, nowS);
  }

  /** Shows where one walks to. */
  target(x: number, y: number, z: number, nowS: number): void {
    this.goal.show(x, y, z, nowS);
  }

  /** Shows what somebody said above their head. */
  say(key: number, text: string, nowS: number): void {
    this.bubbles.say(key, text, nowS);
  }

  /** Lets the symbol of an emote rise above somebody. */
  float(key: number, kind: number, nowS: number): void {
    this.bubbles.float(key, kind, nowS);
  }

  dispose(): void {
    this.plates.dispose();
    this.bubbles.dispose();
    this.marker.dispose();
    this.goal.dispose();
    this.avatars.dispose();
    this.farPeople.dispose();
    this.place?.dispose();
    this.renderer.dispose();
  }

  private drawPeople(frame: Frame, inHeadset: boolean): void {
    const { avatars, plates } = this;
    avatars.begin(frame.nowS, frame.elapsedS, scratchViewer, frame.isStill);
    plates.begin(this.eye.camera);
    if (frame.self !== null && this.eye.showsSelf && !inHeadset) avatars.add(frame.self);
    for (const person of frame.others) {
      avatars.add(person);
      if (!frame.showsNames || !avatars.headOf(person.key, scratchHead)) continue;
      const state = { name: person.name, isSpeaking: person.loudness > 0.05, isHandUp: person.isHandUp };
      plates.show(person.key, state, scratchHead, avatars.crownOf(person.key));
    }
    avatars.finish();
    this.farPeople.show(frame.beyond, frame.nowS, frame.isStill);
    plates.finish(frame.elapsedS, this.bubbles.sizeOf);
    this.marker.update(frame.nowS, this.headOf, (key) => this.avatars.floorOf(key), frame.isStill);
    this.goal.update(frame.nowS);
    this.bubbles.update(this.eye.camera, frame.nowS, this.headOf, this.crownOf, frame.isStill);
  }

  private readonly headOf = (key: number, out: Vector3): boolean => this.avatars.headOf(key, out);
  private readonly crownOf = (key: number): number => this.avatars.crownOf(key);

  private rayAt(x: number, y: number): Raycaster {
    const { clientWidth, clientHeight } = this.renderer.domElement;
    scratchPointer.set((x / clientWidth) * 2 - 1, 1 - (y / clientHeight) * 2);
    raycaster.setFromCamera(scratchPointer, this.eye.camera);
    raycaster.near = 0;
    raycaster.far = 120;
    return raycaster;
  }

  private applyLevel(): void {
    const { detail } = this.quality.level;
    this.place?.setDetail(detail);
    this.avatars.setDetail(detail);
    this.farPeople.setDetail(detail);
    this.resize();
  }
}
