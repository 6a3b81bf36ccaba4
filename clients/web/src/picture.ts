/** The picture of the world: what is drawn of whom, from where, and what a tap on it means. */

import type { Controls } from "./controls/controls";
import { type Figures, SELF } from "./figures";
import type { HeadsetEntry } from "./headset-entry";
import type { Presence } from "./presence";
import { Posture } from "./protocol/messages.gen";
import { UNIT } from "./protocol/motion.gen";
import type { Graphics } from "./scene/detail";
import type { Stage } from "./scene/stage";
import { thingAt } from "./state/things";
import { toRadians } from "./state/steering";
import type { Reach } from "./reach";
import type { Travel } from "./travel";
import { textIn } from "./state/localized";
import type { PageModel } from "./ui/model";
import type { Store } from "./ui/store";
import { type Sentence, sentence } from "./ui/texts/shape";

/** A floor as near as this to a tapped point is ground to walk on. */
const GROUND_M = 0.3;

export interface PictureParts {
  readonly canvas: HTMLCanvasElement;
  readonly buildStage: (canvas: HTMLCanvasElement, graphics: Graphics) => Promise<Stage>;
  readonly presence: Presence;
  readonly controls: Controls;
  readonly figures: Figures;
  readonly travel: Travel;
  readonly reach: Reach;
  readonly page: Store<PageModel>;
  readonly remark: (what: Sentence) => void;
}

export class Picture {
  /** Frames that were drawn. */
  frames = 0;
  stage: Stage | null = null;
  private readonly parts: PictureParts;
  private builtKey = "";
  /** Of what has changed, what is drawn. */
  private turned: number | null = null;
  private pictureWanted: ((blob: Blob | null) => void) | null = null;

  constructor(parts: PictureParts) {
    this.parts = parts;
  }

  /** Gets the drawing part; runs once. Without WebGL 2 the page goes on without a picture. */
  async build(): Promise<void> {
    const { canvas, page, buildStage } = this.parts;
    try {
      this.stage = await buildStage(canvas, page.value.settings.graphics);
      page.change({ picture: "drawing" });
    } catch (error) {
      reportError(error);
      page.change({ picture: "impossible" });
    }
  }

  /** Draws the world with everybody in it, or the place alone while one is outside. */
  draw(nowMs: number, elapsedMs: number, expectedMs: number, headset: HeadsetEntry): void {
    const { stage } = this;
    const { presence, page, controls, figures, canvas } = this.parts;
    const { world, visit } = presence;
    if (stage === null || world === null || page.value.picture !== "drawing") return;
    if (this.builtKey !== world.key) {
      const isSame = this.builtKey.startsWith(`${world.scene.id}/`);
      if (isSame) stage.renew(world.scene);
      else stage.build(world.scene, page.value.language);
      this.builtKey = world.key;
      this.turned = null;
    }
    const { version } = presence.objects;
    if (this.turned !== version) {
      stage.turn(presence.states(), nowMs / 1000, page.value.isStill || this.turned === null);
      this.turned = version;
    }
    const nowS = nowMs / 1000;
    const { isStill, settings, isOutside, look } = page.value;
    const common = {
      nowS, elapsedS: elapsedMs / 1000, expectedMs, isStill, showsNames: settings.showsPlates,
      floor: (x: number, y: number, z: number) => this.floorBelow(x, y, z),
    };
    const self = isOutside ? null : figures.self(look, this.posture(), nowS);
    if (self === null || visit === null) {
      stage.drawOutside(spotOf(world.scene, page.value.spot), common);
    } else {
      headset.update(visit.self, elapsedMs);
      controls.bodyFollows = stage.eye.isFirstPerson;
      stage.draw({ ...common, self, others: figures.others(nowS), beyond: presence.beyond(nowS), viewYaw: controls.viewYaw, viewPitch: controls.viewPitch });
    }
    this.frames += 1;
    canvas.classList.add("drawing");
    if (this.pictureWanted !== null) {
      // In the frame itself: afterwards the browser has wiped what was drawn.
      canvas.toBlob(this.pictureWanted, "image/png");
      this.pictureWanted = null;
    }
  }

