/** What a person can set; every change counts at once and is kept. */

import type { JSX } from "preact";

import { Choice, Toggle } from "../choice";
import { Icon } from "../icons";
import { LANGUAGE_NAMES, LANGUAGES } from "../language";
import type { PageActions, PageModel } from "../model";
import { MOTIONS, SENSITIVITY, TEXT_SIZES, THEMES } from "../settings";
import { useWords } from "../words";
import { GraphicsChoice } from "./graphics-choice";
import { KeyList } from "./key-list";
import { Panel } from "./panel";

const THEME_TEXTS = { auto: "settings.themeAuto", light: "settings.themeLight", dark: "settings.themeDark" } as const;
const MOTION_TEXTS = { auto: "settings.motionAuto", reduced: "settings.motionReduced" } as const;
const SIZE_TEXTS = { normal: "settings.textNormal", large: "settings.textLarge", larger: "settings.textLarger" } as const;

export function SettingsPanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t, language } = useWords();
  const { settings } = model;
  return (
    <Panel name="settings" title={t("settings.title")} close={() => actions.open(null)}>
      <div class="body stack">
        <Choice
          legend={t("settings.language")}
          options={LANGUAGES.map((value) => ({ value, text: LANGUAGE_NAMES[value], lang: value }))}
          chosen={settings.language ?? language}
          choose={(value) => actions.set({ language: value })}
        />
        <Choice
          legend={t("settings.theme")}
          options={THEMES.map((value) => ({ value, text: t(THEME_TEXTS[value]) }))}
          chosen={settings.theme}
          choose={(theme) => actions.set({ theme })}
        />
        <Choice
          legend={t("settings.textSize")}
          options={TEXT_SIZES.map((value) => ({ value, text: t(SIZE_TEXTS[value]) }))}
          chosen={settings.textSize}
          choose={(textSize) => actions.set({ textSize })}
        />
        <GraphicsChoice model={model} actions={actions} />
        <Choice
          legend={t("settings.motion")}
          options={MOTIONS.map((value) => ({ value, text: t(MOTION_TEXTS[value]) }))}
          chosen={settings.motion}
          choose={(motion) => actions.set({ motion })}
        />
        <Toggle text={t("settings.plates")} isOn={settings.showsPlates} turn={(showsPlates) => actions.set({ showsPlates })} />
        <label class="field">
          <span>{t("settings.sensitivity")}</span>
          <input
            type="range"
            min={SENSITIVITY.least}
            max={SENSITIVITY.most}
            step={SENSITIVITY.step}
            value={settings.sensitivity}
            onInput={(event) => actions.set({ sensitivity: Number(event.currentTarget.value) })}
          />
        </label>
        <Toggle text={t("settings.invert")} isOn={settings.invertsMouse} turn={(invertsMouse) => actions.set({ invertsMouse })} />
        <button class="item" onClick={() => actions.open("look")}>
          <Icon name="people" />
          <span class="label">{t("look.edit")}</span>
        </button>
        <KeyList model={model} actions={actions} />
      </div>
    </Panel>
  );
}
