/** Builds every part, connects them, and runs the frame, step by numbered step. */

import { type ComponentChild, render } from "preact";

import { Controls } from "./controls/controls";
import type { ActionName } from "./controls/keymap";
import { Connection, type ConnectionState } from "./net/connection";
import { cutCharacters } from "./protocol/codec";
import { type Gestured, Kind, type Notice, NoticeCode, type Said, type ServerMessage } from "./protocol/messages.gen";
import { UNIT } from "./protocol/motion.gen";
import type { Stage } from "./scene/stage";
import { type LoadedWorld, loadWorld, textIn, worldKey } from "./scene/world-loader";
import { ChatLog } from "./state/chat-log";
import type { Entities } from "./state/entities";
import type { Figure } from "./state/figure";
import { Identities } from "./state/identities";
import { fromText, randomLook, toText } from "./state/look";
import { ObjectStates } from "./state/objects";
import type { Stance } from "./state/prediction";
import { toRadians, wishFrom } from "./state/steering";
import { Visit } from "./state/visit";
import { buildPlatform, local, read, write } from "./ui/browser-platform";
import { type ConsoleView, exposeView, type PersonView } from "./ui/console";

import type { PageActions, PageModel } from "./ui/model";
import { TEXTS } from "./ui/texts";

const NAME_KEY = "aukio.name";
const LOOK_KEY = "aukio.look";
const HELP_KEY = "aukio.help";
const STEP_EVERY_MS = 25; // between frames, and when there are none
const LOAD_AGAIN_MS = 3_000;
const SELF = -1;

export interface Surroundings {
  readonly canvas: HTMLCanvasElement;
  /** Draws the page from its model. */
  readonly page: (model: PageModel, actions: PageActions) => ComponentChild;
  readonly pageRoot: HTMLElement;
  /** The world the address names; null for the server's only one. */
  readonly world: string | null;
  /** Most frames a second; for weak machines and tests. */
  readonly mostFrames: number;
  /** The drawing part comes by itself, so that the first paint need not wait for it. */
  readonly buildStage: (canvas: HTMLCanvasElement) => Promise<Stage>;
}

export class App {
  private readonly connection: Connection;
  private readonly controls: Controls;
  private readonly log = new ChatLog();
  private readonly identities = new Identities();
  private readonly objects = new ObjectStates();
  private readonly look: Uint8Array;
  private readonly model: PageModel;
  private readonly around: Surroundings;
  private readonly disposers: (() => void)[] = [];
  private visit: Visit | null = null;
  private world: LoadedWorld | null = null;
  private stage: Stage | null = null;
  private builtKey = "";
  private frames = 0;
  private joins = 0;
  private framedMs = 0;
  private steppedMs = 0;
  private isPageStale = false;

  constructor(around: Surroundings) {
    this.around = around;
    const platform = buildPlatform(around.world);
    this.look = loadLook();
    this.connection = new Connection(platform, {
      stateChanged: (state) => this.stateChanged(state),
      messageReceived: (message) => this.messageReceived(message),
      snapshotReceived: (bytes) => this.visit?.takeSnapshot(bytes),
      pongReceived: (pong, sentMs) => this.visit?.takePong(pong, sentMs, performance.now()),
    });
    this.controls = new Controls(around.canvas, {
      act: (action) => this.act(action),
      close: () => this.openChat(false),
      tap: () => undefined,
      zoom: () => undefined,
    });
    this.model = {
      connection: this.connection.state,
      loading: { kind: "none" },
      picture: "none",
      worldName: "",
      wishedName: read(local, NAME_KEY) ?? "",
      ownName: "",
      people: 0,
      lines: [],
      isChatOpen: false,
      isHelpOpen: read(local, HELP_KEY) !== "closed",
      isTouch: matchMedia("(pointer: coarse)").matches,
      nowMs: performance.now(),
    };
    this.disposers.push(exposeView(() => this.view()), () => this.controls.dispose());
    // A page that was loaded anew goes on where it was.
    if (platform.loadSecret().length > 0) this.join(this.model.wishedName);
  }

