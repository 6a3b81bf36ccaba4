/** Builds every part, connects them, and runs the frame, step by numbered step. */

import { h, render } from "preact";

import { Actions, KEYS_KEY, LOOK_KEY, NAME_KEY } from "./actions";
import { viewOf } from "./console-view";
import { Controls } from "./controls/controls";
import { KeyMap } from "./controls/keymap";
import { Crossing } from "./crossing";
import { Figures } from "./figures";
import { FrameCosts } from "./frame-costs";
import { HeadsetEntry } from "./headset-entry";
import { Inbox } from "./inbox";
import { Connection, type ConnectionState } from "./net/connection";
import { Picture, type PictureParts } from "./picture";
import { Presence } from "./presence";
import { Recording } from "./recording";
import type { Wish } from "./protocol/input";
import { type ObjectState, Right } from "./protocol/messages.gen";
import { ChatLog } from "./state/chat-log";
import { fromText, randomLook } from "./state/look";
import { toRadians, wishFrom } from "./state/steering";
import { Visit } from "./state/visit";
import { Reach } from "./reach";
import { Travel } from "./travel";
import { Dressing } from "./ui/appearance";
import { buildPlatform, fromHex, local, read, session, takeTicket, toHex, write } from "./ui/browser-platform";
import { exposeView } from "./ui/console";
import { lacksHere, isTouchDevice } from "./ui/device";
import { codesIn } from "./ui/keys";
import { textIn } from "./state/localized";
import { type Language, loadTranslate, pickLanguage } from "./ui/language";
import type { PageModel, PortraitView } from "./ui/model";
import { Page } from "./ui/page";
import { PageHistory } from "./ui/page-history";
import { type Settings, settingsText } from "./ui/settings";
import { spotOf, worldOf } from "./ui/sharing";
import { Store } from "./ui/store";
import { Tabs } from "./ui/tabs";
import { type Sentence, sentence } from "./ui/texts/shape";
import type { Words } from "./ui/words";
import { Watch } from "./watch";
import { WorldEntry } from "./world-entry";

export const SETTINGS_KEY = "aukio.settings";
const VISITED_KEY = "aukio.visited";
/** In the tab: whoever was on the way in when the page had to be loaded anew goes on by itself. */
const GOES_ON_KEY = "aukio.goes-on";
const STEP_EVERY_MS = 25; // between frames, and when there are none; a tick that begins earlier is awaited
const LEAST_STEP_MS = 1;

export interface Surroundings {
  readonly canvas: HTMLCanvasElement;
  readonly pageRoot: HTMLElement;
  /** The world the address names; null for the server's only one. */
  readonly world: string | null;
  /** Most frames a second; for weak machines and tests. */
  readonly mostFrames: number;
  /** How long a recording of one's own motion lasts at most; null: none is offered. */
  readonly recordS: number | null;
  readonly settings: Settings;
  readonly words: Words;
  /** The drawing part comes by itself, so that the first paint need not wait for it. */
  readonly buildStage: PictureParts["buildStage"];
  /** The picture of a look; null where there is none. */
  readonly buildPortrait: ((canvas: HTMLCanvasElement) => Promise<PortraitView>) | null;
}

export class App {
  private readonly around: Surroundings;
  private readonly connection: Connection;
  private readonly controls: Controls;
  private readonly presence = new Presence();
  private readonly log = new ChatLog<Sentence>();
  private readonly page: Store<PageModel>;
  private readonly inbox: Inbox;
  private readonly entry: WorldEntry;
  private readonly actions: Actions;
  private readonly watch: Watch;
  private readonly costs = new FrameCosts();
  private readonly dressing = new Dressing();
  private readonly history: PageHistory;
  private readonly crossing: Crossing;
  private readonly tabs: Tabs;
  private readonly disposers: (() => void)[] = [];
  private readonly figures = new Figures(this.presence);
  private readonly travel = new Travel(this.presence);
  private readonly picture: Picture;
  private readonly reach: Reach;
  private readonly headset: HeadsetEntry;
  private readonly recording: Recording;
  private words: Words;
  private joins = 0;
  private framedMs = 0;
  private steppedMs = 0;

