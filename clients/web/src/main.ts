/** Starts the page. */

import { h } from "preact";

import { App } from "./app";
import { Page } from "./ui/page";

const MOST_FRAMES = 240;

const canvas = document.querySelector<HTMLCanvasElement>("#view");
const pageRoot = document.querySelector<HTMLElement>("#page");
if (canvas !== null && pageRoot !== null) {
  const world = /^\/w\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? null;
  const asked = new URLSearchParams(location.search);
  const frames = Number(asked.get("fps"));
  const level = asked.get("level");
  new App({
    canvas,
    pageRoot,
    page: (model, actions) => h(Page, { model, actions }),
    world: world === null ? null : decodeURIComponent(world),
    mostFrames: frames >= 1 ? Math.min(frames, MOST_FRAMES) : MOST_FRAMES,
    buildStage: async (view) => new (await import("./scene/stage")).Stage(view, level === null ? null : Number(level) || 0),
  }).start();
}
