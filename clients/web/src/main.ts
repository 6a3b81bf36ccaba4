/** Starts the page. */

import { h } from "preact";

import { App } from "./app";
import { Page } from "./ui/page";

const MOST_FRAMES = 240;

const canvas = document.querySelector<HTMLCanvasElement>("#view");
const pageRoot = document.querySelector<HTMLElement>("#page");
if (canvas !== null && pageRoot !== null) {
  const world = /^\/w\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? null;
  const asked = Number(new URLSearchParams(location.search).get("fps"));
  new App({
    canvas,
    pageRoot,
    page: (model, actions) => h(Page, { model, actions }),
    world: world === null ? null : decodeURIComponent(world),
    mostFrames: asked >= 1 ? Math.min(asked, MOST_FRAMES) : MOST_FRAMES,
    buildStage: async (view) => new (await import("./scene/stage")).Stage(view),
  }).start();
}
