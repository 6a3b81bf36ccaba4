/** What drawing and the line cost, in figures; for those who want to know. */

import type { JSX } from "preact";

import type { PageActions, Readings } from "../model";
import { Icon } from "../icons";
import type { Translate } from "../texts/shape";
import { useWords } from "../words";

export function Performance({ readings, actions }: { readings: Readings; actions: PageActions }): JSX.Element {
  const { t, language } = useWords();
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const rows: readonly (readonly [string, string])[] = [
    [t("performance.frames"), whole.format(readings.framesPerSecond)],
    [t("performance.frameMs"), t("performance.ms", { value: fine.format(readings.frameMs) })],
    [t("performance.draws"), whole.format(readings.draws)],
    [t("performance.triangles"), whole.format(readings.triangles)],
    [t("performance.roundTrip"), t("performance.ms", { value: whole.format(readings.roundTripMs) })],
    [t("performance.corrections"), whole.format(readings.corrections)],
    [t("performance.inputs"), t("performance.inputsEarly", { value: whole.format(readings.inputWaitMs), late: share.format(readings.lateShare) })],
    [t("performance.people"), whole.format(readings.people)],
    [t("performance.beyond"), whole.format(readings.beyond)],
    [t("performance.level"), levelText(readings.level, t)],
  ];
  return (
    <section class="readings" aria-label={t("performance.title")}>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <button class="round" aria-label={t("panel.closing", { title: t("performance.title") })} onClick={() => actions.showPerformance(false)}>
        <Icon name="close" />
      </button>
    </section>
  );
}

function levelText(level: string, t: Translate): string {
  switch (level) {
    case "low":
      return t("settings.graphicsLow");
    case "medium":
      return t("settings.graphicsMedium");
    case "high":
      return t("settings.graphicsHigh");
    default:
      return level; // nothing is drawn
  }
}