  /** Starts the frame and the step between frames; runs once. */
  start(): void {
    this.drawPage();
    const timer = setInterval(() => this.guarded(() => this.step()), STEP_EVERY_MS);
    this.disposers.push(() => clearInterval(timer));
    const ended = new AbortController();
    const { signal } = ended;
    this.disposers.push(() => ended.abort());
    window.addEventListener("resize", () => this.stage?.resize(), { signal });
    window.addEventListener("online", () => this.connection.retryNow(), { signal });
    this.around.canvas.addEventListener("webglcontextlost", () => this.change({ picture: "lost" }), { signal });
    this.around.canvas.addEventListener("webglcontextrestored", () => this.change({ picture: "drawing" }), { signal });
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

  // What the connection tells.

  private stateChanged(state: ConnectionState): void {
    this.change({ connection: state });
    switch (state.kind) {
      case "joined":
        this.visit = new Visit(state.welcome, performance.now());
        this.joins += 1;
        this.identities.clear();
        this.objects.clear();
        if (this.joins === 1 || !state.welcome.resumed) this.controls.viewYaw = toRadians(state.welcome.yaw);
        this.change({ ownName: state.welcome.name });
        void this.enterWorld(this.visit);
        return;
      case "left":
      case "refused":
        this.controls.release();
        if (state.kind === "left" || state.retryAtMs === null) this.goOutside();
        return;
      case "idle":
      case "connecting":
      case "lost":
      case "outdated":
        return;
    }
  }

  private messageReceived(message: ServerMessage): void {
    switch (message.type) {
      case "Introduce":
        this.identities.introduce(message);
        return;
      case "Said":
        this.hear(message);
        return;
      case "Gestured":
        this.see(message);
        return;
      case "People":
        this.change({ people: message.count });
        return;
      case "ObjectState":
        this.objects.apply(message);
        return;
      case "Notice":
        this.tell(noticeText(message));
        return;
      case "Saved":
      case "Welcome":
      case "Refuse":
      case "Goodbye":
      case "ClockPong":
        return;
    }
  }

  private hear({ entity, name, text }: Said): void {
    this.log.add(name, text, entity === this.visit?.welcome.entity);
    this.change({ lines: this.log.lines });
  }

  private see({ entity, kind }: Gestured): void {
    const did = TEXTS.gestures[kind] as string | undefined;
    const name = entity === this.visit?.welcome.entity ? this.model.ownName : this.nameOf(entity);
    if (did !== undefined && name !== "") this.tell(`${name} ${did}`);
  }

  private tell(text: string): void {
    this.log.add("", text);
    this.change({ lines: this.log.lines });
  }

  // The world.

  private async enterWorld(visit: Visit): Promise<void> {
    const { world, scene, walk } = visit.welcome;
    try {
      if (this.world?.key !== worldKey(world, scene, walk)) {
        this.change({ loading: { kind: "loading" } });
        const loaded = await loadWorld(world, scene, walk);
        if (visit !== this.visit) return; // a later welcome has overtaken this one
        this.world = loaded;
      }
    } catch (error) {
      if (visit === this.visit) this.loadLater(visit, error);
      return;
    }
    visit.enter(this.world.field, performance.now());
    this.change({ loading: { kind: "loaded" }, worldName: textIn(this.world.scene.name, navigator.language) });
  }

  private loadLater(visit: Visit, error: unknown): void {
    reportError(error);
    const wait = LOAD_AGAIN_MS * (0.5 + Math.random());
    this.change({ loading: { kind: "failed", retryAtMs: performance.now() + wait } });
    setTimeout(() => visit === this.visit && this.connection.state.kind === "joined" && void this.enterWorld(visit), wait);
  }

  private async buildStage(): Promise<void> {
    try {
      this.stage = await this.around.buildStage(this.around.canvas);
      this.change({ picture: "drawing" });
    } catch (error) {
      reportError(error);
      this.change({ picture: "impossible" });
    }
  }

  private goOutside(): void {
    this.visit = null;
    this.around.canvas.classList.remove("drawing");
    this.change({ loading: { kind: "none" }, people: 0, isChatOpen: false });
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
    this.visit?.show(nowMs); // 2 where everybody is now
    this.drawWorld(nowMs, elapsedMs, expectedMs); // 3 the picture
    if (this.isCountingDown()) this.change({ nowMs });
    if (this.isPageStale) this.drawPage(); // 4 the page over it
  }

  /** Runs often, in frames and between them: reads the controls and walks the ticks that have begun. */
  private step(): void {
    const nowMs = performance.now();
    this.controls.update(Math.min(0.25, (nowMs - this.steppedMs) / 1000));
    this.steppedMs = nowMs;
    if (this.controls.hasTouched && !this.model.isTouch) this.change({ isTouch: true });
    this.connection.watch();
    // Without a line nobody walks: the server would not follow.
    if (this.connection.state.kind === "joined") {
      this.visit?.step(nowMs, (bodyYaw, isInAir) => this.wish(bodyYaw, isInAir), (bytes) => this.connection.sendBytes(bytes));
    }
    if (document.hidden && this.isPageStale) this.drawPage();
  }

  private wish(bodyYaw: number, isInAir: boolean) {
    const jump = this.controls.takeJump() && !isInAir;
    const isTurning = this.controls.takeTurn();
    const { right, forward, isRunning, viewYaw } = this.controls;
    return wishFrom({ right, forward, isRunning, viewYaw, isTurning }, bodyYaw, jump);
  }

  private drawWorld(nowMs: number, elapsedMs: number, expectedMs: number): void {
    const { stage, world, visit } = this;
    const prediction = visit?.prediction ?? null;
    if (stage === null || world === null || visit === null || prediction === null) return;
    if (this.model.picture !== "drawing") return;
    if (this.builtKey !== world.key) {
      stage.build(world.scene, navigator.language);
      this.builtKey = world.key;
    }
    const { entities } = visit;
    const { speed, heading } = prediction.state;
    const going = { speed: speed / 32, heading: (heading / UNIT) * 2 * Math.PI, isInAir: prediction.isInAir };
    const self = { ...RESTING, ...going, key: SELF, name: "", stance: visit.self, look: this.look };
    stage.draw({
      self,
      others: entities === null ? [] : this.people(entities),
      viewYaw: this.controls.viewYaw,
      viewPitch: this.controls.viewPitch,
      nowS: nowMs / 1000,
      elapsedS: elapsedMs / 1000,
      expectedMs,
      isStill: false,
      showsNames: true,
      floor: (x, y, z) => this.floorBelow(x, y, z),
    });
    this.frames += 1;
    this.around.canvas.classList.add("drawing");
  }

  private *people(entities: Entities): Generator<Figure> {
    for (const entity of entities) {
      if (entity.kind !== Kind.AVATAR) continue;
      const identity = this.identities.of(entity.slot, entity.generation);
      const { slot, stance, speed, isInAir } = entity;
      yield { ...RESTING, key: slot, name: identity?.name ?? "", stance, speed, heading: stance.yaw, isInAir, look: identity?.look ?? NO_LOOK };
    }
  }

  private floorBelow(x: number, y: number, z: number): number | null {
    const field = this.world?.field;
    if (field === undefined) return null;
    const [east, up, south] = [Math.round(x * UNIT), Math.round(y * UNIT), Math.round(z * UNIT)];
    const layer = field.layerAt(east, south, up);
    const height = layer < 0 ? null : field.height(east, south, layer);
    return height === null ? null : height / UNIT;
  }

  // The page.

  private readonly actions: PageActions = {
    join: (name) => this.join(name),
    retry: () => this.connection.retryNow(),
    leave: () => this.connection.leave(),
    say: (text) => this.say(text),
    jump: () => this.controls.jump(),
    openChat: (isOpen) => this.openChat(isOpen),
    openHelp: (isHelpOpen) => {
      write(local, HELP_KEY, isHelpOpen ? null : "closed");
      this.change({ isHelpOpen });
    },
  };

  private join(typed: string): void {
    const name = cutCharacters(clean(typed), 96);
    write(local, NAME_KEY, name);
    this.change({ wishedName: name });
    this.connection.join({ name, look: this.look, language: navigator.language.slice(0, 16), spot: "" });
    this.around.canvas.focus();
  }

  private say(typed: string): boolean {
    return this.connection.send({ type: "Say", text: cutCharacters(clean(typed), 500) });
  }

  private openChat(isChatOpen: boolean): void {
    if (this.model.isChatOpen === isChatOpen) return;
    this.controls.release();
    this.change({ isChatOpen });
    this.drawPage();
    if (!isChatOpen) this.around.canvas.focus();
  }

  private act(action: ActionName): void {
    const emote = /^emote([1-8])$/.exec(action);
    if (emote) this.connection.send({ type: "Gesture", kind: Number(emote[1]) - 1 });
    else if (action === "chat") this.openChat(true);
    else if (action === "firstPerson" && this.stage !== null) {
      this.stage.eye.isFirstPerson = this.controls.bodyFollows = !this.stage.eye.isFirstPerson;
    }
  }

  private isCountingDown(): boolean {
    const { connection, loading } = this.model;
    const waits = connection.kind === "lost" || connection.kind === "refused" || loading.kind === "failed";
    return waits && performance.now() - this.model.nowMs > 250;
  }

  private change(changes: Partial<PageModel>): void {
    Object.assign(this.model, changes, { nowMs: performance.now() });
    this.isPageStale = true;
  }

  private drawPage(): void {
    this.isPageStale = false;
    render(this.around.page({ ...this.model }, this.actions), this.around.pageRoot);
  }

  /** What breaks in one frame is reported and shown, and does not end the conversation. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (this.model.picture === "broken") return;
      this.change({ picture: "broken" });
      this.drawPage();
      reportError(error);
    }
  }

  private nameOf(slot: number): string {
    const entity = this.visit?.entities?.get(slot);
    return entity === undefined ? "" : (this.identities.of(slot, entity.generation)?.name ?? "");
  }

  private view(): ConsoleView {
    const { connection, visit } = this;
    const { state } = connection;
    const reason = state.kind === "lost" || state.kind === "refused" ? state.reason : null;
    const others = [...(visit?.entities ?? [])].map(({ slot, stance }) => personView(slot, this.nameOf(slot), stance));
    const prediction = visit?.prediction ?? null;
    const work = this.stage?.work;
    return {
      state: state.kind,
      reason,
      world: visit?.welcome.world ?? null,
      isInside: state.kind === "joined" && prediction !== null,
      self: visit === null || prediction === null ? null : personView(visit.welcome.entity, this.model.ownName, visit.self),
      others,
      people: this.model.people,
      chat: [...this.log.lines],
      objects: this.objects.all(),
      network: {
        roundTripMs: visit?.clock.roundTripMs ?? 0,
        corrections: prediction?.corrections ?? 0,
        lastCorrection: prediction?.lastCorrection ?? 0,
        clientTick: visit?.clock.clientTime ?? 0,
        serverTick: visit?.clock.serverTime ?? 0,
        snapshotTick: visit?.snapshotTick ?? 0,
        joins: this.joins,
        wasResumed: visit?.welcome.resumed ?? false,
      },
      drawing: { frames: this.frames, draws: work?.draws ?? 0, triangles: work?.triangles ?? 0, level: work?.level ?? "" },
    };
  }
}

const NO_LOOK = new Uint8Array();
const RESTING = { isSitting: false, isHandUp: false, acting: null, attention: null, loudness: 0, headset: null } as const;

function personView(slot: number, name: string, { x, y, z, yaw }: Stance): PersonView {
  return { slot, name, x, y, z, yaw: (((yaw * 180) / Math.PI) % 360 + 360) % 360 };
}

function noticeText({ code, text }: Notice): string {
  switch (code) {
    case NoticeCode.SLOW_DOWN:
      return TEXTS.notices.slowDown;
    case NoticeCode.TIME_DROPPED:
      return TEXTS.notices.timeDropped;
    case NoticeCode.RESCUED:
      return TEXTS.notices.rescued;
    case NoticeCode.READ_ONLY:
      return TEXTS.notices.readOnly;
    default:
      return text;
  }
}

/** A typed text as the wire takes it: composed, without NULs and halves of characters. */
function clean(typed: string): string {
  return typed.replace(/\0|\p{Surrogate}/gu, "").normalize("NFC").trim();
}

/** One's look, drawn by lot once and kept. */
function loadLook(): Uint8Array {
  const kept = fromText(read(local, LOOK_KEY) ?? "");
  if (kept !== null) return kept;
  const drawn = randomLook(Math.random);
  write(local, LOOK_KEY, toText(drawn));
  return drawn;
}
