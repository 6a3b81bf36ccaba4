/** The first gamepad with the standard layout (W3C Gamepad 7.1): sticks, and presses as actions. */

import type { ActionName } from "./keymap";

const DEAD_ZONE = 0.16;
const BUTTONS: Readonly<Record<number, ActionName>> = {
  0: "jump", 1: "sit", 2: "emote1", 3: "firstPerson", 4: "emotes", 5: "hand", 8: "people", 9: "settings",
  12: "emote2", 13: "emote7", 14: "emote3", 15: "emote4",
};
const RUN_TRIGGERS = [6, 7] as const;

/** What a gamepad says, as far as we read it. */
export interface Pad {
  readonly mapping: string;
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly pressed: boolean }[];
}

export class Gamepads {
  walkX = 0;
  walkY = 0;
  lookX = 0;
  lookY = 0;
  isRunning = false;
  /** Whether one is connected and has been used. */
  isInUse = false;
  private readonly pressed = new Set<number>();
  private readonly read: () => readonly (Pad | null)[];
  private readonly act: (action: ActionName) => void;

  constructor(read: () => readonly (Pad | null)[], act: (action: ActionName) => void) {
    this.read = read;
    this.act = act;
  }

  /** Reads sticks and buttons; runs once a step. A button acts when it goes down. */
  update(): void {
    const pad = this.read().find((each) => each?.mapping === "standard") ?? null;
    [this.walkX, this.walkY] = stick(pad?.axes[0], pad?.axes[1]);
    [this.lookX, this.lookY] = stick(pad?.axes[2], pad?.axes[3]);
    this.isRunning = RUN_TRIGGERS.some((button) => pad?.buttons[button]?.pressed ?? false);
    if (this.walkX !== 0 || this.walkY !== 0) this.isInUse = true;
    for (const [index, action] of Object.entries(BUTTONS)) {
      const button = Number(index);
      const isDown = pad?.buttons[button]?.pressed ?? false;
      if (isDown && !this.pressed.has(button)) {
        this.isInUse = true;
        this.act(action);
      }
      if (isDown) this.pressed.add(button);
      else this.pressed.delete(button);
    }
  }
}

/** A stick without its dead middle, still reaching its full way at the rim. */
export function stick(x = 0, y = 0): [number, number] {
  const way = Math.hypot(x, y);
  if (!(way > DEAD_ZONE)) return [0, 0];
  const scale = Math.min(1, (way - DEAD_ZONE) / (1 - DEAD_ZONE)) / way;
  return [x * scale, y * scale];
}
