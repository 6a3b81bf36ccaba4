/** What is at an arm's length and can be used, and walking to what is not. */

import type { Connection } from "./net/connection";
import type { Presence } from "./presence";
import type { SceneEntity } from "./scene/world-loader";
import { UNIT } from "./protocol/motion.gen";
import type { Travel } from "./travel";
import type { PageModel, Usable } from "./ui/model";
import type { Store } from "./ui/store";
import { sentence } from "./ui/texts/shape";
import type { Sentence } from "./ui/texts/shape";

const ARM_M = 2.4; // the server's 2.5, less what one may have moved when it hears of it
const TALL_M = 3;
const LOOK_EVERY_MS = 200;
const BESIDE_M = 1; // from the edge of what one walks to
const SIDES = 12;
const BEHIND = 0.6; // what is behind one's back counts as so many metres further away

export interface ReachParts {
  readonly presence: Presence;
  readonly travel: Travel;
  readonly connection: Connection;
  readonly page: Store<PageModel>;
  readonly remark: (what: Sentence) => void;
}

export class Reach {
  private readonly parts: ReachParts;
  private lookedMs = -Infinity;
  /** What one is on the way to, in order to use it. */
  private goal: string | null = null;

  constructor(parts: ReachParts) {
    this.parts = parts;
  }

  /** Whether a thing can be used at all. */
  isUsable(id: string): boolean {
    return this.entities()[id]?.use === true;
  }

  /** Uses a thing: at once when it is near, else after walking there. */
  use(id: string): void {
    const { connection, travel, remark } = this.parts;
    const entity = this.entities()[id];
    if (entity?.use !== true) return;
    this.goal = null;
    if (this.isNear(entity)) {
      connection.send({ type: "Use", object: id });
      return;
    }
    travel.cancel();
    if (this.walkTo(entity)) this.goal = id;
    else remark(sentence("things.noWay"));
  }

  /** Runs at every step: uses what one has come to, and looks now and then at what is near. */
  follow(nowMs: number): void {
    const { connection, travel } = this.parts;
    if (this.goal !== null) {
      const entity = this.entities()[this.goal];
      if (entity !== undefined && this.isNear(entity)) {
        connection.send({ type: "Use", object: this.goal });
        travel.cancel();
        this.goal = null;
      } else if (!travel.isUnderWay) {
        this.goal = null; // steered away, or there is no way on
      }
    }
    if (nowMs - this.lookedMs < LOOK_EVERY_MS) return;
    this.lookedMs = nowMs;
    this.look();
  }

  private look(): void {
    const { presence, page } = this.parts;
    const states = presence.states();
    const things: Usable[] = [];
    if (presence.visit !== null) {
      for (const [id, entity] of Object.entries(this.entities())) {
        if (entity.use !== true) continue;
        things.push({ id, name: entity.name ?? entity.alt ?? { und: id }, state: states[id] ?? null, metres: this.metresTo(entity), isNear: this.isNear(entity) });
      }
    }
    things.sort((a, b) => a.metres - b.metres);
    const near = things.filter(({ isNear }) => isNear);
    near.sort((a, b) => this.effort(a.id) - this.effort(b.id));
    const usable = near[0] ?? null;
    const { usable: shown, things: listed, panel } = page.value;
    if (shown?.id !== usable?.id || shown?.state !== usable?.state) page.change({ usable });
    if (panel === "places" || listed.length !== things.length) page.change({ things });
  }

  private effort(id: string): number {
    const { visit } = this.parts.presence;
    const entity = this.entities()[id];
    if (visit === null || entity === undefined) return Infinity;
    const [x, , z] = entity.at;
    const [dx, dz] = [x - visit.self.x, z - visit.self.z];
    const ahead = dx * Math.sin(visit.self.yaw) - dz * Math.cos(visit.self.yaw);
    return Math.hypot(dx, dz) + (ahead < 0 ? BEHIND : 0);
  }

  private metresTo({ at: [x, , z], radius = 0 }: SceneEntity): number {
    const self = this.parts.presence.visit?.self;
    return self === undefined ? Infinity : Math.max(0, Math.hypot(x - self.x, z - self.z) - radius);
  }

  private isNear(entity: SceneEntity): boolean {
    const self = this.parts.presence.visit?.self;
    return self !== undefined && this.metresTo(entity) <= ARM_M && Math.abs(entity.at[1] - self.y) <= TALL_M;
  }

  /** To the place round it that is nearest to oneself and can be walked to; the middle of a door is in a wall. */
  private walkTo({ at: [x, y, z], radius = 0 }: SceneEntity): boolean {
    const { presence, travel } = this.parts;
    const walker = presence.visit?.prediction?.state;
    if (walker === undefined) return false;
    const away = Math.min(radius + BESIDE_M, radius + ARM_M * 0.7);
    const places = Array.from({ length: SIDES }, (_, nth) => {
      const angle = (nth / SIDES) * 2 * Math.PI;
      return [x + Math.sin(angle) * away, z + Math.cos(angle) * away] as const;
    });
    const effort = ([east, south]: readonly [number, number]): number => Math.hypot(east - walker.x / UNIT, south - walker.z / UNIT);
    places.sort((a, b) => effort(a) - effort(b));
    return places.some(([east, south]) => travel.toPoint(east, y, south));
  }

  private entities(): Readonly<Record<string, SceneEntity>> {
    return this.parts.presence.world?.scene.entities ?? {};
  }
}
