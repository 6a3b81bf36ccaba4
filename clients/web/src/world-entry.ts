/**
 * Gets the world's files: for the visit that begins, again when they do not come, ahead while one is still outside, and
 * anew when the world is changed while one is in it.
 */

import type { Presence } from "./presence";
import { type LoadedWorld, loadWorld, statesOf, worldKey } from "./scene/world-loader";
import type { Rebuilt } from "./protocol/messages.gen";
import type { Visit } from "./state/visit";
import { type Localized, textIn } from "./state/localized";
import type { Door, OfferedWorld, PageModel, Spot } from "./ui/model";
import type { Store } from "./ui/store";

const LOAD_AGAIN_MS = 3_000;
const ASK_EVERY_MS = 15_000;

interface Offer extends OfferedWorld {
  readonly scene: string;
  readonly walk: string;
}

/** A changed world that waits for its tick. */
interface Coming {
  readonly visit: Visit;
  readonly loaded: LoadedWorld;
  readonly from: number;
}

export class WorldEntry {
  private readonly presence: Presence;
  private readonly page: Store<PageModel>;
  private wished: string | null;
  /** A world got ahead, for whoever is about to go there. */
  private ahead: LoadedWorld | null = null;
  private askedMs = -Infinity;
  private retry: () => void = () => undefined;
  /** What the world was last changed to during this visit; null: it is as it was at the welcome. */
  private told: { readonly visit: Visit; readonly message: Rebuilt } | null = null;
  private coming: Coming | null = null;
  private readonly changed: () => void;

  /** `wished` is the world of the address; null for the server's only one. `changed` is told when one stands in another. */
  constructor(presence: Presence, page: Store<PageModel>, wished: string | null, changed: () => void) {
    this.changed = changed;
    this.presence = presence;
    this.page = page;
    this.wished = wished;
  }

  /** Loads what a welcome names, and lets the visit begin. */
  async enter(visit: Visit): Promise<void> {
    const { world } = visit.welcome;
    const { scene, walk } = this.filesOf(visit);
    try {
      let loaded = this.presence.world;
      if (this.ahead?.key === worldKey(world, scene, walk)) {
        loaded = this.ahead;
        this.take(loaded);
      }
      this.ahead = null;
      if (loaded?.key !== worldKey(world, scene, walk)) {
        this.page.change({ loading: { kind: "loading" } });
        loaded = await loadWorld(world, scene, walk);
        if (visit !== this.presence.visit) return; // a later welcome has overtaken this one
        this.take(loaded);
      }
      this.presence.settle(loaded); // with the states that were told meanwhile
      visit.enter(this.presence.field ?? loaded.field, performance.now());
      this.page.change({ loading: { kind: "loaded" } });
      const news = this.told;
      // It was changed while its files were under way.
      if (news?.visit === visit && (news.message.scene !== scene || news.message.walk !== walk)) await this.renew(news.message);
    } catch (error) {
      if (visit === this.presence.visit) this.later(visit, error, () => this.enter(visit));
    }
  }

  /** The world is to change: gets what it changes to, so that it is there in time. */
  async renew(message: Rebuilt): Promise<void> {
    const { visit } = this.presence;
    if (visit === null) return;
    this.told = { visit, message };
    if (visit.prediction === null) return; // it is being entered, or waits to be tried again: with these files then
    try {
      const loaded = await loadWorld(visit.welcome.world, message.scene, message.walk);
      if (visit !== this.presence.visit || this.told.message !== message) return;
      const field = loaded.field.turned(statesOf(loaded.scene, this.presence.objects.all()));
      this.coming = { visit, loaded, from: visit.renew(field, message.tick) };
    } catch (error) {
      if (visit === this.presence.visit && this.told.message === message) this.later(visit, error, () => this.renew(message));
    }
  }

  /** Gets another world of this server, for going there; says why one cannot, if so. */
  async prepare(world: string): Promise<LoadedWorld | "closed" | "full"> {
    const offer = (await fetchOffers())?.find(({ id }) => id === world);
    if (offer === undefined) return "closed";
    if (offer.people >= offer.capacity) return "full";
    try {
      return await loadWorld(offer.id, offer.scene, offer.walk);
    } catch (error) {
      reportError(error);
      return "closed";
    }
  }

  /** The page is at the door of this world now; `ahead`: its files, where they are here already. */
  turnTo(world: string | null, ahead: LoadedWorld | null = null): void {
    this.wished = world;
    this.ahead = ahead;
    this.askedMs = -Infinity;
    this.page.change({ offered: null, isChoosing: world === null && this.page.value.offers.length > 1 });
  }

