/** The keys: what each does, and how to give it to something else. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { KEY_ACTIONS, type KeyAction, keyName, keyNames } from "../keys";
import type { PageActions, PageModel } from "../model";
import { useWords } from "../words";

/** Keys that a page must not take: they move the focus and close panels. */
const RESERVED: ReadonlySet<string> = new Set(["Tab", "Escape", "MetaLeft", "MetaRight"]);

interface Taken {
  readonly action: KeyAction;
  readonly code: string;
  readonly loser: KeyAction | null;
}

export function KeyList({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  const { keys } = model;
  const [listening, setListening] = useState<KeyAction | null>(null);
  const [done, setDone] = useState<Taken | "reset" | null>(null);

  const pressed = (event: KeyboardEvent): void => {
    if (listening === null || event.code === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    setListening(null);
    if (RESERVED.has(event.code) || event.code === "") return;
    const loser = KEY_ACTIONS.find((action) => action !== listening && keys[action].includes(event.code)) ?? null;
    actions.bind?.(listening, event.code);
    setDone({ action: listening, code: event.code, loser });
  };
  const said = (): string => {
    if (done === null) return "";
    if (done === "reset") return t("settings.keysWereReset");
    const key = keyName(done.code, t);
    const set = t("settings.keysSet", { action: t(`actions.${done.action}`), key });
    return done.loser === null ? set : `${set} ${t("settings.keysTaken", { key, action: t(`actions.${done.loser}`) })}`;
  };

  return (
    <section class="keys" aria-labelledby="keys-title" onKeyDown={pressed}>
      <h3 id="keys-title">{t("settings.keys")}</h3>
      <p class="hint">{t("settings.keysLead")}</p>
      <ul>
        {KEY_ACTIONS.map((action) => {
          const name = t(`actions.${action}`);
          const held = keys[action].length === 0 ? t("settings.keysNone") : keyNames(keys[action], t);
          return (
            <li key={action}>
              <span>{name}</span>
              <button
                aria-label={listening === action ? t("settings.keysPress") : t("settings.keysChange", { action: name, keys: held })}
                aria-pressed={listening === action}
                onClick={() => setListening(listening === action ? null : action)}
                onBlur={() => setListening(null)}
              >
                {listening === action ? t("settings.keysPress") : <kbd>{held}</kbd>}
              </button>
            </li>
          );
        })}
      </ul>
      <p role="status" class="hint">
        {said()}
      </p>
      <button
        onClick={() => {
          actions.resetKeys?.();
          setDone("reset");
        }}
      >
        {t("settings.keysReset")}
      </button>
    </section>
  );
}
