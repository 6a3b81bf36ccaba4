/** What one does now and then. */

import type { JSX } from "preact";

import { Icon, type IconName } from "../icons";
import type { PageActions, PageModel, PanelName } from "../model";
import { useWords } from "../words";
import { Panel } from "./panel";

export function MorePanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  const item = (icon: IconName, text: string, run: () => void, opens?: PanelName): JSX.Element => (
    <li>
      <button class={`item ${icon}`} data-first={opens === "settings" || undefined} data-opens={opens} onClick={run}>
        <Icon name={icon} />
        <span class="label">{text}</span>
      </button>
    </li>
  );
  return (
    <Panel name="more" title={t("more.title")} close={() => actions.open(null)}>
      <ul class="body items">
        {item("settings", t("more.settings"), () => actions.open("settings"), "settings")}
        {item("people", t("look.edit"), () => actions.open("look"), "look")}
        {item("share", t("more.share"), () => actions.open("share"), "share")}
        {item("help", t("more.help"), () => actions.open("help"), "help")}
        {model.hasHeadset && actions.enterHeadset && item("headset", t("headset.enter"), actions.enterHeadset)}
        {actions.takePicture && item("camera", t("more.screenshot"), actions.takePicture)}
        {actions.record && item("record", t(model.recordedS === null ? "recording.begin" : "recording.end"), () => actions.record?.(model.recordedS === null))}
        {item("performance", t("more.performance"), () => actions.showPerformance(model.readings === null))}
        {item("leave", t("more.leave"), actions.leave)}
      </ul>
    </Panel>
  );
}
