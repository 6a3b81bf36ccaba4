/** Builds every part, connects them, and runs the frame, step by numbered step. */

import { h, render } from "preact";

import { Actions, LOOK_KEY, NAME_KEY } from "./actions";
import { viewOf } from "./console-view";
import { Inbox } from "./inbox";
import { Connection, type ConnectionState, type Platform } from "./net/connection";
import { Presence } from "./presence";
import { Kind } from "./protocol/messages.gen";
import { UNIT } from "./protocol/motion.gen";
import type { Person, Stage } from "./scene/stage";
import { ChatLog } from "./state/chat-log";
import type { Entities } from "./state/entities";
import { fromText, randomLook } from "./state/look";
import { toRadians, wishFrom } from "./state/steering";
import { Visit } from "./state/visit";
import { Dressing } from "./ui/appearance";
import { buildPlatform, fromHex, local, read, toHex, write } from "./ui/browser-platform";
import { exposeView } from "./ui/console";
import { Controls } from "./ui/controls";
import { lacksHere, isTouchDevice } from "./ui/device";
import { USUAL_KEYS } from "./ui/keys";
import { loadTranslate, pickLanguage, textIn } from "./ui/language";
import type { PageModel, PortraitView } from "./ui/model";
import { Page } from "./ui/page";
import { PageHistory } from "./ui/page-history";
import { type Settings, settingsText } from "./ui/settings";
import { spotOf } from "./ui/sharing";
import { Store } from "./ui/store";
import { Tabs } from "./ui/tabs";
import type { Sentence } from "./ui/texts/shape";
import type { Words } from "./ui/words";
import { Watch } from "./watch";
import { WorldEntry } from "./world-entry";

export const SETTINGS_KEY = "aukio.settings";
const VISITED_KEY = "aukio.visited";
const STEP_EVERY_MS = 25; // between frames, and when there are none
const SELF = -1;

export interface Surroundings {
  readonly canvas: HTMLCanvasElement;
  readonly pageRoot: HTMLElement;
  /** The world the address names; null for the server's only one. */
  readonly world: string | null;
  /** Most frames a second; for weak machines and tests. */
  readonly mostFrames: number;
  readonly settings: Settings;
  readonly words: Words;
  /** The drawing part comes by itself, so that the first paint need not wait for it. */
  readonly buildStage: (canvas: HTMLCanvasElement, graphics: Settings["graphics"]) => Promise<Stage>;
  /** The picture of a look; null where there is none. */
  readonly buildPortrait: ((canvas: HTMLCanvasElement) => Promise<PortraitView>) | null;
}

export class App {
  private readonly around: Surroundings;
  private readonly platform: Platform;
  private readonly connection: Connection;
  private readonly controls: Controls;
  private readonly presence = new Presence();
  private readonly log = new ChatLog<Sentence>();
  private readonly page: Store<PageModel>;
  private readonly inbox: Inbox;
  private readonly entry: WorldEntry;
  private readonly actions: Actions;
  private readonly watch: Watch;
  private readonly dressing = new Dressing();
  private readonly history: PageHistory;
  private readonly tabs: Tabs;
  private readonly disposers: (() => void)[] = [];
  private words: Words;
  private stage: Stage | null = null;
  private builtKey = "";
  private frames = 0;
  private joins = 0;
  private framedMs = 0;
  private steppedMs = 0;
  private pictureWanted: ((blob: Blob | null) => void) | null = null;

