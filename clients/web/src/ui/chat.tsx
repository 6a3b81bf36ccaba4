/** Chat: the log of what was said near, and a line to say something. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { countCharacters, cutCharacters } from "../protocol/codec";
import type { ChatLine } from "../state/chat-log";
import type { PageActions, PageModel } from "./model";
import { TEXTS } from "./texts";

const MOST_CHARACTERS = 500;
const TOLD_FROM = 50; // characters left from which on the person is told
const SHOWN_CLOSED = 4;

export function Chat({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { lines, isChatOpen } = model;
  return (
    <section class={isChatOpen ? "chat open" : "chat"} aria-label={TEXTS.chatLog}>
      <Log lines={isChatOpen ? lines : lines.slice(-SHOWN_CLOSED)} isOpen={isChatOpen} isTouch={model.isTouch} />
      {isChatOpen && <Line actions={actions} />}
    </section>
  );
}

function Log({ lines, isOpen, isTouch }: { lines: readonly ChatLine[]; isOpen: boolean; isTouch: boolean }): JSX.Element {
  const end = useRef<HTMLDivElement>(null);
  const last = lines.length > 0 ? lines[lines.length - 1].id : 0;
  useLayoutEffect(() => end.current?.scrollTo({ top: end.current.scrollHeight }), [last, isOpen]);
  return (
    <div role="log" aria-live="polite" class="log" ref={end} tabIndex={isOpen ? 0 : -1}>
      {lines.length === 0 && isOpen && <p class="hint">{isTouch ? TEXTS.chatEmptyTouch : TEXTS.chatEmpty}</p>}
      {lines.map((line) => (
        <p key={line.id} class={line.name === "" ? "told" : undefined}>
          {line.name !== "" && <b class={line.isOwn ? "own" : undefined}>{line.name}: </b>}
          {line.text}
        </p>
      ))}
    </div>
  );
}

function Line({ actions }: { actions: PageActions }): JSX.Element {
  const [text, setText] = useState("");
  const [isUnsent, setUnsent] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // At once, not after the next paint: what is typed next belongs here.
  useLayoutEffect(() => field.current?.focus(), []);
  const left = MOST_CHARACTERS - countCharacters(text);

  const send = (event: Event): void => {
    event.preventDefault();
    if (text.trim() === "") {
      actions.openChat(false);
      return;
    }
    const isSent = actions.say(text);
    setUnsent(!isSent);
    if (isSent) setText("");
  };

  return (
    <form class="line" onSubmit={send}>
      <input
        ref={field}
        value={text}
        aria-label={TEXTS.chatLabel}
        placeholder={TEXTS.chatPlaceholder}
        autocomplete="off"
        enterkeyhint="send"
        onInput={(event) => setText(cutCharacters(event.currentTarget.value, MOST_CHARACTERS))}
        onKeyDown={(event) => event.key === "Escape" && actions.openChat(false)}
      />
      <button type="submit">{TEXTS.sendButton}</button>
      <button type="button" onClick={() => actions.openChat(false)}>
        {TEXTS.closeButton}
      </button>
      <p class="hint" aria-live="polite">
        {isUnsent ? TEXTS.chatNotSent : left <= TOLD_FROM ? TEXTS.chatLeft(left) : ""}
      </p>
    </form>
  );
}