  /** Runs at every step: goes over to a changed world when its tick has come. */
  follow(): void {
    const { coming, presence } = this;
    if (coming === null) return;
    const isThere = coming.visit === presence.visit;
    if (isThere && (coming.visit.prediction?.tick ?? -Infinity) < coming.from) return;
    this.coming = null;
    if (!isThere) return;
    coming.visit.entities?.renew(coming.loaded.field);
    this.take(coming.loaded);
    // With the walls that came or went since its files were got.
    if (this.presence.field !== null) coming.visit.prediction?.turn(this.presence.field, coming.from);
    this.changed();
  }

  /** Tries now what waits to be tried again. */
  retryNow(): void {
    this.retry();
  }

  /** While outside: asks now and then who is there, and gets the world ahead. */
  watch(nowMs: number): void {
    if (nowMs - this.askedMs < ASK_EVERY_MS) return;
    this.askedMs = nowMs;
    void this.ask();
  }

  /** The page is outside again: the next look at who is there is at once. */
  leave(): void {
    this.askedMs = -Infinity;
    this.retry = () => undefined;
  }

  private async ask(): Promise<void> {
    const offers = await fetchOffers();
    if (offers === null) {
      // No line: the page goes on with what it knows, and with a form if it knows nothing.
      if (this.page.value.isChoosing === null) this.page.change({ isChoosing: false });
      return;
    }
    const isChoosing = this.wished === null && offers.length > 1;
    this.page.change({ offers, isChoosing });
    if (isChoosing) return;
    const offer = this.wished === null ? offers[0] : offers.find(({ id }) => id === this.wished);
    if (offer === undefined) return;
    this.page.change({ offered: offer, worldName: offer.name });
    if (this.presence.world?.key === worldKey(offer.id, offer.scene, offer.walk)) return;
    try {
      const loaded = await loadWorld(offer.id, offer.scene, offer.walk);
      if (this.presence.visit === null) this.take(loaded);
    } catch {
      // Only ahead of time: whoever comes in asks again, and is told when it fails.
    }
  }

  private take(loaded: LoadedWorld): void {
    this.presence.settle(loaded);
    this.page.change({ worldName: loaded.scene.name, spots: spotsOf(loaded), doors: doorsOf(loaded) });
  }

  private filesOf(visit: Visit): { readonly scene: string; readonly walk: string } {
    return this.told?.visit === visit ? this.told.message : visit.welcome;
  }

  private later(visit: Visit, error: unknown, again: () => Promise<void>): void {
    reportError(error);
    const wait = LOAD_AGAIN_MS * (0.5 + Math.random());
    // Who is in already goes on in the world as it was.
    if (visit.prediction === null) this.page.change({ loading: { kind: "failed", retryAtMs: performance.now() + wait } });
    const timer = setTimeout(() => this.retry(), wait);
    this.retry = () => {
      clearTimeout(timer);
      this.retry = () => undefined;
      if (visit === this.presence.visit) void again();
    };
  }
}

/** The named places of a world, in its own order. */
function spotsOf({ scene }: LoadedWorld): readonly Spot[] {
  return Object.entries(scene.spawns ?? {}).flatMap(([id, { name }]) => (name === undefined || textIn(name, "en") === "" ? [] : [{ id, name }]));
}

/** The portals of a world, in its own order. */
function doorsOf({ scene }: LoadedWorld): readonly Door[] {
  return Object.entries(scene.entities ?? {}).flatMap(([id, { at, alt, to }]) => (to === undefined ? [] : [{ id, at, name: alt ?? { und: to } }]));
}

/** The open worlds of this server; null when it does not say. */
async function fetchOffers(): Promise<readonly Offer[] | null> {
  try {
    const answer = await fetch("/worlds.json", { signal: AbortSignal.timeout(8_000) });
    if (!answer.ok) return null;
    const told: unknown = await answer.json();
    return Array.isArray(told) ? told.filter(isOffer).map((offer) => ({ ...offer, picture: pictureOf(offer) })) : null;
  } catch {
    return null;
  }
}

function pictureOf({ id, map }: { readonly id: string; readonly map?: unknown }): string | null {
  return typeof map === "string" ? `/worlds/${encodeURIComponent(id)}/map-${encodeURIComponent(map)}.png` : null;
}

function isOffer(told: unknown): told is Offer {
  if (typeof told !== "object" || told === null) return false;
  const { id, name, people, capacity, scene, walk } = told as { readonly [field: string]: unknown };
  const areTexts = [id, scene, walk].every((field) => typeof field === "string");
  return areTexts && typeof people === "number" && typeof capacity === "number" && isLocalized(name);
}

function isLocalized(name: unknown): name is Localized {
  return typeof name === "object" && name !== null && Object.values(name).every((text) => typeof text === "string");
}
