/**
 * Keys, mouse and fingers: where a person wants to walk and look.
 *
 * Mouse: drag turns the view. Fingers: a drag that begins on the left half of the view is a stick, one
 * on the right half turns the view. Keys do not count while something is being typed.
 */

import type { Steering } from "../state/steering";

const TURN_PER_PIXEL = 0.0052; // radians
const KEY_TURN = 2.1; // radians per second
const STICK_PIXELS = 56; // full deflection
const RUN_FROM = 0.95; // of the stick's full deflection, drawn further than this: run
const PITCH_UP = -0.6;
const PITCH_DOWN = 1.2;

const WALK_KEYS: Readonly<Record<string, readonly [number, number]>> = {
  KeyW: [0, 1],
  ArrowUp: [0, 1],
  KeyS: [0, -1],
  ArrowDown: [0, -1],
  KeyA: [-1, 0],
  KeyD: [1, 0],
};
const TURN_KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, KeyQ: -1, KeyE: 1 };

export interface Shortcuts {
  chat(): void;
  close(): void;
  firstPerson(): void;
  gesture(kind: number): void;
}

interface Finger {
  readonly role: "walk" | "look";
  readonly startX: number;
  readonly startY: number;
  x: number;
  y: number;
}

export class Controls implements Steering {
  right = 0;
  forward = 0;
  isRunning = false;
  viewYaw = 0;
  viewPitch = 0.08;
  isTurning = false;
  /** Whether a finger has touched the view: the page then shows what fingers need. */
  hasTouched = false;
  private wantsJump = false;
  private readonly held = new Set<string>();
  private readonly fingers = new Map<number, Finger>();
  private readonly view: HTMLElement;
  private readonly shortcuts: Shortcuts;
  private readonly ended = new AbortController();

  constructor(view: HTMLElement, shortcuts: Shortcuts) {
    this.view = view;
    this.shortcuts = shortcuts;
    const { signal } = this.ended;
    window.addEventListener("keydown", (event) => this.keyDown(event), { signal });
    window.addEventListener("keyup", (event) => this.held.delete(event.code), { signal });
    window.addEventListener("blur", () => this.release(), { signal });
    document.addEventListener("visibilitychange", () => this.release(), { signal });
    view.addEventListener("pointerdown", (event) => this.pointerDown(event), { signal });
    view.addEventListener("pointermove", (event) => this.pointerMove(event), { signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      view.addEventListener(end, (event) => this.fingers.delete(event.pointerId), { signal });
    }
    view.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** Renews the stick and the view from what is held; runs once before wishes are made. */
  update(elapsedS: number): void {
    let [right, forward, turn] = [0, 0, 0];
    for (const code of this.held) {
      const [keyRight, keyForward] = WALK_KEYS[code] ?? [0, 0];
      right += keyRight;
      forward += keyForward;
      turn += TURN_KEYS[code] ?? 0;
    }
    this.isRunning = this.held.has("ShiftLeft") || this.held.has("ShiftRight");
    if (turn !== 0) this.turn(turn * KEY_TURN * elapsedS, 0);
    for (const finger of this.fingers.values()) {
      if (finger.role !== "walk") continue;
      right += (finger.x - finger.startX) / STICK_PIXELS;
      forward -= (finger.y - finger.startY) / STICK_PIXELS;
      this.isRunning ||= Math.hypot(right, forward) > 1 + RUN_FROM;
    }
    this.right = Math.max(-1, Math.min(1, right));
    this.forward = Math.max(-1, Math.min(1, forward));
  }

  /** Jumps at the next tick. */
  jump(): void {
    this.wantsJump = true;
  }

  /** Takes the wish to jump; a wish made in the air is gone. */
  takeJump(): boolean {
    const wanted = this.wantsJump;
    this.wantsJump = false;
    return wanted;
  }

  /** Tells once whether the view was turned since it was last asked. */
  takeTurn(): boolean {
    const turned = this.isTurning;
    this.isTurning = false;
    return turned;
  }

  /** Lets go of everything: the window lost the keys, or something is being typed. */
  release(): void {
    this.held.clear();
    this.fingers.clear();
  }

  dispose(): void {
    this.ended.abort();
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") this.shortcuts.close();
    if (isTyping(event.target)) return;
    if (event.code === "Space" || event.code === "Enter") {
      if (isPressable(event.target)) return;
      event.preventDefault();
      if (event.repeat) return;
      if (event.code === "Space") this.jump();
      else this.shortcuts.chat();
      return;
    }
    if (event.code in WALK_KEYS || event.code in TURN_KEYS) event.preventDefault();
    if (event.repeat) return;
    this.held.add(event.code);
    if (event.code === "KeyV") this.shortcuts.firstPerson();
    const digit = /^Digit([1-8])$/.exec(event.code);
    if (digit) this.shortcuts.gesture(Number(digit[1]) - 1);
  }

  private pointerDown(event: PointerEvent): void {
    const isTouch = event.pointerType === "touch";
    if (isTouch) this.hasTouched = true;
    const isLeft = event.clientX < this.view.clientWidth / 2;
    const role = isTouch && isLeft ? "walk" : "look";
    const [x, y] = [event.clientX, event.clientY];
    this.fingers.set(event.pointerId, { role, startX: x, startY: y, x, y });
    this.view.setPointerCapture(event.pointerId);
  }

  private pointerMove(event: PointerEvent): void {
    const finger = this.fingers.get(event.pointerId);
    if (finger === undefined) return;
    if (finger.role === "look") this.turn((event.clientX - finger.x) * TURN_PER_PIXEL, (event.clientY - finger.y) * TURN_PER_PIXEL);
    finger.x = event.clientX;
    finger.y = event.clientY;
  }

  private turn(around: number, down: number): void {
    this.viewYaw = (this.viewYaw + around) % (2 * Math.PI);
    this.viewPitch = Math.max(PITCH_UP, Math.min(PITCH_DOWN, this.viewPitch + down));
    if (around !== 0) this.isTurning = true;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
}
