/** What one would use now: said, and done by a click, a key or a tap. */

import type { JSX } from "preact";

import { textIn } from "../state/localized";
import { Icon } from "./icons";
import { keyName } from "./keys";
import type { PageActions, PageModel, Usable } from "./model";
import { stateText } from "./texts/codes";
import { useWords } from "./words";

interface Props {
  readonly usable: Usable;
  readonly model: PageModel;
  readonly actions: PageActions;
}

export function UseButton({ usable, model, actions }: Props): JSX.Element {
  const { t, language } = useWords();
  const [code] = model.keys.use;
  return (
    <button class="use" onClick={() => actions.use(usable.id)}>
      {model.isTouch || code === undefined ? <Icon name="use" /> : <kbd>{keyName(code, t)}</kbd>}
      <span class="about">
        <b>{t("things.use", { thing: textIn(usable.name, language) })}</b>
        {usable.state !== null && <span class="quiet">{stateText(usable.state, t)}</span>}
      </span>
    </button>
  );
}