  constructor(around: Surroundings) {
    this.around = around;
    this.words = around.words;
    const platform = buildPlatform(around.world);
    this.connection = new Connection(platform, {
      stateChanged: (state) => this.stateChanged(state),
      messageReceived: (message) => this.inbox.take(message),
      snapshotReceived: (bytes) => this.presence.visit?.takeSnapshot(bytes, performance.now()),
      pongReceived: (pong, sentMs) => this.presence.visit?.takePong(pong, sentMs, performance.now()),
    });
    this.controls = new Controls(around.canvas, {
      act: (action) => this.actions.perform(action),
      close: () => this.actions.open(null),
      tap: (x, y) => this.picture.tap(x, y),
      zoom: (factor) => this.picture.zoom(factor),
    });
    this.controls.keys = KeyMap.fromText(read(local, KEYS_KEY) ?? "");
    this.page = new Store(firstModel(around, this.connection.state, this.controls.keys));
    const { presence, controls, page, figures, travel } = this;
    const remark = (what: Sentence): void => this.actions.remark(what);
    const { canvas, buildStage } = around;
    this.reach = new Reach({ presence, travel, connection: this.connection, page, remark });
    this.picture = new Picture({ canvas, buildStage, presence, controls, figures, travel, page, remark, reach: this.reach });
    this.headset = new HeadsetEntry({
      presence,
      page,
      stage: () => this.picture.stage,
      frame: () => this.guarded(() => this.frame()),
      holdAgain: () => this.actions.hold({}),
      remark,
    });
    this.recording = new Recording({
      presence,
      page,
      hands: () => (controls.hasTouched ? "touch" : page.value.hasGamepad ? "gamepad" : "keyboard and mouse"),
      isInHeadset: () => this.headset.isWorn,
      remark,
      mostS: around.recordS ?? 0,
    });
    this.entry = new WorldEntry(this.presence, this.page, around.world, () => this.changed());
    this.inbox = new Inbox(this.presence, this.log, this.page, () => Date.now(), this.picture, {
      rebuilt: (message) => void this.entry.renew(message),
      turned: (message) => this.turned(message),
      leadsTo: (to) => void this.crossing.goTo(to),
    });
    this.actions = this.buildActions();
    this.watch = new Watch(this.page, this.connection, this.presence, () => this.picture.stage?.work ?? null);
    this.history = new PageHistory({
      left: () => {
        if (this.connection.state.kind !== "left" && !this.page.value.isOutside) this.connection.leave();
        this.crossing.turnToAddress();
      },
      returned: () => this.returned(),
      spotChanged: () => this.spotChanged(),
    });
    const { connection, entry, history, actions } = this;
    this.crossing = new Crossing({ world: around.world, platform, connection, entry, history, presence, page, actions });
    this.tabs = new Tabs(() => (connection.state.kind === "joined" ? toHex(this.crossing.platform.loadSecret()) : null));
  }

  /** Starts the frame and the step between frames; runs once. */
  start(): void {
    const ended = new AbortController();
    const { signal } = ended;
    this.disposers.push(() => ended.abort(), () => this.controls.dispose(), () => this.history.dispose(), () => this.tabs.dispose());
    this.disposers.push(exposeView(() => this.view()), this.dressing.watch(() => this.dress()));
    this.dress();
    // A page that was loaded anew goes on where it was.
    if (this.history.isInside && this.crossing.platform.loadSecret().length > 0) {
      this.page.change({ isOutside: false });
      this.actions.join(this.page.value.wishedName);
    }
    if (read(session, GOES_ON_KEY) !== null) {
      write(session, GOES_ON_KEY, null);
      if (!this.history.isInside) this.actions.join(this.page.value.wishedName);
    }
    this.drawPage();
    this.stepOn(signal);
    window.addEventListener("resize", () => this.picture.stage?.resize(), { signal });
    window.addEventListener("online", () => this.connection.retryNow(), { signal });
    this.around.canvas.addEventListener("webglcontextlost", () => this.page.change({ picture: "lost" }), { signal });
    this.around.canvas.addEventListener("webglcontextrestored", () => this.page.change({ picture: "drawing" }), { signal });
    const frame = (): void => {
      if (signal.aborted) return;
      requestAnimationFrame(frame);
      // A headset calls for frames itself, at its own rate.
      if (!this.headset.isWorn) this.guarded(() => this.frame());
    };
    requestAnimationFrame(frame);
    void this.picture.build();
    void this.headset.look();
  }

  dispose(): void {
    for (const dispose of this.disposers.splice(0).reverse()) dispose();
    this.picture.stage?.dispose();
  }

