/** The people of a frame, as they are drawn; figures are reused from frame to frame. */

import type { Presence } from "./presence";
import { Kind, Posture } from "./protocol/messages.gen";
import { Attention } from "./state/attention";
import type { Acting, Figure, Point } from "./state/figure";

/** The key of oneself, beside the slots of the others. */
export const SELF = -1;
const HEAD_M = 1.6;
/** No emote lasts longer; later it is forgotten. */
const ACTING_S = 12;
const NO_LOOK = new Uint8Array();

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export class Figures {
  private readonly presence: Presence;
  private readonly attention = new Attention((slot) => this.headOf(slot));
  private readonly actings = new Map<number, Acting>();
  private readonly bySlot = new Map<number, Mutable<Figure>>();
  private readonly heads = new Map<number, Mutable<Point>>();
  private readonly own = newFigure(SELF);
  /** Filled anew in every frame. */
  private readonly shown: Figure[] = [];

  constructor(presence: Presence) {
    this.presence = presence;
  }

  gestured(slot: number, kind: number, nowS: number): void {
    this.actings.set(slot, { kind, startedS: nowS });
  }

  spoke(slot: number, nowS: number): void {
    this.attention.spoke(slot, nowS);
  }

  /** Another stay begins: slots may belong to others now. */
  clear(): void {
    this.actings.clear();
    this.attention.clear();
    this.bySlot.clear();
    this.heads.clear();
  }

  /** Oneself; null before one is in. */
  self(look: Uint8Array, posture: number, nowS: number): Figure | null {
    const { visit } = this.presence;
    const prediction = visit?.prediction ?? null;
    if (visit === null || prediction === null) return null;
    const { own } = this;
    const slot = visit.welcome.entity;
    own.look = look;
    own.stance = visit.self;
    own.speed = prediction.state.speed / 32;
    own.heading = (prediction.state.heading / 65536) * 2 * Math.PI;
    own.isInAir = prediction.isInAir;
    this.hold(own, posture, slot, nowS);
    return own;
  }

  /** The others whom this page shows; the list holds until the next call. */
  others(nowS: number): readonly Figure[] {
    const { presence, bySlot, shown } = this;
    const { visit } = presence;
    shown.length = 0;
    for (const { slot, generation, kind, stance, speed, heading, isInAir } of visit?.entities ?? []) {
      if (visit === null || kind !== Kind.AVATAR || presence.isHidden(slot)) continue;
      let figure = bySlot.get(slot);
      if (figure === undefined) bySlot.set(slot, (figure = newFigure(slot)));
      const identity = presence.identities.of(slot, generation);
      figure.name = identity?.name ?? "";
      figure.look = identity?.look ?? NO_LOOK;
      figure.stance = stance;
      figure.speed = speed;
      figure.heading = heading;
      figure.isInAir = isInAir;
      const posture = identity?.posture ?? 0;
      figure.headset = (posture & Posture.IN_HEADSET) === 0 ? null : presence.headsetOf(slot);
      this.hold(figure, posture, slot, nowS);
      shown.push(figure);
    }
    if (bySlot.size > 2 * (visit?.entities?.size ?? 0) + 64) bySlot.clear(); // those who have gone
    return shown;
  }

  private hold(figure: Mutable<Figure>, posture: number, slot: number, nowS: number): void {
    figure.isSitting = (posture & Posture.SITTING) !== 0;
    figure.isHandUp = (posture & Posture.HAND_UP) !== 0;
    const acting = this.actings.get(slot) ?? null;
    if (acting !== null && nowS - acting.startedS > ACTING_S) this.actings.delete(slot);
    figure.acting = acting;
    figure.attention = this.attention.of(slot, figure.stance, nowS);
  }

  /** Where somebody's head is, for those who look at them. */
  private headOf(slot: number): Point | null {
    const { visit } = this.presence;
    const stance = this.presence.isOwn(slot) ? visit?.self : visit?.entities?.get(slot)?.stance;
    if (stance === undefined) return null;
    let head = this.heads.get(slot);
    if (head === undefined) this.heads.set(slot, (head = { x: 0, y: 0, z: 0 }));
    head.x = stance.x;
    head.y = stance.y + HEAD_M;
    head.z = stance.z;
    return head;
  }
}

function newFigure(key: number): Mutable<Figure> {
  return {
    key, name: "", look: NO_LOOK, stance: { x: 0, y: 0, z: 0, yaw: 0 }, speed: 0, heading: 0, isInAir: false,
    isSitting: false, isHandUp: false, acting: null, attention: null, loudness: 0, headset: null,
  };
}
