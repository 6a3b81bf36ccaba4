/** The states of the world's named objects: doors, lamps, boards. */

import type { ObjectState } from "../protocol/messages.gen";

export class ObjectStates {
  private readonly byName = new Map<string, ObjectState>();

  /** Takes a state unless a newer one is known; returns whether it was taken. */
  apply(message: ObjectState): boolean {
    const known = this.byName.get(message.object);
    if (known !== undefined && message.version < known.version) return false;
    this.byName.set(message.object, message);
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
    this.byName.clear();
  }
}
