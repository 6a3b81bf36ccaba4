/** The slim bar: what one does all the time, under the thumbs. */

import type { JSX } from "preact";

import { Icon, type IconName } from "./icons";
import type { PageActions, PageModel, PanelName } from "./model";
import { useWords } from "./words";

interface Props {
  readonly model: PageModel;
  readonly actions: PageActions;
}

const IN_MORE: readonly (PanelName | null)[] = ["more", "settings", "help", "share", "look"];

export function Bar({ model, actions }: Props): JSX.Element {
  const { t } = useWords();
  const { panel } = model;
  const opener = (name: PanelName, icon: IconName, text: string, isOpen = panel === name): JSX.Element => (
    <button class="bar-item" data-opens={name} aria-expanded={isOpen} onClick={() => actions.open(isOpen ? null : name)}>
      <Icon name={icon} />
      <span class="label">{text}</span>
      {name === "chat" && model.unread > 0 && <Unread count={model.unread} />}
    </button>
  );
  return (
    <nav class="bar" aria-label={t("bar.label")}>
      {opener("chat", "chat", t("bar.chat"))}
      {opener("people", "people", t("bar.people"))}
      {opener("emotes", "emotes", t("bar.emotes"))}
      {actions.raiseHand && <Switch icon="hand" text={t("bar.hand")} isOn={model.isHandUp} turn={actions.raiseHand} />}
      {actions.sit && <Switch icon="sit" text={t("bar.sit")} isOn={model.isSitting} turn={actions.sit} isExtra />}
      {opener("places", "places", t("bar.places"))}
      {opener("more", "more", t("bar.more"), IN_MORE.includes(panel))}
    </nav>
  );
}

interface SwitchProps {
  readonly icon: IconName;
  readonly text: string;
  readonly isOn: boolean;
  readonly turn: (isOn: boolean) => void;
  /** Left out where the bar is narrow; the emotes have it as well. */
  readonly isExtra?: boolean;
}

function Switch({ icon, text, isOn, turn, isExtra = false }: SwitchProps): JSX.Element {
  const press = (event: MouseEvent): void => {
    turn(!isOn);
    returnKeys(event);
  };
  return (
    <button class={isExtra ? "bar-item extra" : "bar-item"} aria-pressed={isOn} onClick={press}>
      <Icon name={icon} />
      <span class="label">{text}</span>
    </button>
  );
}

/** After a click (not a key) the keys go back to walking: the next Space is a jump, not this button again. */
export function returnKeys(event: MouseEvent): void {
  if (event.detail > 0) document.querySelector<HTMLElement>("#view")?.focus();
}

function Unread({ count }: { count: number }): JSX.Element {
  const { t } = useWords();
  return (
    <span class="badge">
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span class="aloud">{t("bar.unread", { count })}</span>
    </span>
  );
}