  /** Steps at the beginning of each tick: an input that waits for the next frame would reach the server late. */
  private stepOn(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.guarded(() => this.step());
    const untilTickMs = this.presence.visit?.clock.untilTickMs ?? STEP_EVERY_MS;
    setTimeout(() => this.stepOn(signal), Math.max(LEAST_STEP_MS, Math.min(STEP_EVERY_MS, untilTickMs)));
  }

  private buildActions(): Actions {
    return new Actions({
      connection: this.connection,
      controls: this.controls,
      presence: this.presence,
      entry: this.entry,
      travel: this.travel,
      page: this.page,
      view: this.around.canvas,
      drawPage: () => this.drawPage(),
      toggleFirstPerson: () => this.picture.toggleFirstPerson(),
      mark: (slot) => this.picture.mark(slot),
      headset: this.headset,
      changeSettings: (changes) => void this.changeSettings(changes),
      continueHere: () => void this.continueHere(),
      use: (thing) => this.reach.use(thing),
      takePicture: () => this.picture.take(),
      record: this.around.recordS === null ? null : (isOn) => this.record(isOn),
      buildPortrait: this.around.buildPortrait,
    });
  }

  private record(isOn: boolean): void {
    if (!isOn) this.recording.end();
    else {
      this.actions.open(null);
      this.recording.begin();
    }
  }

  // What the connection tells.

  private stateChanged(state: ConnectionState): void {
    this.page.change({ connection: state });
    switch (state.kind) {
      case "joined":
        this.recording.end();
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
      case "outdated":
        write(session, GOES_ON_KEY, "yes");
        return;
      case "idle":
      case "connecting":
      case "lost":
        return;
    }
  }

  private joined(visit: Visit): void {
    const { welcome } = visit;
    const isFirst = this.joins === 0;
    this.joins += 1;
    this.presence.enter(visit);
    this.figures.clear();
    this.travel.cancel();
    if (isFirst || !welcome.resumed) this.controls.viewYaw = toRadians(welcome.yaw);
    this.history.enter();
    this.page.change({ ownName: welcome.name, isOutside: false });
    this.actions.hold({});
    // Only at the first coming in: a browser that stores nothing would greet after every lost line.
    if (isFirst && read(local, VISITED_KEY) === null) {
      write(local, VISITED_KEY, "yes");
      this.actions.open("help");
    }
    void this.entry.enter(visit);
  }

  /** One stands in a world that is not what it was. */
  private changed(): void {
    this.travel.cancel(); // the way may lead through a wall
    this.actions.remark(sentence("notices.rebuilt"));
  }

  /** A thing is in another state. */
  private turned(message: ObjectState): void {
    const field = this.presence.turn(message);
    if (field !== null) this.presence.visit?.turn(field, message.tick);
  }

  private goOutside(): void {
    this.recording.end();
    this.headset.leave();
    this.travel.cancel();
    this.presence.leave();
    this.figures.clear();
    this.entry.leave();
    this.page.change({ loading: { kind: "none" }, people: 0, panel: null, isOutside: true, isHandUp: false, isSitting: false });
    this.history.leave();
  }

  /** Takes the place back from another tab of the same session, with the secret that tab has now. */
  private async continueHere(): Promise<void> {
    const secret = await this.tabs.ask();
    if (secret !== null) this.crossing.platform.storeSecret(fromHex(secret));
    this.actions.join(this.page.value.wishedName);
  }

  private returned(): void {
    if (!this.page.value.isOutside) {
      this.crossing.followAddress();
      return;
    }
    this.crossing.turnToAddress();
    // The browser tells of the new # only after this.
    this.page.change({ spot: spotOf(location) });
    this.actions.join(this.page.value.wishedName);
  }

  private spotChanged(): void {
    // A signed link that was opened in this tab: coming in anew shows its ticket.
    if (takeTicket(worldOf(location.pathname))) {
      location.reload();
      return;
    }
    const spot = spotOf(location);
    this.page.change({ spot });
    if (spot !== "" && !this.page.value.isOutside) this.actions.go(spot);
  }

  // Settings.

  private async changeSettings(changes: Partial<Settings>): Promise<void> {
    const settings = { ...this.page.value.settings, ...changes };
    write(local, SETTINGS_KEY, settingsText(settings));
    this.page.change({ settings });
    if (changes.graphics !== undefined) this.picture.stage?.choose(changes.graphics);
    await this.speak();
    this.dress();
  }