  constructor(around: Surroundings) {
    this.around = around;
    this.words = around.words;
    this.platform = buildPlatform(around.world);
    this.connection = new Connection(this.platform, {
      stateChanged: (state) => this.stateChanged(state),
      messageReceived: (message) => this.inbox.take(message),
      snapshotReceived: (bytes) => this.presence.visit?.takeSnapshot(bytes),
      pongReceived: (pong, sentMs) => this.presence.visit?.takePong(pong, sentMs, performance.now()),
    });
    this.controls = new Controls(around.canvas, {
      chat: () => this.actions.perform("chat"),
      close: () => this.actions.open(null),
      firstPerson: () => this.actions.perform("firstPerson"),
      gesture: (kind) => this.actions.emote(kind),
    });
    this.page = new Store(firstModel(around, this.connection.state));
    this.inbox = new Inbox(this.presence, this.log, this.page, () => Date.now());
    this.entry = new WorldEntry(this.presence, this.page, around.world);
    this.actions = this.buildActions();
    this.watch = new Watch(this.page, this.connection, this.presence, () => this.stage?.work ?? null);
    this.history = new PageHistory({
      left: () => this.connection.state.kind !== "left" && !this.page.value.isOutside && this.connection.leave(),
      returned: () => this.page.value.isOutside && this.actions.join(this.page.value.wishedName),
      spotChanged: () => this.spotChanged(),
    });
    this.tabs = new Tabs(() => (this.connection.state.kind === "joined" ? toHex(this.platform.loadSecret()) : null));
  }

  /** Starts the frame and the step between frames; runs once. */
  start(): void {
    const ended = new AbortController();
    const { signal } = ended;
    this.disposers.push(() => ended.abort(), () => this.controls.dispose(), () => this.history.dispose(), () => this.tabs.dispose());
    this.disposers.push(exposeView(() => this.view()), this.dressing.watch(() => this.dress()));
    this.dress();
    // A page that was loaded anew goes on where it was.
    if (this.history.isInside && this.platform.loadSecret().length > 0) {
      this.page.change({ isOutside: false });
      this.actions.join(this.page.value.wishedName);
    }
    this.drawPage();
    const timer = setInterval(() => this.guarded(() => this.step()), STEP_EVERY_MS);
    this.disposers.push(() => clearInterval(timer));
    window.addEventListener("resize", () => this.stage?.resize(), { signal });
    window.addEventListener("online", () => this.connection.retryNow(), { signal });
    this.around.canvas.addEventListener("webglcontextlost", () => this.page.change({ picture: "lost" }), { signal });
    this.around.canvas.addEventListener("webglcontextrestored", () => this.page.change({ picture: "drawing" }), { signal });
    const frame = (): void => {
      if (signal.aborted) return;
      requestAnimationFrame(frame);
      this.guarded(() => this.frame());
    };
    requestAnimationFrame(frame);
    void this.buildStage();
  }

  dispose(): void {
    for (const dispose of this.disposers.splice(0).reverse()) dispose();
    this.stage?.dispose();
  }

  private buildActions(): Actions {
    return new Actions({
      connection: this.connection,
      controls: this.controls,
      presence: this.presence,
      entry: this.entry,
      page: this.page,
      view: this.around.canvas,
      drawPage: () => this.drawPage(),
      toggleFirstPerson: () => {
        if (this.stage !== null) this.stage.eye.isFirstPerson = !this.stage.eye.isFirstPerson;
      },
      changeSettings: (changes) => void this.changeSettings(changes),
      continueHere: () => void this.continueHere(),
      takePicture: () => this.takePicture(),
      buildPortrait: this.around.buildPortrait,
    });
  }

  // What the connection tells.

  private stateChanged(state: ConnectionState): void {
    this.page.change({ connection: state });
    switch (state.kind) {
      case "joined":
        this.joined(new Visit(state.welcome, performance.now()));
        return;
      case "refused":
        this.controls.release();
        if (state.retryAtMs === null) this.goOutside();
        return;
      case "left":
        this.controls.release();
        this.goOutside();
        return;
      case "idle":
      case "connecting":
      case "lost":
      case "outdated":
        return;
    }
  }

  private joined(visit: Visit): void {
    const { welcome } = visit;
    const isFirst = this.joins === 0;
    this.joins += 1;
    this.presence.enter(visit);
    if (isFirst || !welcome.resumed) this.controls.viewYaw = toRadians(welcome.yaw);
    this.history.enter();
    this.page.change({ ownName: welcome.name, isOutside: false });
    this.actions.hold({});
    if (read(local, VISITED_KEY) === null) {
      write(local, VISITED_KEY, "yes");
      this.actions.open("help");
    }
    void this.entry.enter(visit);
  }

