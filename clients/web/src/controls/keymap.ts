/** Which key does what; a person may change it. Keys are physical (`KeyboardEvent.code`). */

export const ACTIONS = [
  "forward", "back", "left", "right", "turnLeft", "turnRight", "run", "jump",
  "chat", "people", "emotes", "hand", "sit", "use", "firstPerson", "settings", "help", "performance", "screenshot",
  "emote1", "emote2", "emote3", "emote4", "emote5", "emote6", "emote7", "emote8",
] as const;

export type ActionName = (typeof ACTIONS)[number];

const DEFAULTS: Readonly<Record<ActionName, readonly string[]>> = {
  forward: ["KeyW", "ArrowUp"],
  back: ["KeyS", "ArrowDown"],
  left: ["KeyA"],
  right: ["KeyD"],
  turnLeft: ["ArrowLeft", "KeyQ"],
  turnRight: ["ArrowRight", "KeyE"],
  run: ["ShiftLeft", "ShiftRight"],
  jump: ["Space"],
  chat: ["Enter", "KeyT"],
  people: ["KeyP"],
  emotes: ["KeyG"],
  hand: ["KeyH"],
  sit: ["KeyX"],
  use: ["KeyF"],
  firstPerson: ["KeyV"],
  settings: ["KeyO"],
  help: ["F1"],
  performance: ["F3"],
  screenshot: ["F2"],
  emote1: ["Digit1"],
  emote2: ["Digit2"],
  emote3: ["Digit3"],
  emote4: ["Digit4"],
  emote5: ["Digit5"],
  emote6: ["Digit6"],
  emote7: ["Digit7"],
  emote8: ["Digit8"],
};

/** Keys that stay the browser's and the page's own: nobody can lose the way out of a panel. */
const RESERVED: ReadonlySet<string> = new Set(["Escape", "Tab", "F5", "F11", "F12", "MetaLeft", "MetaRight", "ContextMenu"]);
const MOST_TEXT = 2_000;
const CODE = /^[A-Za-z0-9]{1,24}$/;

export class KeyMap {
  private readonly codes = new Map<ActionName, readonly string[]>();
  private readonly actions = new Map<string, ActionName>();

  constructor() {
    this.reset();
  }

  codesOf(action: ActionName): readonly string[] {
    return this.codes.get(action) ?? [];
  }

  actionOf(code: string): ActionName | undefined {
    return this.actions.get(code);
  }

  /** Whether a key can be given to an action at all. */
  isFree(code: string): boolean {
    return CODE.test(code) && !RESERVED.has(code);
  }

  /** Gives an action one key instead of those it has; returns the action that loses it, if any. */
  bind(action: ActionName, code: string): ActionName | null {
    if (!this.isFree(code)) return null;
    const loser = this.actions.get(code);
    if (loser !== undefined) this.put(loser, this.codesOf(loser).filter((each) => each !== code));
    this.put(action, [code]);
    return loser === undefined || loser === action ? null : loser;
  }

  reset(): void {
    this.actions.clear();
    this.codes.clear();
    for (const action of ACTIONS) this.put(action, DEFAULTS[action]);
  }

  /** The whole map in one line, for storage. */
  toText(): string {
    return ACTIONS.map((action) => `${action}=${this.codesOf(action).join("+")}`).join(" ");
  }

  /** Reads what `toText` wrote; whatever is not understood stays as it is by default. */
  static fromText(text: string): KeyMap {
    const map = new KeyMap();
    for (const entry of text.slice(0, MOST_TEXT).split(" ")) {
      const [name, codes] = entry.split("=");
      const action = ACTIONS.find((each) => each === name);
      if (action === undefined || codes === undefined) continue;
      const read = codes.split("+").filter((code) => map.isFree(code));
      // A key has one meaning: the later entry of a text that was tampered with wins.
      for (const code of read) {
        const owner = map.actionOf(code);
        if (owner !== undefined && owner !== action) map.put(owner, map.codesOf(owner).filter((each) => each !== code));
      }
      map.put(action, read);
    }
    return map;
  }

  private put(action: ActionName, codes: readonly string[]): void {
    for (const code of this.codesOf(action)) if (this.actions.get(code) === action) this.actions.delete(code);
    this.codes.set(action, codes);
    for (const code of codes) this.actions.set(code, action);
  }
}
