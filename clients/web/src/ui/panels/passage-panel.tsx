/** A portal that leads to another server: asked before one goes, and nothing is handed on. */

import type { JSX } from "preact";

import type { PageActions, PageModel } from "../model";
import { useWords } from "../words";
import { Panel } from "./panel";

export function PassagePanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element | null {
  const { t } = useWords();
  const host = hostOf(model.passage);
  if (model.passage === null || host === null) return null;
  const stay = (): void => actions.open(null);
  return (
    <Panel name="passage" title={t("passage.title")} close={stay}>
      <div class="body">
        <p>{t("passage.text", { host })}</p>
        <a class="main enter" href={model.passage} rel="noopener noreferrer" referrerpolicy="no-referrer">
          {t("passage.go", { host })}
        </a>
        <button class="item" data-first onClick={stay}>
          <span class="label">{t("passage.stay")}</span>
        </button>
      </div>
    </Panel>
  );
}

/** Who one would go to; null when that is no address one may go to. */
function hostOf(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return null;
  const { protocol, host } = new URL(address);
  return protocol === "https:" ? host : null;
}
