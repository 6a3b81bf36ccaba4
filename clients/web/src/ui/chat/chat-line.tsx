/** One line of the chat: when, who, what. */

import type { JSX } from "preact";

import type { ChatLine } from "../../state/chat-log";
import type { Language } from "../language";
import type { Sentence } from "../texts/shape";
import { put, useWords } from "../words";
import { piecesOf } from "./links";

const TURN = 360;
/** Neighbours in this sequence lie far apart on the circle of colours (the golden angle). */
const GOLDEN_DEGREES = 137.5;

export function Line({ line, hasLinks = true }: { line: ChatLine<Sentence>; hasLinks?: boolean }): JSX.Element {
  const { t, language } = useWords();
  const time = (
    <time class="time" dateTime={new Date(line.atMs).toISOString()}>
      {clock(line.atMs, language)}
    </time>
  );
  if (line.kind === "told") {
    return (
      <li class="told">
        {time} {put(t, line.what)}
      </li>
    );
  }
  const own = line.isOwn ? { class: "own" } : {};
  return (
    <li {...own}>
      {time}{" "}
      <b style={{ "--hue": hueOf(line.name) }}>
        <bdi>{line.isOwn ? t("chat.isOwn", { name: line.name }) : line.name}</bdi>
      </b>{" "}
      {hasLinks ? <Said text={line.text} /> : <bdi class="said">{line.text}</bdi>}
    </li>
  );
}

function Said({ text }: { text: string }): JSX.Element {
  return (
    <bdi class="said">
      {piecesOf(text).map(({ text: words, href }, index) =>
        href === null ? (
          words
        ) : (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {words}
          </a>
        ),
      )}
    </bdi>
  );
}

/** The same name has the same colour everywhere and always. */
export function hueOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return Math.round((sum % TURN) * GOLDEN_DEGREES) % TURN;
}

const clocks = new Map<Language, Intl.DateTimeFormat>();

/** Building a format takes longer than drawing the line. */
function clock(atMs: number, language: Language): string {
  let format = clocks.get(language);
  if (format === undefined) clocks.set(language, (format = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" })));
  return format.format(atMs);
}