  /** Goes over to the language that is set; without its texts the page stays with the one it has. */
  private async speak(): Promise<void> {
    const wished = (): Language => pickLanguage(this.page.value.settings.language, navigator.languages);
    const language = wished();
    if (language === this.words.language) return;
    try {
      const t = await loadTranslate(language);
      if (language !== wished()) return; // chosen anew meanwhile
      this.words = { language, t };
    } catch {
      this.page.change({ settings: { ...this.page.value.settings, language: this.words.language } });
      this.actions.remark(sentence("panel.failed"));
      return;
    }
    this.page.change({ language });
    this.picture.stage?.setLanguage(language);
  }

  private dress(): void {
    const { settings, language } = this.page.value;
    const { isStill } = this.dressing.apply(settings, language);
    this.around.canvas.setAttribute("aria-label", this.words.t("app.view"));
    this.around.canvas.parentElement?.setAttribute("aria-label", this.words.t("app.world"));
    this.controls.pointer.sensitivity = settings.sensitivity;
    this.controls.pointer.isInverted = settings.invertsMouse;
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
    this.picture.draw(nowMs, elapsedMs, expectedMs, this.headset); // 3 the picture
    this.drawStalePage(); // 4 the page over it
    const workMs = performance.now() - nowMs;
    const renderMs = this.picture.stage?.renderMs ?? 0;
    this.costs.note(workMs - renderMs, renderMs);
    this.watch.frameEnded(workMs);
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
      presence.visit?.step(nowMs, (bodyYaw, isInAir) => this.wish(bodyYaw, isInAir), (bytes) => this.sendInput(bytes), () => this.headset.pose());
    }
    this.entry.follow();
    this.reach.follow(nowMs);
    // The server takes sitting away from whoever walks.
    if (page.value.isSitting && (presence.visit?.prediction?.state.speed ?? 0) > 0) page.change({ isSitting: false });
    if (page.value.isOutside) this.entry.watch(nowMs);
    this.watch.look(nowMs, controls.viewYaw);
    if (page.value.remark !== null && nowMs > this.actions.remarkUntilMs) page.change({ remark: null });
    if (document.hidden) this.drawStalePage();
  }

  private sendInput(bytes: Uint8Array): void {
    this.recording.note(bytes);
    this.connection.sendBytes(bytes);
  }

  /** Whoever steers by hand goes by hand; else a headset leads, or a way that was begun. */
  private wish(bodyYaw: number, isInAir: boolean): Wish {
    const { controls, travel } = this;
    const jump = controls.takeJump() && !isInAir;
    if (jump && this.page.value.isSitting) this.actions.sit(false);
    const isTurning = controls.takeTurn();
    const worn = this.headset.wish();
    if (worn !== null) return worn;
    if (controls.isSteering) travel.cancel();
    const going = travel.wish();
    if (going !== null) return { ...going, jump };
    const { right, forward, isRunning, viewYaw } = controls;
    return wishFrom({ right, forward, isRunning, viewYaw, isTurning }, bodyYaw, jump);
  }

  // The page.

  private drawStalePage(): void {
    if (this.page.takeStale()) this.drawPage();
  }

  private drawPage(): void {
    this.page.takeStale();
    const { worldName, language } = this.page.value;
    const title = this.words.t("app.title");
    const named = worldName === null ? title : `${textIn(worldName, language)} · ${title}`;
    if (document.title !== named) document.title = named;
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
    const { connection, presence, controls, log, joins } = this;
    const { stage, frames } = this.picture;
    return viewOf({ connection, presence, controls, log, page: this.page.value, t: this.words.t, stage, frames, joins, costs: this.costs });
  }
}

function firstModel({ settings, words, world }: Surroundings, connection: ConnectionState, keys: KeyMap): PageModel {
  return {
    language: words.language,
    settings,
    keys: codesIn(keys),
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
    offers: [],
    isChoosing: world === null ? null : false,
    passage: null,
    doors: [],
    things: [],
    usable: null,
    role: "guest",
    rights: Right.SPEAK | Right.USE,
    worldName: null,
    spots: [],
    spot: spotOf(location),
    people: 0,
    nearby: [],
    selected: null,
    wishedName: read(local, NAME_KEY) ?? "",
    ownName: "",
    look: loadLook(),
    hasHeadset: false,
    isInHeadset: false,
    isHandUp: false,
    isSitting: false,
    lines: [],
    unread: 0,
    panel: null,
    remark: null,
    recordedS: null,
    readings: null,
    nowMs: performance.now(),
  };
}

/** One's look, drawn by lot once and kept. */
function loadLook(): Uint8Array {
  return fromText(read(local, LOOK_KEY) ?? "") ?? randomLook(Math.random);
}
