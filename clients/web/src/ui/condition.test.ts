import { describe, expect, it } from "vitest";

import type { ConnectionState } from "../net/connection";
import { Reason, type Welcome } from "../protocol/messages.gen";
import { type Circumstances, conditionOf } from "./condition";
import { translateWith } from "./language";
import type { Loading, Picture } from "./model";
import { en } from "./texts/en";
import { put } from "./words";

const FINE: Circumstances = {
  connection: { kind: "joined", welcome: {} as Welcome },
  loading: { kind: "loaded" },
  picture: "drawing",
  isSlow: false,
  isOutside: false,
  isInHeadset: false,
};
const t = await translateWith("en", en);

function words(now: Partial<Circumstances>): string {
  const condition = conditionOf({ ...FINE, ...now });
  if (condition === null) return "";
  return [condition.what, condition.next].map((part) => (part === null ? "" : put(t, part))).join(" ");
}

const refused = (reason: Reason, retryAtMs: number | null): ConnectionState => ({ kind: "refused", reason, detail: "", retryAtMs });

describe("how things stand", () => {
  it("is not mentioned while all is well", () => expect(conditionOf(FINE)).toBeNull());
  it("says on the screen that one is in the headset, and how to come back", () => expect(words({ isInHeadset: true })).toMatch(/headset.*come back/));
  it("is not mentioned before anything was asked for", () => expect(conditionOf({ ...FINE, connection: { kind: "idle" } })).toBeNull());

  it.each(Object.entries(Reason))("says why when lost or refused: %s", (_name, reason) => {
    for (const connection of [refused(reason, null), refused(reason, 1), { kind: "lost", reason, retryAtMs: 1 } as const]) {
      const condition = conditionOf({ ...FINE, connection });
      expect(condition).not.toBeNull();
      expect(words({ connection })).not.toMatch(/reasons\.|states\.|next\./);
    }
  });

  it.each(Object.values(Reason))("counts down to the next try, and offers it now: %i", (reason) => {
    const condition = conditionOf({ ...FINE, connection: refused(reason, 5_000) });
    expect(condition?.retryAtMs).toBe(5_000);
    expect(condition?.remedies.map(({ does }) => does)).toContain("retry");
  });

  it("a full world lets one in by itself, and one can stop waiting", () => {
    const full = { connection: refused(Reason.FULL, 9), isOutside: true };
    expect(words(full)).toBe("The world is full. You come in by yourself as soon as there is room.");
    expect(conditionOf({ ...FINE, ...full })?.remedies.map(({ does }) => does)).toEqual(["retry", "stopWaiting"]);
  });

  it("a place that goes on elsewhere can be continued here", () => {
    const condition = conditionOf({ ...FINE, connection: refused(Reason.TAKEN_OVER, null) });
    expect(condition?.remedies.map(({ does }) => does)).toEqual(["continueHere"]);
    expect(condition?.isAlarm).toBe(false);
  });

  it("a lost line keeps the place", () => {
    const lost: ConnectionState = { kind: "lost", reason: null, retryAtMs: 3 };
    expect(words({ connection: lost })).toBe("The connection is lost. Your place is kept.");
    expect(words({ connection: { ...lost, reason: Reason.RESTART } })).toContain("restarts");
  });

  it("coming in differs from coming back", () => {
    const again: ConnectionState = { kind: "connecting", isReturning: true };
    expect(words({ connection: again })).not.toBe(words({ connection: { kind: "connecting", isReturning: false } }));
  });

  it.each<[string, Partial<Circumstances>]>([
    ["a newer page", { connection: { kind: "outdated" } }],
    ["having left", { connection: { kind: "left" } }],
    ["a loading world", { loading: { kind: "loading" } }],
    ["no 3D", { picture: "impossible" }],
    ["a lost picture", { picture: "lost" }],
    ["a slow line", { isSlow: true }],
  ])("says what happens next: %s", (_what, now) => expect(conditionOf({ ...FINE, ...now })?.next).not.toBeNull());

  it("a world that did not load is tried again", () => {
    const loading: Loading = { kind: "failed", retryAtMs: 7 };
    expect(conditionOf({ ...FINE, loading })).toMatchObject({ retryAtMs: 7, isAlarm: true });
  });

  it("a broken page can be loaded again", () => {
    const picture: Picture = "broken";
    expect(conditionOf({ ...FINE, picture })?.remedies.map(({ does }) => does)).toEqual(["reload"]);
  });

  it("a missing world matters more than a missing picture", () => {
    expect(words({ loading: { kind: "loading" }, picture: "impossible" })).toContain("loading");
  });
});
