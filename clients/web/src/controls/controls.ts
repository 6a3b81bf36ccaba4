/** Where a person wants to walk and look, whatever they use: keys, mouse, fingers, a gamepad. */

import type { Steering } from "../state/steering";
import { Gamepads } from "./gamepad";
import { Keyboard } from "./keyboard";
import { type ActionName, KeyMap } from "./keymap";
import { Pointer } from "./pointer";

const KEY_TURN = 2.1; // radians per second
const PAD_TURN = 2.8;
const PAD_TILT = 1.7;
const RUN_FROM = 1.8; // a thumb drawn further than this, in full deflections, runs
const PITCH_UP = -0.75;
const PITCH_DOWN = 1.25;

export interface Requests {
  act(action: ActionName): void;
  /** Escape: close what is open. */
  close(): void;
  /** A tap or click on the view, in CSS pixels. */
  tap(x: number, y: number): void;
  /** A factor on the eye's distance. */
  zoom(factor: number): void;
}

export class Controls implements Steering {
  right = 0;
  forward = 0;
  isRunning = false;
  viewYaw = 0;
  viewPitch = 0.12;
  isTurning = false;
  /** Whether the body of somebody who stands turns with the view: in the first person. */
  bodyFollows = false;
  keys = new KeyMap();
  readonly pointer: Pointer;
  private readonly keyboard: Keyboard;
  private readonly gamepads: Gamepads;
  private readonly requests: Requests;
  private readonly ended = new AbortController();
  private wantsJump = false;

  constructor(view: HTMLElement, requests: Requests) {
    this.requests = requests;
    const act = (action: ActionName): void => this.act(action);
    this.keyboard = new Keyboard(() => this.keys, act, () => requests.close());
    this.gamepads = new Gamepads(readGamepads, act);
    this.pointer = new Pointer(view, {
      turn: (around, down) => this.turn(around, down, this.bodyFollows),
      zoom: (factor) => requests.zoom(factor),
      tap: (x, y) => requests.tap(x, y),
    });
    const { signal } = this.ended;
    window.addEventListener("blur", () => this.release(), { signal });
    document.addEventListener("visibilitychange", () => this.release(), { signal });
  }

  get hasTouched(): boolean {
    return this.pointer.hasTouched;
  }

  get usesGamepad(): boolean {
    return this.gamepads.isInUse;
  }

  /** Whether the person steers by hand now. */
  get isSteering(): boolean {
    return Math.abs(this.right) > 0.2 || Math.abs(this.forward) > 0.2;
  }

  /** Renews stick and view from what is held; runs once before wishes are made. */
  update(elapsedS: number): void {
    const { keyboard, gamepads, pointer } = this;
    gamepads.update();
    const turn = keyboard.isDown("turnRight") - keyboard.isDown("turnLeft");
    if (turn !== 0) this.turn(turn * KEY_TURN * elapsedS, 0, true);
    if (gamepads.lookX !== 0 || gamepads.lookY !== 0) {
      const tilt = gamepads.lookY * PAD_TILT * elapsedS * (pointer.isInverted ? -1 : 1);
      this.turn(gamepads.lookX * PAD_TURN * elapsedS, tilt, this.bodyFollows);
    }
    this.right = within(keyboard.isDown("right") - keyboard.isDown("left") + pointer.stickX + gamepads.walkX);
    this.forward = within(keyboard.isDown("forward") - keyboard.isDown("back") - pointer.stickY - gamepads.walkY);
    const isThumbFar = Math.hypot(pointer.stickX, pointer.stickY) > RUN_FROM;
    this.isRunning = keyboard.isDown("run") === 1 || gamepads.isRunning || isThumbFar;
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

  /** Tells once whether the body should turn to where the view looks. */
  takeTurn(): boolean {
    const turned = this.isTurning;
    this.isTurning = false;
    return turned;
  }

  /** Turns the view; `withBody` turns somebody who stands along. Radians, to the right and down. */
  turn(around: number, down: number, withBody: boolean): void {
    this.viewYaw = (this.viewYaw + around) % (2 * Math.PI);
    this.viewPitch = Math.max(PITCH_UP, Math.min(PITCH_DOWN, this.viewPitch + down));
    if (around !== 0 && withBody) this.isTurning = true;
  }

  /** Lets go of everything: the window lost the keys, or something is being typed. */
  release(): void {
    this.keyboard.release();
    this.pointer.release();
  }

  dispose(): void {
    this.ended.abort();
    this.keyboard.dispose();
    this.pointer.dispose();
  }

  private act(action: ActionName): void {
    if (action === "jump") this.jump();
    else this.requests.act(action);
  }
}

function within(value: number): number {
  return Math.max(-1, Math.min(1, value));
}

/** Gamepads exist on secure pages only; elsewhere nobody has one. */
function readGamepads(): readonly (Gamepad | null)[] {
  return "getGamepads" in navigator ? navigator.getGamepads() : [];
}
