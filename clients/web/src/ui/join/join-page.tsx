/** The first thing one sees: the place, who is there, a name, and a door. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { textIn } from "../../state/localized";
import type { Lacks, PageActions, PageModel } from "../model";
import { useWords } from "../words";
import { LookFold, OptionsFold } from "./folds";
import { cutGraphemes, MOST_NAME } from "./name";

interface Props {
  readonly model: PageModel;
  readonly actions: PageActions;
}

export function JoinPage({ model, actions }: Props): JSX.Element {
  const { t } = useWords();
  const [name, setName] = useState(model.wishedName);
  const [isCut, setCut] = useState(false);
  const isBusy = model.connection.kind === "connecting" || model.loading.kind === "loading";
  const typed = (value: string): void => {
    const kept = cutGraphemes(value, MOST_NAME);
    setName(kept);
    setCut(kept.length < value.length);
  };
  return (
    <main class="join">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) actions.join(name);
        }}
      >
        <Place model={model} />
        <div class="field">
          <label for="name">{t("join.name")}</label>
          <input
            id="name"
            value={name}
            autocomplete="nickname"
            aria-describedby="name-hint"
            dir="auto"
            autofocus={!model.isTouch}
            onInput={(event) => typed(event.currentTarget.value)}
          />
          <p id="name-hint" class="hint" role="status">
            {isCut ? t("join.nameLong") : t("join.nameHint")}
          </p>
        </div>
        <LookFold model={model} actions={actions} />
        <OptionsFold model={model} actions={actions} />
        <LacksLine lacks={model.lacks} />
        <button type="submit" class="main enter" aria-disabled={isBusy}>
          {isBusy ? t("panel.loading") : model.connection.kind === "idle" ? t("join.enter") : t("join.enterAgain")}
        </button>
        {model.offers.length > 1 && (
          <a class="others" href={`/${location.search}`}>
            {t("worlds.others")}
          </a>
        )}
      </form>
    </main>
  );
}

function Place({ model }: { model: PageModel }): JSX.Element {
  const { t, language } = useWords();
  const { offered } = model;
  const name = offered?.name ?? model.worldName;
  return (
    <header class="welcome">
      {name !== null && <p class="brand">{t("app.title")}</p>}
      <h1>{name === null ? t("app.title") : textIn(name, language)}</h1>
      <p class="quiet">
        {offered === null && t("join.lead")}
        {offered !== null && (offered.people === 0 ? t("join.nobody") : t("join.here", { count: offered.people }))}
      </p>
    </header>
  );
}

/** What an address without https takes away, in one line; nothing where nothing is missing. */
function LacksLine({ lacks }: { lacks: Lacks }): JSX.Element | null {
  const { t, language } = useWords();
  const missing = [
    lacks.microphone && t("join.plainNoMicrophone"),
    lacks.headset && t("join.plainNoHeadset"),
    lacks.sharing && t("join.plainNoSharing"),
  ].filter((text) => text !== false);
  if (missing.length === 0) return null;
  const list = new Intl.ListFormat(language, { type: "conjunction" }).format(missing);
  return (
    <p class="hint">
      {t("join.plainTitle")} {list}.
    </p>
  );
}
