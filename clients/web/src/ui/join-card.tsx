/** The first thing one sees: a name, and a door. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { PageActions, PageModel } from "./model";
import { TEXTS } from "./texts";

const MOST_NAME = 96;

export function JoinCard({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const [name, setName] = useState(model.wishedName);
  const isBack = model.connection.kind !== "idle";
  return (
    <main class="join-place">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          actions.join(name);
        }}
      >
        <h1>{TEXTS.title}</h1>
        <p>{TEXTS.joinLead}</p>
        <label for="name">{TEXTS.nameLabel}</label>
        <input
          id="name"
          value={name}
          maxLength={MOST_NAME}
          autocomplete="nickname"
          aria-describedby="name-hint"
          autofocus
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <p id="name-hint" class="hint">
          {TEXTS.nameHint}
        </p>
        <button type="submit" class="main">
          {isBack ? TEXTS.joinAgainButton : TEXTS.joinButton}
        </button>
      </form>
    </main>
  );
}
