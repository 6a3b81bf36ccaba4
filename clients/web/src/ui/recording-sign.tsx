/** Says for as long as it lasts that one's own motion is being recorded, and ends it. */

import type { JSX } from "preact";

import { Icon } from "./icons";
import type { PageActions, PageModel } from "./model";
import { useWords } from "./words";

export function RecordingSign({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element | null {
  const { t } = useWords();
  if (model.recordedS === null) return null;
  return (
    <div class="recording">
      <Icon name="record" />
      <span>{t("recording.running", { count: model.recordedS })}</span>
      <button onClick={() => actions.record?.(false)}>{t("recording.end")}</button>
    </div>
  );
}
