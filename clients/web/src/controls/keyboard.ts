/** The keyboard: what is held for walking, and what each press asks for. */

import type { ActionName, KeyMap } from "./keymap";

/** Actions that go on while a key is held. */
const HELD: ReadonlySet<ActionName> = new Set(["forward", "back", "left", "right", "turnLeft", "turnRight", "run"]);

export class Keyboard {
  private readonly held = new Set<string>();
  private readonly map: () => KeyMap;
  private readonly act: (action: ActionName) => void;
  private readonly close: () => void;
  private readonly ended = new AbortController();

  /** `map` is asked at each key, so that a change holds at once; `close` is what Escape does. */
  constructor(map: () => KeyMap, act: (action: ActionName) => void, close: () => void) {
    this.map = map;
    this.act = act;
    this.close = close;
    const { signal } = this.ended;
    window.addEventListener("keydown", (event) => this.keyDown(event), { signal });
    window.addEventListener("keyup", (event) => this.keyUp(event), { signal });
  }

  /** 1 while some key of an action is down. */
  isDown(action: ActionName): number {
    for (const code of this.map().codesOf(action)) if (this.held.has(code)) return 1;
    return 0;
  }

  release(): void {
    this.held.clear();
  }

  dispose(): void {
    this.ended.abort();
  }

  private keyUp({ key, code }: KeyboardEvent): void {
    // Macs tell of no key that is let go while Command is down: nothing may stay held after it.
    if (key === "Meta") this.held.clear();
    else this.held.delete(code);
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") this.close();
    if (isTyping(event.target)) return;
    const action = this.map().actionOf(event.code);
    if (action === undefined) return;
    // What has the focus comes first: Space and Enter press a button, arrows move in a list.
    if (usesKey(event.target, event.code)) return;
    event.preventDefault();
    if (HELD.has(action)) this.held.add(event.code);
    else if (!event.repeat) this.act(action);
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "range", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}

function usesKey(target: EventTarget | null, code: string): boolean {
  if (!(target instanceof HTMLElement) || target instanceof HTMLCanvasElement || target === document.body) return false;
  if (code === "Space" || code === "Enter") return target.matches("button, a, input, select, summary, [role]");
  if (code.startsWith("Arrow")) return target.matches("input, select, [role=radio], [role=tab], [role=option], [role=menuitem]");
  return target.matches("select");
}
