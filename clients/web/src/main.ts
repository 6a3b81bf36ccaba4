/** Starts the page: reads what was set and asked for, gets the words, and lets the app begin. */

import { App, SETTINGS_KEY } from "./app";
import { local, read, takeTicket } from "./ui/browser-platform";
import { loadTranslate, pickLanguage } from "./ui/language";
import type { Graphics } from "./scene/detail";
import { settingsFrom } from "./ui/settings";
import { worldOf } from "./ui/sharing";

const MOST_FRAMES = 240;
/** A recording of motion ends by itself after this. */
const MOST_RECORDED_S = 600;

const canvas = document.querySelector<HTMLCanvasElement>("#view");
const pageRoot = document.querySelector<HTMLElement>("#page");
if (canvas !== null && pageRoot !== null) await start(canvas, pageRoot);

async function start(view: HTMLCanvasElement, root: HTMLElement): Promise<void> {
  const settings = settingsFrom(read(local, SETTINGS_KEY));
  const language = pickLanguage(settings.language, navigator.languages);
  const asked = new URLSearchParams(location.search);
  const frames = Number(asked.get("fps"));
  const forced = asked.get("graphics");
  const hour = asked.get("hour");
  const record = asked.get("record");
  const world = worldOf(location.pathname);
  takeTicket(world);
  new App({
    canvas: view,
    pageRoot: root,
    world,
    mostFrames: frames >= 1 ? Math.min(frames, MOST_FRAMES) : MOST_FRAMES,
    recordS: record === null ? null : Math.min(MOST_RECORDED_S, Number(record) > 0 ? Number(record) : MOST_RECORDED_S),
    settings,
    words: { language, t: await loadTranslate(language) },
    buildStage: async (canvas, graphics) => {
      const { Stage } = await import("./scene/stage");
      return new Stage(canvas, isGraphics(forced) ? forced : graphics, hour === null ? null : Number(hour) || 0);
    },
    buildPortrait: async (canvas) => new (await import("./scene/portrait")).Portrait(canvas),
  }).start();
}

function isGraphics(text: string | null): text is Graphics {
  return text === "auto" || text === "low" || text === "medium" || text === "high";
}