  private goOutside(): void {
    this.presence.leave();
    this.entry.leave();
    this.around.canvas.classList.remove("drawing");
    this.page.change({ loading: { kind: "none" }, people: 0, panel: null, isOutside: true, isHandUp: false, isSitting: false });
    this.history.leave();
  }

  /** Takes the place back from another tab of the same session, with the secret that tab has now. */
  private async continueHere(): Promise<void> {
    const secret = await this.tabs.ask();
    if (secret !== null) this.platform.storeSecret(fromHex(secret));
    this.actions.join(this.page.value.wishedName);
  }

  private spotChanged(): void {
    const spot = spotOf(location);
    this.page.change({ spot });
    if (spot !== "" && !this.page.value.isOutside) this.actions.go(spot);
  }

  private async buildStage(): Promise<void> {
    try {
      this.stage = await this.around.buildStage(this.around.canvas, this.page.value.settings.graphics);
      this.page.change({ picture: "drawing" });
    } catch (error) {
      reportError(error);
      this.page.change({ picture: "impossible" });
    }
  }

  // Settings.

  private async changeSettings(changes: Partial<Settings>): Promise<void> {
    const settings = { ...this.page.value.settings, ...changes };
    write(local, SETTINGS_KEY, settingsText(settings));
    this.page.change({ settings });
    const language = pickLanguage(settings.language, navigator.languages);
    if (language !== this.words.language) {
      this.words = { language, t: await loadTranslate(language) };
      this.page.change({ language });
    }
    this.dress();
  }

  private dress(): void {
    const { settings, language } = this.page.value;
    const { isStill } = this.dressing.apply(settings, language);
    this.around.canvas.setAttribute("aria-label", this.words.t("app.view"));
    this.page.change({ isStill });
  }

  // The frame.

  private frame(): void {
    const nowMs = performance.now();
    const expectedMs = 1000 / this.around.mostFrames;
    // Half a display's frame of tolerance, or a limit of 30 would give 20 of 60.
    if (nowMs - this.framedMs < expectedMs - 8) return;
    const elapsedMs = nowMs - this.framedMs;
    this.framedMs = nowMs;
    this.step(); // 1 input, prediction, sending
    this.presence.visit?.show(nowMs); // 2 where everybody is now
    this.drawWorld(nowMs, elapsedMs, expectedMs); // 3 the picture
    this.drawStalePage(); // 4 the page over it
    this.watch.frameEnded(performance.now() - nowMs);
  }

  /** Runs often, in frames and between them: reads the controls and walks the ticks that have begun. */
  private step(): void {
    const nowMs = performance.now();
    const { page, presence, controls } = this;
    controls.update(Math.min(0.25, (nowMs - this.steppedMs) / 1000));
    this.steppedMs = nowMs;
    if (controls.hasTouched && !page.value.isTouch) page.change({ isTouch: true });
    this.connection.watch();
    // Without a line nobody walks: the server would not follow.
    if (this.connection.state.kind === "joined") {
      presence.visit?.step(nowMs, (bodyYaw, isInAir) => this.wish(bodyYaw, isInAir), (bytes) => this.connection.sendBytes(bytes));
    }
    // The server takes sitting away from whoever walks.
    if (page.value.isSitting && (presence.visit?.prediction?.state.speed ?? 0) > 0) page.change({ isSitting: false });
    if (page.value.isOutside) this.entry.watch(nowMs);
    this.watch.look(nowMs, controls.viewYaw);
    if (page.value.remark !== null && nowMs > this.actions.remarkUntilMs) page.change({ remark: null });
    if (document.hidden) this.drawStalePage();
  }

  private wish(bodyYaw: number, isInAir: boolean) {
    const jump = this.controls.takeJump() && !isInAir;
    const isTurning = this.controls.takeTurn();
    const { right, forward, isRunning, viewYaw } = this.controls;
    return wishFrom({ right, forward, isRunning, viewYaw, isTurning }, bodyYaw, jump);
  }

