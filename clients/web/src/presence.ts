/** Where one is and who is around: the visit, the loaded world, and what is known of the others. */

import { type LoadedWorld, statesOf } from "./scene/world-loader";
import type { HeadsetPose } from "./state/figure";
import { FarCrowd } from "./state/far-crowd";
import { FarHeads } from "./state/far-heads";
import { Identities } from "./state/identities";
import { ObjectStates } from "./state/objects";
import type { Stance } from "./state/prediction";
import type { Visit } from "./state/visit";
import type { WalkField } from "./state/walk-field";
import { Kind, type ObjectState, Posture } from "./protocol/messages.gen";
import { bearingOf, type Nearby } from "./ui/people/nearby";

const NO_LOOK = new Uint8Array();

export class Presence {
  visit: Visit | null = null;
  world: LoadedWorld | null = null;
  /** What is walked on, with the walls of the present states; null before there is a world. */
  field: WalkField | null = null;
  /** In which role one is here. */
  role = "guest";
  readonly identities = new Identities();
  readonly objects = new ObjectStates();
  readonly farCrowd = new FarCrowd();
  private farHeads: FarHeads | null = null;
  /** People whom this page does not show: by slot, with the generation that was hidden. */
  private readonly hidden = new Map<number, number>();
  /** Who has no word, by slot with the generation; known to those who may take it. */
  private readonly silenced = new Map<number, number>();

  /** A new welcome: what was known of the others is void; who was hidden stays hidden. */
  enter(visit: Visit): void {
    // In another world the same numbers are other people.
    if (visit.welcome.world !== this.visit?.welcome.world) this.hidden.clear();
    this.visit = visit;
    this.identities.clear();
    this.objects.clear();
    this.silenced.clear();
    this.farCrowd.clear();
    this.farHeads = null;
  }

  /** Where one is looks like this from now on. */
  settle(world: LoadedWorld): void {
    this.world = world;
    this.field = world.field.turned(this.states());
    this.farHeads = null; // they stand on its ground
  }

  /** In which state each thing of the world is. */
  states(): Record<string, string> {
    return this.world === null ? {} : statesOf(this.world.scene, this.objects.all());
  }

  /** Something has changed; returns the field that is walked on from its tick on, null where no wall came or went. */
  turn(message: ObjectState): WalkField | null {
    if (!this.objects.apply(message) || this.field === null) return null;
    const field = this.field.turned(this.states());
    if (field === this.field) return null;
    this.field = field;
    return field;
  }

  leave(): void {
    this.visit = null;
    this.hidden.clear();
  }

  /** The people beyond those we are told of one by one, as they stand now; null before one is in. */
  beyond(nowS: number): FarHeads | null {
    const { visit, world } = this;
    const entities = visit?.entities ?? null;
    if (visit === null || world === null || entities === null) return null;
    this.farHeads ??= new FarHeads(world.field);
    this.farHeads.look(this.farCrowd, entities, visit.self, nowS);
    return this.farHeads;
  }

  /** How many of them stand in the picture. */
  get drawnBeyond(): number {
    return this.farHeads?.count ?? 0;
  }

  /** Somebody has no word, or has it again. */
  silence(slot: number, generation: number, isSilenced: boolean): void {
    if (isSilenced) this.silenced.set(slot, generation);
    else this.silenced.delete(slot);
  }

  isOwn(slot: number): boolean {
    return slot === this.visit?.welcome.entity;
  }

  nameOf(slot: number): string {
    const entity = this.visit?.entities?.get(slot);
    return entity === undefined ? "" : (this.identities.of(slot, entity.generation)?.name ?? "");
  }

  lookOf(slot: number, generation: number): Uint8Array {
    return this.identities.of(slot, generation)?.look ?? NO_LOOK;
  }

  /** Head and hands of somebody in a headset; null without one. */
  headsetOf(slot: number): HeadsetPose | null {
    const entity = this.visit?.entities?.get(slot);
    if (this.visit === null || entity === undefined) return null;
    const posture = this.identities.of(slot, entity.generation)?.posture ?? 0;
    return posture & Posture.IN_HEADSET ? this.visit.poses.of(slot, entity.stance) : null;
  }

  hide(slot: number, isHidden: boolean): void {
    const entity = this.visit?.entities?.get(slot);
    if (isHidden && entity !== undefined) this.hidden.set(slot, entity.generation);
    else this.hidden.delete(slot);
  }

  /** Somebody who gets the slot of a hidden person is not hidden. */
  isHidden(slot: number): boolean {
    const generation = this.hidden.get(slot);
    return generation !== undefined && generation === this.visit?.entities?.get(slot)?.generation;
  }

  /** Everybody whom the server tells us about, seen from where one stands and looks. */
  nearby(viewYaw: number): readonly Nearby[] {
    const { visit } = this;
    if (visit === null) return [];
    const rows: Nearby[] = [];
    for (const { slot, generation, kind, stance } of visit.entities ?? []) {
      if (kind !== Kind.AVATAR) continue;
      const identity = this.identities.of(slot, generation);
      const { east, south, metres } = away(visit.self, stance);
      const posture = identity?.posture ?? 0;
      rows.push({
        slot,
        name: identity?.name ?? "",
        metres,
        bearing: bearingOf(east, south, viewYaw),
        isHandUp: (posture & Posture.HAND_UP) !== 0,
        isSitting: (posture & Posture.SITTING) !== 0,
        isSpeaking: false, // voice tells this once there is voice
        isHidden: this.isHidden(slot),
        isSilenced: this.silenced.get(slot) === generation,
      });
    }
    return rows;
  }

  /** Who is in a slot for good; null for nobody. */
  generationOf(slot: number): number | null {
    return this.visit?.entities?.get(slot)?.generation ?? null;
  }

  /** How far away somebody is; infinitely far when nobody knows. */
  metresTo(slot: number): number {
    const stance = this.visit?.entities?.get(slot)?.stance;
    return this.visit === null || stance === undefined ? Infinity : away(this.visit.self, stance).metres;
  }

  /** The direction to somebody, radians clockwise from north; null for nobody. */
  directionTo(slot: number): number | null {
    const stance = this.visit?.entities?.get(slot)?.stance;
    if (this.visit === null || stance === undefined) return null;
    const { east, south } = away(this.visit.self, stance);
    return bearingOf(east, south, 0);
  }
}

function away(from: Stance, to: Stance): { readonly east: number; readonly south: number; readonly metres: number } {
  const east = to.x - from.x;
  const south = to.z - from.z;
  return { east, south, metres: Math.hypot(east, south) };
}
