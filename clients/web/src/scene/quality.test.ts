import { describe, expect, test } from "vitest";

import type { Detail } from "./detail";
import { Quality } from "./quality";

const DISPLAY_MS = 1000 / 60;

/** Runs frames whose time depends on what is drawn; returns the details in the order they were drawn. */
function run(quality: Quality, seconds: number, frameMs: (detail: Detail, sharpness: number) => number, expectedMs = DISPLAY_MS): Detail[] {
  const seen: Detail[] = [quality.level.detail];
  for (let passed = 0; passed < seconds * 1000;) {
    const { detail, pixelRatio } = quality.level;
    const ms = frameMs(detail, pixelRatio);
    passed += ms;
    if (quality.judge(ms, expectedMs) && quality.level.detail !== seen.at(-1)) seen.push(quality.level.detail);
  }
  return seen;
}

describe("quality", () => {
  test("finds within five seconds what an old laptop can draw", () => {
    const quality = new Quality("auto", "high");
    run(quality, 5, (detail) => ({ low: 20, medium: 55, high: 110 })[detail]);
    expect(quality.level.detail).toBe("low");
  });

  test("rises by itself on a machine that was thought to be weaker than it is", () => {
    const quality = new Quality("auto", "medium");
    run(quality, 60, () => DISPLAY_MS);
    expect(quality.level).toEqual({ detail: "high", pixelRatio: 2 });
  });

  test("does not swing between two levels", () => {
    const seen = run(new Quality("auto", "medium"), 170, (detail) => (detail === "high" ? 60 : DISPLAY_MS));
    expect(seen).toEqual(["medium", "high", "medium"]);
  });

  test("gives up sharpness before anything else", () => {
    const quality = new Quality("auto", "high");
    run(quality, 10, (_, sharpness) => sharpness * 20);
    expect(quality.level).toEqual({ detail: "high", pixelRatio: 1.5 });
  });

  test("leaves alone what a person has chosen, however slow", () => {
    expect(run(new Quality("high", "low"), 10, () => 200)).toEqual(["high"]);
  });

  test("takes a frame of two seconds for a hidden tab", () => {
    const quality = new Quality("auto", "high");
    expect(run(quality, 200, () => 2_000)).toEqual(["high"]);
  });

  test("does not blame the machine for a limit on frames that somebody set", () => {
    expect(run(new Quality("auto", "low"), 60, () => 250, 250)[0]).toBe("low");
    expect(run(new Quality("auto", "medium"), 20, () => 100, 100)).not.toContain("low");
  });

  test("measures anew after another choice", () => {
    const quality = new Quality("low", "high");
    quality.choose("auto");
    run(quality, 100, () => DISPLAY_MS);
    expect(quality.level.detail).toBe("high");
  });
});
