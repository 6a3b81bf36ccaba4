/** Changing one's look while inside. */

import type { JSX } from "preact";

import { LookEditor } from "../look/look-editor";
import type { PageActions, PageModel } from "../model";
import { useWords } from "../words";
import { Panel } from "./panel";

export function LookPanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  return (
    <Panel name="look" title={t("join.look")} close={() => actions.open(null)}>
      <div class="body stack">
        <LookEditor model={model} actions={actions} />
        <button class="main" onClick={() => actions.open(null)}>
          {t("look.done")}
        </button>
      </div>
    </Panel>
  );
}
