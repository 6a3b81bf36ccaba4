import { describe, expect, it } from "vitest";

import { piecesOf } from "./links";

const links = (text: string): readonly (string | null)[] => piecesOf(text).flatMap(({ href }) => href ?? []);

describe("links in what was said", () => {
  it("are https addresses, without the sentence's full stop", () => {
    expect(piecesOf("See https://example.org/a. Now")).toEqual([
      { text: "See ", href: null },
      { text: "https://example.org/a", href: "https://example.org/a" },
      { text: ". Now", href: null },
    ]);
  });

  it.each(["http://example.org", "javascript:alert(1)", "example.org", "data:text/html,x", "https://", "HTTPS //x"])(
    "are nothing else: %s",
    (text) => expect(links(text)).toEqual([]),
  );

  it("do not hide their host behind a name", () => expect(links("https://bank.example@evil.example/")).toEqual([]));

  it("leave every letter of the text as it was", () => {
    const text = "a https://x.fi/(b) c https://y.fi, d";
    expect(piecesOf(text).map((piece) => piece.text).join("")).toBe(text);
  });
});
