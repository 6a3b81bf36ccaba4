/** What changes in a world: the states of its things and the values of its counters. */

import type { ObjectState } from "../protocol/messages.gen";

export class ObjectStates {
  /** Grows with every change. */
  version = 0;
  private readonly byName = new Map<string, ObjectState>();

  /** Takes a state unless a newer one is known; returns whether it was taken. */
  apply(message: ObjectState): boolean {
    const known = this.byName.get(message.object);
    if (known !== undefined && message.version < known.version) return false;
    this.byName.set(message.object, message);
    this.version += 1;
    return true;
  }

  stateOf(name: string): string | undefined {
    return this.byName.get(name)?.state;
  }

  /** All states by name. */
  all(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.byName].map(([name, { state }]) => [name, state]));
  }

  clear(): void {
    this.version += 1;
    this.byName.clear();
  }
}
