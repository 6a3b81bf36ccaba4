/** How things stand, said aloud and shown: see condition.ts. */

import type { JSX } from "preact";

import { conditionOf } from "./condition";
import { Icon } from "./icons";
import type { PageActions, PageModel } from "./model";
import { put, useWords } from "./words";

/** Always in the document, so that screen readers notice when its text changes. */
export function Banner({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  const condition = conditionOf(model);
  return (
    <section class="banner-place" aria-label={t("app.standing")}>
      <div class={condition?.isAlarm ? "banner alarm" : "banner"} hidden={condition === null}>
        <p role="status">
          {condition && (
            <>
              <Icon name={condition.isAlarm ? "alarm" : "wait"} />
              <span>
                <b>{put(t, condition.what)}</b> {condition.next && put(t, condition.next)}
              </span>
            </>
          )}
        </p>
        {condition !== null && condition.retryAtMs !== null && <Countdown atMs={condition.retryAtMs} nowMs={model.nowMs} />}
        {condition?.remedies.map(({ does, text }) => (
          <button key={does} onClick={() => actions.remedy(does)}>
            {t(text as "buttons.tryNow")}
          </button>
        ))}
      </div>
    </section>
  );
}

/** Outside the status: read aloud each second it would drown everything else. */
function Countdown({ atMs, nowMs }: { atMs: number; nowMs: number }): JSX.Element {
  const { t } = useWords();
  const seconds = Math.max(0, Math.ceil((atMs - nowMs) / 1000));
  return <span class="countdown">{seconds === 0 ? t("next.now") : t("next.inSeconds", { count: seconds })}</span>;
}
