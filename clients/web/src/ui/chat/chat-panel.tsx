/** The chat: the log of what was said near, and a line to say something. */

import type { JSX, TargetedInputEvent, TargetedUIEvent } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { countCharacters, cutCharacters } from "../../protocol/codec";
import type { ChatLine } from "../../state/chat-log";
import { Icon } from "../icons";
import type { PageActions, PageModel } from "../model";
import { Panel } from "../panels/panel";
import type { Sentence } from "../texts/shape";
import { useWords } from "../words";
import { Line } from "./chat-line";

export const MOST_CHARACTERS = 500;
const TOLD_FROM = 50; // characters left from which on the person is told
const NEAR_END_PIXELS = 48;

export function ChatPanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  return (
    <Panel name="chat" title={t("chat.title")} close={() => actions.open(null)}>
      <Log lines={model.lines} />
      <Field actions={actions} />
    </Panel>
  );
}

function Log({ lines }: { lines: readonly ChatLine<Sentence>[] }): JSX.Element {
  const { t } = useWords();
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const last = lines.at(-1)?.id ?? 0;
  // Follows what is said, unless the person has scrolled up to read.
  useLayoutEffect(() => {
    if (isAtEnd.current) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [last]);
  const scrolled = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: TargetedUIEvent<HTMLDivElement>): void => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS;
  };
  return (
    <div class="log" role="log" aria-label={t("chat.log")} ref={log} tabIndex={0} onScroll={scrolled}>
      {lines.length === 0 ? (
        <p class="empty">{t("chat.empty")}</p>
      ) : (
        <ul>
          {lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ul>
      )}
    </div>
  );
}

type Trouble = "none" | "unsent" | "cut";

function Field({ actions }: { actions: PageActions }): JSX.Element {
  const { t } = useWords();
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState<Trouble>("none");
  const left = MOST_CHARACTERS - countCharacters(text);

  const typed = (event: TargetedInputEvent<HTMLInputElement>): void => {
    const { value } = event.currentTarget;
    const kept = cutCharacters(value, MOST_CHARACTERS);
    setText(kept);
    setTrouble(kept.length < value.length ? "cut" : "none");
  };
  const send = (event: Event): void => {
    event.preventDefault();
    if (text.trim() === "") {
      actions.open(null);
      return;
    }
    const isSent = actions.say(text);
    setTrouble(isSent ? "none" : "unsent");
    if (isSent) setText("");
  };

  return (
    <form class="say" onSubmit={send}>
      <input
        data-first
        value={text}
        aria-label={t("chat.field")}
        aria-describedby="say-hint"
        placeholder={t("chat.placeholder")}
        autocomplete="off"
        enterkeyhint="send"
        onInput={typed}
      />
      <button type="submit" class="main">
        <Icon name="send" />
        <span class="label">{t("chat.send")}</span>
      </button>
      <p class="hint" id="say-hint" role="status">
        {trouble === "unsent" && t("chat.notSent")}
        {trouble === "cut" && t("chat.cut", { most: MOST_CHARACTERS })}
        {trouble === "none" && left <= TOLD_FROM && t("chat.left", { count: left })}
      </p>
    </form>
  );
}
