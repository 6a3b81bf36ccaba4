/** Which world one is at, and how one gets to another: through a portal, or by the steps of the history. */

import type { Actions } from "./actions";
import type { Connection, Platform } from "./net/connection";
import type { Presence } from "./presence";
import { buildPlatform } from "./ui/browser-platform";
import type { PageModel } from "./ui/model";
import type { PageHistory } from "./ui/page-history";
import { spotOf, worldOf } from "./ui/sharing";
import type { Store } from "./ui/store";
import { sentence } from "./ui/texts/shape";
import type { WorldEntry } from "./world-entry";

export interface CrossingParts {
  /** The world of the address; null for the server's only one. */
  readonly world: string | null;
  readonly platform: Platform;
  readonly connection: Connection;
  readonly entry: WorldEntry;
  readonly history: PageHistory;
  readonly presence: Presence;
  readonly page: Store<PageModel>;
  readonly actions: Actions;
}

export class Crossing {
  /** The browser as the connection to the present world asks for it. */
  platform: Platform;
  private world: string | null;
  private readonly parts: CrossingParts;

  constructor(parts: CrossingParts) {
    this.parts = parts;
    this.world = parts.world;
    this.platform = parts.platform;
  }

  /** Where a portal leads: another world of this server, or another server, there only when the person says so. */
  async goTo(to: string): Promise<void> {
    const { connection, entry, history, presence, page, actions } = this.parts;
    if (to.startsWith("https://")) {
      page.change({ passage: to });
      actions.open("passage");
      return;
    }
    const [world = "", spot = ""] = to.split("#");
    const { visit } = presence;
    const answer = await entry.prepare(world);
    // Gone elsewhere meanwhile, or without a line: whoever comes back in the portal is told again.
    if (visit === null || visit !== presence.visit || connection.state.kind !== "joined") return;
    if (answer === "full" || answer === "closed") {
      actions.remark(sentence(answer === "full" ? "passage.full" : "passage.closed"));
      return;
    }
    this.turnTo(world);
    history.moveTo(`/w/${encodeURIComponent(world)}${location.search}${spot === "" ? "" : `#${encodeURIComponent(spot)}`}`);
    page.change({ spot, panel: null, selected: null });
    entry.turnTo(world, answer);
    connection.moveTo(this.platform, spot);
  }

  /** Outside: Back and forward may lead to the door of another world. */
  turnToAddress(): void {
    const world = worldOf(location.pathname);
    if (world === this.world) return;
    this.turnTo(world);
    this.parts.connection.turnTo(this.platform);
    this.parts.entry.turnTo(world);
  }

  /** Inside: a step of the history that was made in another world leads back there, as through a portal. */
  followAddress(): void {
    const world = worldOf(location.pathname);
    if (world !== null && world !== this.world) void this.goTo(`${world}#${spotOf(location)}`);
  }

  private turnTo(world: string | null): void {
    this.world = world;
    this.platform = buildPlatform(world);
  }
}
