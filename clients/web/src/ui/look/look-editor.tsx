/** Who one is in the world: a live picture, and a row for each choice. */

import type { JSX } from "preact";

import { CHOICES, optionIndex, stepOption } from "../../state/look";
import { Icon } from "../icons";
import type { PageActions, PageModel } from "../model";
import type { TextKey } from "../texts/shape";
import { useWords } from "../words";
import { Portrait } from "./portrait";

interface Props {
  readonly model: PageModel;
  readonly actions: PageActions;
}

type Choice = (typeof CHOICES)[number];

export function LookEditor({ model, actions }: Props): JSX.Element {
  const { t } = useWords();
  return (
    <div class="look-editor">
      <div class="mirror">
        <Portrait model={model} actions={actions} />
        <button type="button" onClick={actions.drawLook}>
          <Icon name="dice" />
          <span class="label">{t("look.random")}</span>
        </button>
      </div>
      <div class="choices" role="group" aria-label={t("join.look")}>
        {CHOICES.map((choice) => (
          <Row key={choice.id} choice={choice} look={model.look} choose={actions.chooseLook} />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly choice: Choice;
  readonly look: Uint8Array;
  readonly choose: (look: Uint8Array) => void;
}

/** Arrows on both sides; the keyboard's left and right do the same anywhere in the row. */
function Row({ choice, look, choose }: RowProps): JSX.Element {
  const { t } = useWords();
  const part = t(`look.parts.${choice.id}`);
  const number = optionIndex(look, choice.id);
  const option = (t as (key: TextKey) => string)(optionKey(choice, number));
  const step = (by: number): void => choose(stepOption(look, choice.id, by));
  const turned = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    step(by);
  };
  return (
    <div class="look-row" role="group" aria-label={part} onKeyDown={turned}>
      <span class="part" aria-hidden="true">
        {part}
      </span>
      <button type="button" class="round" aria-label={t("look.previous", { part })} onClick={() => step(-1)}>
        <Icon name="previous" />
      </button>
      <span class="option">
        <span aria-hidden="true">{option}</span>
        <span class="aloud" role="status">
          {t("look.chosen", { part, option, number: number + 1, total: choice.options.length })}
        </span>
      </span>
      <button type="button" class="round" aria-label={t("look.next", { part })} onClick={() => step(1)}>
        <Icon name="next" />
      </button>
    </div>
  );
}

/** Every option of every choice has a text of this name; the compiler checks it. */
type OptionKey = { [C in Choice as C["id"]]: `look.${C["id"]}.${C["options"][number]}` }[Choice["id"]];

function optionKey({ id, options }: Choice, number: number): OptionKey & TextKey {
  return `look.${id}.${options[number]}` as OptionKey;
}
