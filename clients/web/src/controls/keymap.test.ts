import { describe, expect, test } from "vitest";

import { ACTIONS, KeyMap } from "./keymap";

describe("key map", () => {
  test("gives every action a key, and every key one action", () => {
    const map = new KeyMap();
    const codes = ACTIONS.flatMap((action) => map.codesOf(action));
    expect(ACTIONS.every((action) => map.codesOf(action).length > 0)).toBe(true);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("names who loses a key that is given away", () => {
    const map = new KeyMap();
    expect(map.bind("jump", "KeyV")).toBe("firstPerson");
    expect(map.actionOf("KeyV")).toBe("jump");
    expect(map.codesOf("firstPerson")).toEqual([]);
    expect(map.actionOf("Space")).toBeUndefined();
  });

  test("keeps Escape and Tab for the page", () => {
    const map = new KeyMap();
    map.bind("jump", "Escape");
    expect(map.actionOf("Escape")).toBeUndefined();
    expect(map.codesOf("jump")).toEqual(["Space"]);
  });

  test("comes back from its text as it was", () => {
    const map = new KeyMap();
    map.bind("jump", "KeyV");
    map.bind("sit", "KeyC");
    expect(KeyMap.fromText(map.toText()).toText()).toBe(map.toText());
  });

  test.each(["", "nonsense", "jump", "jump=Escape+ +KeyJ", "jump=<script> forward=KeyF", "x".repeat(100_000)])(
    "survives a stored text of %j", (text) => {
      const map = KeyMap.fromText(text.slice(0, 60_000));
      expect(map.codesOf("back")).toEqual(["KeyS", "ArrowDown"]);
    });

  test("reads a text in which two actions claim one key so that the later one has it", () => {
    const map = KeyMap.fromText("jump=KeyJ sit=KeyJ");
    expect(map.actionOf("KeyJ")).toBe("sit");
    expect(map.codesOf("jump")).toEqual([]);
  });
});
