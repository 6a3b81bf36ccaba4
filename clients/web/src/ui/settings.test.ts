import { describe, expect, it } from "vitest";

import { SENSITIVITY, settingsFrom, settingsText, USUAL } from "./settings";

describe("settings", () => {
  it("are the usual ones when nothing is kept", () => expect(settingsFrom(null)).toEqual(USUAL));

  it("come back as they were kept", () => {
    const mine = { ...USUAL, language: "fi", theme: "light", graphics: "low", textSize: "larger", invertsMouse: true } as const;
    expect(settingsFrom(settingsText(mine))).toEqual(mine);
  });

  it.each(["", "null", "7", "[]", "{", '{"theme":"pink","language":"xx","showsPlates":"no","sensitivity":"fast"}'])(
    "survive what nobody should have written: %s",
    (text) => expect(settingsFrom(text)).toEqual(USUAL),
  );

  it("keep the speed within its bounds", () => {
    expect(settingsFrom('{"sensitivity":99}').sensitivity).toBe(SENSITIVITY.most);
    expect(settingsFrom('{"sensitivity":-1}').sensitivity).toBe(SENSITIVITY.least);
  });
});
