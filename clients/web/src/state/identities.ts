/** Who the entities are: names and looks, as introduced by the server. */

import type { Introduce } from "../protocol/messages.gen";

export interface Identity {
  readonly generation: number;
  readonly kind: number;
  readonly name: string;
  readonly look: Uint8Array;
  /** Bits of `Posture`. */
  readonly posture: number;
}

/**
 * Identities by slot. One outlives its entity's stay in view: the server introduces somebody once,
 * and again only when something about them changes or the slot gets a new owner.
 */
export class Identities {
  private readonly bySlot = new Map<number, Identity>();

  introduce({ entity, generation, kind, name, look, posture }: Introduce): void {
    this.bySlot.set(entity, { generation, kind, name, look, posture });
  }

  /** The identity of an entity, undefined while it belongs to a former owner of the slot. */
  of(slot: number, generation: number): Identity | undefined {
    const identity = this.bySlot.get(slot);
    return identity?.generation === generation ? identity : undefined;
  }

  clear(): void {
    this.bySlot.clear();
  }
}