  /** Somebody said something: it stands above their head, and those near look at them. */
  said(slot: number, text: string): void {
    const nowS = performance.now() / 1000;
    this.parts.figures.spoke(slot, nowS);
    this.stage?.say(this.keyOf(slot), text, nowS);
  }

  gestured(slot: number, kind: number): void {
    const nowS = performance.now() / 1000;
    this.parts.figures.gestured(slot, kind, nowS);
    this.stage?.float(this.keyOf(slot), kind, nowS);
  }

  mark(slot: number): void {
    this.stage?.mark(slot, performance.now() / 1000);
  }

  zoom(factor: number): void {
    this.stage?.eye.zoom(factor);
  }

  toggleFirstPerson(): void {
    if (this.stage !== null) this.stage.eye.isFirstPerson = !this.stage.eye.isFirstPerson;
  }

  /** A tap: a person, the ground to walk to, or a thing that says what it is. */
  tap(x: number, y: number): void {
    const { presence, travel, page, reach, remark } = this.parts;
    const { stage } = this;
    if (stage === null || page.value.isOutside) return;
    const person = stage.personAt(x, y);
    if (person !== null && person !== SELF) {
      page.change({ panel: "people", selected: person });
      this.mark(person);
      return;
    }
    const point = stage.pointAt(x, y);
    const { world } = presence;
    if (point === null || world === null) return;
    const states = presence.states();
    const shapes = world.scene.shapes.filter((shape) => shape.states?.includes(states[shape.entity] ?? "") ?? true);
    const thing = thingAt(shapes, point.x, point.y, point.z);
    if (thing !== null && reach.isUsable(thing)) {
      reach.use(thing);
      return;
    }
    const floor = this.floorBelow(point.x, point.y + GROUND_M, point.z);
    if (floor !== null && Math.abs(floor - point.y) < GROUND_M && travel.toPoint(point.x, floor, point.z)) {
      stage.target(point.x, floor, point.z, performance.now() / 1000);
      return;
    }
    const entity = thing === null ? undefined : world.scene.entities?.[thing];
    const names = entity?.name ?? entity?.alt;
    if (names !== undefined) remark(sentence("things.named", { thing: textIn(names, page.value.language) }));
  }

  /** The next frame as a picture file. */
  take(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.pictureWanted = (blob) => (blob === null ? reject(new Error("the picture is empty")) : resolve(blob));
    });
  }

  private keyOf(slot: number): number {
    return this.parts.presence.isOwn(slot) ? SELF : slot;
  }

  private posture(): number {
    const { isSitting, isHandUp } = this.parts.page.value;
    return (isSitting ? Posture.SITTING : 0) | (isHandUp ? Posture.HAND_UP : 0);
  }

  private floorBelow(x: number, y: number, z: number): number | null {
    const { field } = this.parts.presence;
    if (field === null) return null;
    const [east, up, south] = [Math.round(x * UNIT), Math.round(y * UNIT), Math.round(z * UNIT)];
    const layer = field.layerAt(east, south, up);
    const height = layer < 0 ? null : field.height(east, south, layer);
    return height === null ? null : height / UNIT;
  }
}

type Scene = NonNullable<Presence["world"]>["scene"];

/** Where one would begin: the spot of the address, else the world's own. */
function spotOf({ spawns, defaultSpawn }: Scene, wished: string): { x: number; y: number; z: number; yaw: number } {
  const spawn = spawns?.[wished] ?? spawns?.[defaultSpawn ?? ""];
  const [x, y, z] = spawn?.at ?? [0, 0, 0];
  return { x, y, z, yaw: toRadians(((spawn?.yaw ?? 0) / 360) * UNIT) };
}
