/** Into the headset and out again; the drawing part of it comes when it is first wanted. */

import type { Presence } from "./presence";
import type { Pose } from "./protocol/pose";
import { Posture } from "./protocol/messages.gen";
import type { Wish } from "./protocol/input";
import type { Stage } from "./scene/stage";
import type { Stance } from "./state/prediction";
import type { PageModel } from "./ui/model";
import type { Store } from "./ui/store";
import { type Sentence, sentence } from "./ui/texts/shape";
import type { Headset } from "./xr/headset";

export interface HeadsetEntryParts {
  readonly presence: Presence;
  readonly page: Store<PageModel>;
  readonly stage: () => Stage | null;
  /** Runs the app's frame; the headset calls it at its own rate. */
  readonly frame: () => void;
  readonly holdAgain: () => void;
  readonly remark: (what: Sentence) => void;
}

export class HeadsetEntry {
  private readonly parts: HeadsetEntryParts;
  private headset: Headset | null = null;

  constructor(parts: HeadsetEntryParts) {
    this.parts = parts;
  }

  get isWorn(): boolean {
    return this.headset !== null;
  }

  /** Finds out whether there is a headset; the page then offers it. */
  async look(): Promise<void> {
    if (!("xr" in navigator)) return;
    const { headsetReach } = await import("./xr/reach");
    this.parts.page.change({ hasHeadset: (await headsetReach()) === "possible" });
  }

  /** Enters; call it from a click. */
  enter(): void {
    this.begin().catch((error: unknown) => {
      reportError(error);
      this.parts.remark(sentence("headset.failed"));
    });
  }

  leave(): void {
    this.headset?.leave();
  }

  /** Where head and hands are, before a frame is drawn. */
  update(stance: Stance, elapsedMs: number): void {
    this.headset?.update(stance, elapsedMs);
  }

  /** What the avatar should do; null without a headset. */
  wish(): Wish | null {
    const walker = this.parts.presence.visit?.prediction?.state;
    return walker === undefined ? null : (this.headset?.wish(walker) ?? null);
  }

  pose(): Pose | null {
    const stance = this.parts.presence.visit?.self;
    return stance === undefined ? null : (this.headset?.pose(stance) ?? null);
  }

  /** The bit of one's posture that says whether poses count. */
  get posture(): number {
    return this.headset === null ? 0 : Posture.IN_HEADSET;
  }

  private async begin(): Promise<void> {
    const { presence, page, frame, holdAgain } = this.parts;
    const stage = this.parts.stage();
    const { visit, world } = presence;
    if (this.headset !== null || stage === null || visit === null || world === null) return;
    const { Headset: Worn } = await import("./xr/headset");
    const { ownColours } = await import("./scene/avatars/own-colours");
    const left = (): void => {
      this.headset = null;
      page.change({ isInHeadset: false });
      holdAgain();
      stage.resize();
    };
    const view = { renderer: stage.renderer, scene: stage.scene, camera: stage.eye.camera };
    this.headset = await Worn.enter(view, { frame, left }, world.field, visit.welcome.tick_hz);
    this.headset.dress(...ownColours(page.value.look));
    page.change({ isInHeadset: true });
    holdAgain();
  }
}