  private drawWorld(nowMs: number, elapsedMs: number, expectedMs: number): void {
    const { stage, presence } = this;
    const { visit, world } = presence;
    const prediction = visit?.prediction ?? null;
    if (stage === null || world === null || visit === null || prediction === null) return;
    if (this.page.value.picture !== "drawing") return;
    if (this.builtKey !== world.key) {
      stage.build(world.scene);
      this.builtKey = world.key;
    }
    const { entities } = visit;
    const { look } = this.page.value;
    const self = { key: SELF, name: "", stance: visit.self, speed: prediction.state.speed / 32, isInAir: prediction.isInAir, look };
    stage.draw({
      self,
      others: entities === null ? [] : this.people(entities),
      viewYaw: this.controls.viewYaw,
      viewPitch: this.controls.viewPitch,
      nowS: nowMs / 1000,
      elapsedS: elapsedMs / 1000,
      expectedMs,
      floor: (x, y, z) => this.floorBelow(x, y, z),
    });
    this.frames += 1;
    this.around.canvas.classList.add("drawing");
    if (this.pictureWanted !== null) {
      // In the frame itself: afterwards the browser has wiped what was drawn.
      this.around.canvas.toBlob(this.pictureWanted, "image/png");
      this.pictureWanted = null;
    }
  }

  private *people(entities: Entities): Generator<Person> {
    const { showsPlates } = this.page.value.settings;
    for (const { slot, generation, kind, stance, speed, isInAir } of entities) {
      if (kind !== Kind.AVATAR || this.presence.isHidden(slot)) continue;
      const name = showsPlates ? this.presence.nameOf(slot) : "";
      yield { key: slot, name, stance, speed, isInAir, look: this.presence.lookOf(slot, generation) };
    }
  }

  private floorBelow(x: number, y: number, z: number): number | null {
    const field = this.presence.world?.field;
    if (field === undefined) return null;
    const [east, up, south] = [Math.round(x * UNIT), Math.round(y * UNIT), Math.round(z * UNIT)];
    const layer = field.layerAt(east, south, up);
    const height = layer < 0 ? null : field.height(east, south, layer);
    return height === null ? null : height / UNIT;
  }

  private takePicture(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.pictureWanted = (blob) => (blob === null ? reject(new Error("the picture is empty")) : resolve(blob));
    });
  }

  // The page.

  private drawStalePage(): void {
    if (this.page.takeStale()) this.drawPage();
  }

  private drawPage(): void {
    this.page.takeStale();
    const { worldName, language } = this.page.value;
    const title = this.words.t("app.title");
    document.title = worldName === null ? title : `${textIn(worldName, language)} · ${title}`;
    render(h(Page, { model: this.page.value, actions: this.actions, words: this.words }), this.around.pageRoot);
  }

  /** What breaks in one frame is reported and shown, and does not end the conversation. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (this.page.value.picture === "broken") return;
      this.page.change({ picture: "broken" });
      this.drawPage();
      reportError(error);
    }
  }

  private view() {
    const { connection, presence, log, stage, frames, joins } = this;
    return viewOf({ connection, presence, log, page: this.page.value, t: this.words.t, stage, frames, joins });
  }
}

function firstModel({ settings, words }: Surroundings, connection: ConnectionState): PageModel {
  return {
    language: words.language,
    settings,
    keys: USUAL_KEYS,
    isTouch: isTouchDevice(),
    hasGamepad: false,
    lacks: lacksHere(),
    isStill: false,
    connection,
    loading: { kind: "none" },
    picture: "none",
    isSlow: false,
    isOutside: true,
    offered: null,
    worldName: null,
    spots: [],
    spot: spotOf(location),
    people: 0,
    nearby: [],
    wishedName: read(local, NAME_KEY) ?? "",
    ownName: "",
    look: loadLook(),
    isHandUp: false,
    isSitting: false,
    lines: [],
    unread: 0,
    panel: null,
    remark: null,
    readings: null,
    nowMs: performance.now(),
  };
}

/** One's look, drawn by lot once and kept. */
function loadLook(): Uint8Array {
  return fromText(read(local, LOOK_KEY) ?? "") ?? randomLook(Math.random);
}
