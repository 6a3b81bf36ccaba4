/** The parts of the join card that open: one's look, and language with graphics. */

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

import { Choice } from "../choice";
import { Icon, type IconName } from "../icons";
import { LANGUAGE_NAMES, LANGUAGES } from "../language";
import type { PageActions, PageModel } from "../model";
import { GraphicsChoice } from "../panels/graphics-choice";
import { lazy } from "../panels/lazy";
import { useWords } from "../words";

const LookEditor = lazy(async () => (await import("../look/look-editor")).LookEditor);
/** Where there is room, the look is open from the start. */
const WIDE = "(min-width: 760px) and (min-height: 560px)";

interface Props {
  readonly model: PageModel;
  readonly actions: PageActions;
}

export function LookFold({ model, actions }: Props): JSX.Element {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(() => matchMedia(WIDE).matches);
  const draw = (
    <button type="button" onClick={actions.drawLook}>
      <Icon name="dice" />
      <span class="label">{t("look.random")}</span>
    </button>
  );
  return (
    <Fold name="look" icon="people" title={t("join.look")} isOpen={isOpen} open={setOpen} beside={draw}>
      <LookEditor model={model} actions={actions} />
    </Fold>
  );
}

export function OptionsFold({ model, actions }: Props): JSX.Element {
  const { t, language } = useWords();
  const [isOpen, setOpen] = useState(false);
  const now = <span class="quiet">{LANGUAGE_NAMES[language]}</span>;
  return (
    <Fold name="options" icon="settings" title={t("join.options")} isOpen={isOpen} open={setOpen} beside={now}>
      <div class="stack">
        <Choice
          legend={t("settings.language")}
          options={LANGUAGES.map((value) => ({ value, text: LANGUAGE_NAMES[value], lang: value }))}
          chosen={model.settings.language ?? language}
          choose={(value) => actions.set({ language: value })}
        />
        <GraphicsChoice model={model} actions={actions} />
      </div>
    </Fold>
  );
}

interface FoldProps {
  readonly name: string;
  readonly icon: IconName;
  readonly title: string;
  readonly isOpen: boolean;
  readonly open: (isOpen: boolean) => void;
  /** Shown beside the title while the fold is closed. */
  readonly beside: JSX.Element;
  readonly children: ComponentChildren;
}

function Fold({ name, icon, title, isOpen, open, beside, children }: FoldProps): JSX.Element {
  return (
    <section class={`fold ${name}`} aria-labelledby={`${name}-title`}>
      <div class="fold-title">
        <h2>
          <button type="button" id={`${name}-title`} aria-expanded={isOpen} onClick={() => open(!isOpen)}>
            <Icon name={icon} />
            <span class="label">{title}</span>
            <Icon name={isOpen ? "up" : "down"} />
          </button>
        </h2>
        {!isOpen && beside}
      </div>
      {isOpen && children}
    </section>
  );
}
