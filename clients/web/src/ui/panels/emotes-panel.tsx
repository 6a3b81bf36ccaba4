/** The emotes: eight round the middle, by click, by arrow keys or by the keys 1-8; hand and seat beside them. */

import type { JSX } from "preact";

import type { EmoteKind } from "../../protocol/messages.gen";
import { Icon } from "../icons";
import type { PageActions, PageModel } from "../model";
import { EMOTES } from "../texts/codes";
import { useWords } from "../words";
import { Panel } from "./panel";

const KINDS = Object.keys(EMOTES).map((kind) => Number(kind) as EmoteKind);
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function EmotesPanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  const close = (): void => actions.open(null);
  const show = (kind: number): void => {
    actions.emote(kind);
    close();
  };
  return (
    <Panel name="emotes" title={t("emotes.title")} close={close}>
      <div class="wheel" role="group" aria-label={t("emotes.title")} onKeyDown={step}>
        {KINDS.map((kind, index) => (
          <button key={kind} data-first={index === 0 || undefined} style={{ "--at": index }} onClick={() => show(kind)}>
            <Icon name={EMOTES[kind]} />
            <span class="label">{t(`emotes.${EMOTES[kind]}`)}</span>
            <kbd aria-label={t("emotes.key", { key: index + 1 })}>{index + 1}</kbd>
          </button>
        ))}
      </div>
      {(actions.raiseHand ?? actions.sit) && (
        <div class="lasting" role="group" aria-label={t("emotes.lasting")}>
          {actions.raiseHand && (
            <button aria-pressed={model.isHandUp} onClick={() => actions.raiseHand?.(!model.isHandUp)}>
              <Icon name="hand" />
              <span class="label">{t("emotes.handUp")}</span>
            </button>
          )}
          {actions.sit && (
            <button aria-pressed={model.isSitting} onClick={() => actions.sit?.(!model.isSitting)}>
              <Icon name="sit" />
              <span class="label">{t("emotes.sit")}</span>
            </button>
          )}
        </div>
      )}
    </Panel>
  );
}

/** Arrow keys go round the wheel, and do not walk meanwhile. */
function step(event: KeyboardEvent): void {
  const by = STEPS[event.key];
  if (by === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  event.stopPropagation();
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons[(at + by + buttons.length) % buttons.length]?.focus();
}
