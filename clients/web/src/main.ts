/** Starts the page. */

import { h } from "preact";

import { App } from "./app";
import type { Graphics } from "./scene/detail";
import { Page } from "./ui/page";

const MOST_FRAMES = 240;

const canvas = document.querySelector<HTMLCanvasElement>("#view");
const pageRoot = document.querySelector<HTMLElement>("#page");
if (canvas !== null && pageRoot !== null) {
  const world = /^\/w\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? null;
  const asked = new URLSearchParams(location.search);
  const frames = Number(asked.get("fps"));
  const graphics = asked.get("graphics");
  new App({
    canvas,
    pageRoot,
    page: (model, actions) => h(Page, { model, actions }),
    world: world === null ? null : decodeURIComponent(world),
    mostFrames: frames >= 1 ? Math.min(frames, MOST_FRAMES) : MOST_FRAMES,
    buildStage: async (view) => new (await import("./scene/stage")).Stage(view, isGraphics(graphics) ? graphics : "auto"),
  }).start();
}

function isGraphics(text: string | null): text is Graphics {
  return text === "auto" || text === "low" || text === "medium" || text === "high";
}
