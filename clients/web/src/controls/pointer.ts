/**
 * Mouse, pen and fingers on the view.
 *
 * A drag looks round; a finger that starts on the left half is a stick; two fingers that look, or
 * the wheel, zoom; a press that does not move is a tap. The stick is drawn where the thumb came down.
 */

const TAP_MS = 350;
const TAP_PIXELS = 9;
const STICK_PIXELS = 56; // full deflection
const WHEEL_STEP = 0.0016;
const TURN_PER_PIXEL = 0.0052; // radians

export interface PointerEvents {
  /** Radians: to the right, downward. */
  turn(around: number, down: number): void;
  /** A factor on the eye's distance: below 1 comes nearer. */
  zoom(factor: number): void;
  /** A tap at a place of the view, in CSS pixels. */
  tap(x: number, y: number): void;
}

interface Press {
  readonly role: "walk" | "look";
  readonly startX: number;
  readonly startY: number;
  readonly startMs: number;
  x: number;
  y: number;
  hasMoved: boolean;
}

export class Pointer {
  /** The thumb's stick: right and down, -1..1 and beyond when it is drawn far out. */
  stickX = 0;
  stickY = 0;
  /** Whether a finger has touched the view: the page then shows what fingers need. */
  hasTouched = false;
  sensitivity = 1;
  isInverted = false;
  private readonly presses = new Map<number, Press>();
  private readonly view: HTMLElement;
  private readonly events: PointerEvents;
  private readonly knob: StickPicture;
  private readonly ended = new AbortController();

  constructor(view: HTMLElement, events: PointerEvents) {
    this.view = view;
    this.events = events;
    this.knob = new StickPicture();
    const { signal } = this.ended;
    view.addEventListener("pointerdown", (event) => this.down(event), { signal });
    view.addEventListener("pointermove", (event) => this.move(event), { signal });
    view.addEventListener("pointerup", (event) => this.up(event, true), { signal });
    for (const end of ["pointercancel", "lostpointercapture"] as const) {
      view.addEventListener(end, (event) => this.up(event, false), { signal });
    }
    view.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    view.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** Lets go of everything: the window lost the pointer. */
  release(): void {
    this.presses.clear();
    this.drawStick();
  }

  dispose(): void {
    this.ended.abort();
    this.knob.dispose();
  }

  private down(event: PointerEvent): void {
    const isTouch = event.pointerType === "touch";
    if (isTouch) this.hasTouched = true;
    const isLeft = event.clientX < this.view.clientWidth / 2;
    const hasStick = [...this.presses.values()].some(({ role }) => role === "walk");
    const role = isTouch && isLeft && !hasStick ? "walk" : "look";
    const [x, y] = [event.clientX, event.clientY];
    this.presses.set(event.pointerId, { role, startX: x, startY: y, startMs: event.timeStamp, x, y, hasMoved: false });
    this.view.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const press = this.presses.get(event.pointerId);
    if (press === undefined) return;
    const [dx, dy] = [event.clientX - press.x, event.clientY - press.y];
    const before = this.spread();
    press.x = event.clientX;
    press.y = event.clientY;
    press.hasMoved ||= Math.hypot(press.x - press.startX, press.y - press.startY) > TAP_PIXELS;
    if (press.role === "walk") {
      this.drawStick();
    } else if (before > 0) {
      this.events.zoom(before / Math.max(1, this.spread()));
    } else if (press.hasMoved) {
      const scale = TURN_PER_PIXEL * this.sensitivity;
      this.events.turn(dx * scale, dy * scale * (this.isInverted ? -1 : 1));
    }
  }

  private up(event: PointerEvent, isWanted: boolean): void {
    const press = this.presses.get(event.pointerId);
    if (press === undefined) return;
    this.presses.delete(event.pointerId);
    if (press.role === "walk") this.drawStick();
    const isShort = event.timeStamp - press.startMs < TAP_MS;
    if (isWanted && isShort && !press.hasMoved && event.button === 0) this.events.tap(press.x, press.y);
  }

  private wheel(event: WheelEvent): void {
    if (event.ctrlKey) return; // the browser's own zoom
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    this.events.zoom(Math.exp(Math.max(-400, Math.min(400, pixels)) * WHEEL_STEP));
  }

  /** How far two fingers that look are apart; 0 when there are not two. */
  private spread(): number {
    const looking = [...this.presses.values()].filter(({ role }) => role === "look");
    const [a, b] = looking;
    return looking.length === 2 && a !== undefined && b !== undefined ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  }

  private drawStick(): void {
    const press = [...this.presses.values()].find(({ role }) => role === "walk");
    this.stickX = press === undefined ? 0 : (press.x - press.startX) / STICK_PIXELS;
    this.stickY = press === undefined ? 0 : (press.y - press.startY) / STICK_PIXELS;
    if (press === undefined) this.knob.hide();
    else this.knob.show(press.startX, press.startY, this.stickX, this.stickY);
  }
}

/** A ring with a knob under the thumb. */
class StickPicture {
  private readonly ring = document.createElement("div");
  private readonly knob = document.createElement("div");

  constructor() {
    this.ring.className = "stick";
    this.ring.hidden = true;
    this.ring.setAttribute("aria-hidden", "true");
    this.ring.append(this.knob);
    document.body.append(this.ring);
  }

  show(x: number, y: number, right: number, down: number): void {
    const far = Math.max(1, Math.hypot(right, down));
    this.ring.hidden = false;
    this.ring.style.transform = `translate(${x}px, ${y}px)`;
    this.knob.style.transform = `translate(${(right / far) * STICK_PIXELS}px, ${(down / far) * STICK_PIXELS}px)`;
  }

  hide(): void {
    this.ring.hidden = true;
  }

  dispose(): void {
    this.ring.remove();
  }
}
