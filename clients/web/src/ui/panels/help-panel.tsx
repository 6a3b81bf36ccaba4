/** The five things to try first, told for the hands that the person has: keys, fingers or a gamepad. */

import type { ComponentChildren, JSX } from "preact";

import { Icon, type IconName } from "../icons";
import { keyName } from "../keys";
import type { PageActions, PageModel } from "../model";
import type { Translate } from "../texts/shape";
import { useWords } from "../words";
import { Panel } from "./panel";

export function HelpPanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  const close = (): void => actions.open(null);
  return (
    <Panel name="help" title={t("help.title")} close={close}>
      <div class="body stack">
        <p>
          <b>{t("help.welcome", { name: model.ownName })}</b>
        </p>
        <ol class="steps">
          {stepsOf(model, t).map(({ icon, title, text }) => (
            <li key={title}>
              <Icon name={icon} />
              <div>
                <b>{title}</b>
                <p>{text}</p>
              </div>
            </li>
          ))}
        </ol>
        {!model.isTouch && <p class="hint">{t("help.allKeys")}</p>}
        <button class="main" data-first onClick={close}>
          {t("help.go")}
        </button>
      </div>
    </Panel>
  );
}

interface Step {
  readonly icon: IconName;
  readonly title: string;
  readonly text: ComponentChildren;
}

function stepsOf({ isTouch, hasGamepad, keys }: PageModel, t: Translate): readonly Step[] {
  const key = (codes: readonly string[]): string => (codes[0] === undefined ? t("settings.keysNone") : keyName(codes[0], t));
  const pad = (touch: string, keyboard: string, gamepad: string): string => {
    if (isTouch) return touch;
    return hasGamepad ? `${keyboard} ${gamepad}` : keyboard;
  };
  const walking = {
    forward: key(keys.forward),
    left: key(keys.left),
    back: key(keys.back),
    right: key(keys.right),
    run: key(keys.run),
    jump: key(keys.jump),
  };
  return [
    { icon: "walk", title: t("help.walk"), text: pad(t("help.walkTouch"), t("help.walkKeys", walking), t("help.walkPad")) },
    {
      icon: "eye",
      title: t("help.look"),
      text: pad(t("help.lookTouch"), t("help.lookKeys", { firstPerson: key(keys.firstPerson) }), t("help.lookPad")),
    },
    { icon: "chat", title: t("help.talk"), text: isTouch ? t("help.talkTouch") : t("help.talkKeys", { chat: key(keys.chat) }) },
    { icon: "wave", title: t("help.wave"), text: isTouch ? t("help.waveTouch") : t("help.waveKeys", { wave: "1" }) },
    { icon: "people", title: t("help.meet"), text: t("help.meetText") },
  ];
}
