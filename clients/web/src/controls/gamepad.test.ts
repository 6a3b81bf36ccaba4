import { describe, expect, test } from "vitest";

import { Gamepads, type Pad, stick } from "./gamepad";
import type { ActionName } from "./keymap";

function pad(axes: readonly number[], ...pressed: readonly number[]): Pad {
  const buttons = Array.from({ length: 17 }, (_, index) => ({ pressed: pressed.includes(index) }));
  return { mapping: "standard", axes, buttons };
}

describe("gamepad", () => {
  test("rests while a worn stick trembles in the middle", () => {
    expect(stick(0.1, -0.1)).toEqual([0, 0]);
  });

  test("reaches its full way at the rim, in its own direction", () => {
    const [x, y] = stick(0.6, -0.8);
    expect(Math.hypot(x, y)).toBeCloseTo(1);
    expect(x / y).toBeCloseTo(-0.75);
  });

  test("acts once for each press, however long it is held", () => {
    const done: ActionName[] = [];
    let now = pad([0, 0, 0, 0], 0);
    const gamepads = new Gamepads(() => [null, now], (action) => done.push(action));
    gamepads.update();
    gamepads.update();
    now = pad([0, 0, 0, 0]);
    gamepads.update();
    now = pad([0, 0, 0, 0], 0);
    gamepads.update();
    expect(done).toEqual(["jump", "jump"]);
  });

  test("lets go when it is unplugged", () => {
    let pads: (Pad | null)[] = [pad([1, 0, 0, 1], 7)];
    const gamepads = new Gamepads(() => pads, () => undefined);
    gamepads.update();
    expect([gamepads.walkX, gamepads.lookY, gamepads.isRunning]).toEqual([1, 1, true]);
    pads = [];
    gamepads.update();
    expect([gamepads.walkX, gamepads.lookY, gamepads.isRunning]).toEqual([0, 0, false]);
  });

  test("leaves pads alone whose layout nobody knows", () => {
    const strange = { ...pad([1, 1, 1, 1], 0), mapping: "" };
    const done: ActionName[] = [];
    const gamepads = new Gamepads(() => [strange], (action) => done.push(action));
    gamepads.update();
    expect([gamepads.walkX, done.length]).toEqual([0, 0]);
  });
});
