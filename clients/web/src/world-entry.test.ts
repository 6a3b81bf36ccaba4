/** The world's files as they come: in time for a change, late, twice, or not at all. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Presence } from "./presence";
import type { Rebuilt, Welcome } from "./protocol/messages.gen";
import { buildFieldFile } from "./state/field.fixture";
import { Visit } from "./state/visit";
import { WorldEntry } from "./world-entry";
import { Store } from "./ui/store";
import type { PageModel } from "./ui/model";

const WELCOME: Welcome = {
  type: "Welcome", entity: 1, generation: 0, name: "Aino", secret: new Uint8Array(32), resumed: false, world: "yard",
  scene: "a1", walk: "b1", tick: 100, tick_hz: 20, x: 0, y: 0, z: 0, yaw: 0,
};
const rebuilt = (scene: string, tick: number, walk = "b1"): Rebuilt => ({ type: "Rebuilt", scene, walk, tick });
const STAND = { yaw: 0, heading: 0, gait: 0, jump: false } as const;

/** A server whose answers come when the test says so. */
class Files {
  readonly asked: string[] = [];
  private readonly waiting = new Map<string, (answer: Response) => void>();
  readonly fails = new Set<string>();

  readonly fetch = (url: string): Promise<Response> => {
    this.asked.push(url);
    return new Promise((resolve) => this.waiting.set(url, resolve));
  };

  /** Lets a scene and its field arrive. */
  async arrive(scene: string, walk = "b1"): Promise<void> {
    const shown = { id: "yard", name: { en: scene }, sky: {}, ground: {}, shapes: [], spawns: {} };
    this.answer(`/worlds/yard/scene-${scene}.json`, () => new Response(JSON.stringify(shown)));
    this.answer(`/worlds/yard/walk-${walk}.bin`, () => new Response(buildFieldFile(() => ({ height: 0, distance: 100 }))));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    await vi.advanceTimersByTimeAsync(0);
  }

  private answer(url: string, body: () => Response): void {
    this.waiting.get(url)?.(this.fails.has(url) ? new Response("", { status: 404 }) : body());
    this.waiting.delete(url);
  }
}

function begin() {
  const presence = new Presence();
  const page = new Store<PageModel>({ isChoosing: null, offers: [] } as unknown as PageModel); // only what is changed is looked at
  const changes: (string | undefined)[] = [];
  const shown = (): string | undefined => presence.world?.scene.name["en"];
  const entry = new WorldEntry(presence, page, null, () => changes.push(shown()));
  const visit = new Visit(WELCOME, 0);
  presence.enter(visit);
  const walkTo = (tick: number): void => {
    while ((visit.prediction?.tick ?? Infinity) < tick) visit.prediction?.step(STAND);
    entry.follow();
  };
  return { presence, page, entry, visit, changes, shown, walkTo };
}

describe("the world's files", () => {
  let files: Files;

  beforeEach(() => {
    vi.useFakeTimers();
    files = new Files();
    vi.stubGlobal("fetch", files.fetch);
    vi.stubGlobal("reportError", () => undefined);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  async function entered() {
    const one = begin();
    void one.entry.enter(one.visit);
    await files.arrive("a1");
    const start = one.visit.prediction?.tick ?? NaN;
    return { ...one, start };
  }

  test("a change that came in time is made at its tick", async () => {
    const { entry, shown, changes, walkTo, start } = await entered();
    void entry.renew(rebuilt("a2", 120));
    await files.arrive("a2");
    walkTo(start + 19);
    expect(shown()).toBe("a1");
    walkTo(start + 20);
    expect(shown()).toBe("a2");
    walkTo(start + 30);
    expect(changes).toEqual(["a2"]);
  });

  test("one that came late is made at once", async () => {
    const { entry, shown, walkTo, start } = await entered();
    void entry.renew(rebuilt("a2", 120));
    walkTo(start + 50);
    expect(shown()).toBe("a1");
    await files.arrive("a2");
    walkTo(start + 51);
    expect(shown()).toBe("a2");
  });

  test("of two changes the last counts, in whatever order they come", async () => {
    const { entry, shown, changes, walkTo, start } = await entered();
    void entry.renew(rebuilt("a2", 120));
    void entry.renew(rebuilt("a3", 140, "b3"));
    await files.arrive("a3", "b3");
    await files.arrive("a2");
    walkTo(start + 60);
    expect(shown()).toBe("a3");
    expect(changes).toEqual(["a3"]);
  });

  test("whoever is still entering enters the changed world", async () => {
    const { entry, visit, shown, walkTo } = begin();
    void entry.enter(visit);
    void entry.renew(rebuilt("a2", 90));
    await files.arrive("a1");
    expect(files.asked).toContain("/worlds/yard/scene-a2.json");
    await files.arrive("a2");
    walkTo((visit.prediction?.tick ?? NaN) + 1);
    expect(shown()).toBe("a2");
  });

  test("files that do not come are asked for again", async () => {
    const { entry, shown, walkTo, start, page } = await entered();
    files.fails.add("/worlds/yard/scene-a2.json");
    void entry.renew(rebuilt("a2", 120));
    await files.arrive("a2");
    walkTo(start + 30);
    expect(shown()).toBe("a1");
    expect(page.value.loading.kind, "one goes on as before").toBe("loaded");
    files.fails.clear();
    await vi.advanceTimersByTimeAsync(5_000);
    await files.arrive("a2");
    walkTo(start + 31);
    expect(shown()).toBe("a2");
  });

  test("a change that was meant for a visit before changes nothing", async () => {
    const { entry, presence, shown, walkTo, start } = await entered();
    void entry.renew(rebuilt("a2", 120));
    const next = new Visit({ ...WELCOME, resumed: true }, 0);
    presence.enter(next);
    await files.arrive("a2");
    void entry.enter(next);
    walkTo(start + 30);
    expect(shown()).toBe("a1");
  });

  async function offers(told: unknown, isOk = true) {
    const one = begin();
    one.presence.leave();
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(told), { status: isOk ? 200 : 502 })));
    one.entry.watch(0);
    await vi.advanceTimersByTimeAsync(0);
    return one;
  }
  const world = (id: string) => ({ id, name: { en: id }, people: 0, capacity: 9, scene: "a1", walk: "b1", map: "c1" });

  test("of several worlds one has to choose, and a poll that fails changes nothing", async () => {
    const { page, entry } = await offers([world("hall"), world("quay")]);
    expect(page.value.isChoosing).toBe(true);
    expect(page.value.offers.map(({ picture }) => picture)).toEqual(["/worlds/hall/map-c1.png", "/worlds/quay/map-c1.png"]);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no line")));
    entry.watch(60_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(page.value.isChoosing).toBe(true);
    expect(page.value.offers).toHaveLength(2);
  });

  test("a server that says nothing is one with a single door", async () => {
    const { page } = await offers([], false);
    expect(page.value.isChoosing).toBe(false);
  });

  test.each([
    ["full", [{ ...world("quay"), people: 9 }]],
    ["closed", [world("hall")]],
    ["closed", "nonsense"],
  ])("a world that is %s is not gone to", async (why, told) => {
    const { entry } = await offers(told);
    expect(await entry.prepare("quay")).toBe(why);
  });
});
