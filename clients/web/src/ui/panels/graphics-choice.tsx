/** How finely the world is drawn; on the join page and in the settings. */

import type { JSX } from "preact";

import { Choice } from "../choice";
import type { PageActions, PageModel } from "../model";
import { GRAPHICS } from "../settings";
import { useWords } from "../words";

const TEXTS = {
  auto: "settings.graphicsAuto",
  low: "settings.graphicsLow",
  medium: "settings.graphicsMedium",
  high: "settings.graphicsHigh",
} as const;

export function GraphicsChoice({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  return (
    <Choice
      legend={t("settings.graphics")}
      options={GRAPHICS.map((value) => ({ value, text: t(TEXTS[value]) }))}
      chosen={model.settings.graphics}
      choose={(graphics) => actions.set({ graphics })}
    />
  );
}
