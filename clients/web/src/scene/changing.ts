/** Things that look different in each of their states: one set of meshes for each, of which one is shown. */

import { Group, type Mesh, Vector3 } from "three";

import type { Detail } from "./detail";
import type { Finishes } from "./finishes";
import { buildShapes } from "./shapes";
import type { SceneFile, SceneShape } from "./world-loader";

const MOVES_S = 0.45;
const VANISHES_S = 0.35;
const RISES_M = 0.35;
const STILL_RAD = 1e-4;

/** How a thing looks in one state. */
interface Look {
  readonly drawn: Group;
  readonly walls: Mesh;
  readonly shapes: readonly SceneShape[];
}

interface Thing {
  readonly looks: ReadonlyMap<string, Look>;
  state: string;
  /** What goes on: seconds of the frame in which it began; null: nothing does. */
  sinceS: number | null;
  motion: Motion | null;
  leaving: Look | null;
}

/** A turn by `angle` (radians, counter-clockwise from above) about a pivot, and a shift, by which what was comes to what is. */
interface Motion {
  readonly pivot: Vector3;
  readonly angle: number;
  readonly shift: Vector3;
}

export class Changing {
  readonly drawn = new Group();
  /** What is solid or can be touched of it now; never drawn. */
  readonly walls = new Group();
  private readonly things = new Map<string, Thing>();

  /** Builds in steps, as `buildShapes` does. */
  static *build(file: SceneFile, detail: Detail, finishes: Finishes, states: Readonly<Record<string, string>>): Generator<void, Changing> {
    const found = new Changing();
    for (const [id, { states: all = [] }] of Object.entries(file.entities ?? {})) {
      const own = file.shapes.filter((shape) => shape.entity === id && shape.states !== undefined);
      if (own.length === 0) continue;
      const looks = new Map<string, Look>();
      for (const state of all) {
        const shapes = own.filter((shape) => shape.states?.includes(state));
        if (shapes.length === 0) continue;
        const { drawn, walls } = yield* buildShapes({ ...file, shapes }, detail, finishes, true);
        looks.set(state, { drawn, walls, shapes });
      }
      const state = states[id] ?? "";
      found.things.set(id, { looks, state, sinceS: null, motion: null, leaving: null });
      found.show(looks.get(state));
    }
    return found;
  }

  /** Things are in these states from now on; what moved from one place to another is seen to move. */
  turn(states: Readonly<Record<string, string>>, nowS: number, isStill: boolean): void {
    for (const [id, thing] of this.things) {
      const state = states[id] ?? thing.state;
      if (state === thing.state) continue;
      this.settle(thing);
      const [former, next] = [thing.looks.get(thing.state), thing.looks.get(state)];
      thing.state = state;
      this.hide(former);
      this.show(next);
      if (isStill) continue;
      thing.motion = former === undefined || next === undefined ? null : motionBetween(former.shapes, next.shapes);
      thing.leaving = next === undefined ? (former ?? null) : null;
      if (thing.leaving !== null) this.drawn.add(thing.leaving.drawn);
      if (thing.motion !== null || thing.leaving !== null) thing.sinceS = nowS;
    }
  }

  /** Runs once a frame. */
  update(nowS: number): void {
    for (const thing of this.things.values()) {
      if (thing.sinceS === null) continue;
      const share = (nowS - thing.sinceS) / (thing.leaving === null ? MOVES_S : VANISHES_S);
      if (share >= 1) {
        this.settle(thing);
        continue;
      }
      const left = 1 - ease(Math.max(0, share));
      const look = thing.looks.get(thing.state);
      if (thing.motion !== null && look !== undefined) place(look.drawn, thing.motion, left);
      if (thing.leaving !== null) vanish(thing.leaving, left);
    }
  }

  dispose(): void {
    for (const { looks } of this.things.values()) for (const { walls } of looks.values()) walls.geometry.dispose();
  }

  private settle(thing: Thing): void {
    thing.sinceS = thing.motion = null;
    const look = thing.looks.get(thing.state);
    if (look !== undefined) reset(look.drawn);
    if (thing.leaving !== null) {
      reset(thing.leaving.drawn);
      thing.leaving.drawn.removeFromParent();
      thing.leaving = null;
    }
  }

  private show(look: Look | undefined): void {
    if (look === undefined) return;
    this.drawn.add(look.drawn);
    this.walls.add(look.walls);
  }

  private hide(look: Look | undefined): void {
    look?.drawn.removeFromParent();
    look?.walls.removeFromParent();
  }
}

/** How a part that both looks have comes from its former place to its present one; null where none moves. */
export function motionBetween(former: readonly SceneShape[], next: readonly SceneShape[]): Motion | null {
  for (const shape of next) {
    const was = former.find(({ id }) => id === shape.id);
    if (was === undefined) continue;
    const angle = (-(was.yaw - shape.yaw) * Math.PI) / 180;
    const turn = Math.atan2(Math.sin(angle), Math.cos(angle));
    const [dx, dy, dz] = [was.at[0] - shape.at[0], was.at[1] - shape.at[1], was.at[2] - shape.at[2]];
    if (Math.abs(turn) < STILL_RAD) {
      if (Math.hypot(dx, dy, dz) < STILL_RAD) continue;
      return { pivot: new Vector3(), angle: 0, shift: new Vector3(dx, dy, dz) };
    }
    // The point that a turn and a shift leave where it is: a door's hinge.
    const half = 1 / (2 * Math.tan(turn / 2));
    const pivot = new Vector3(shape.at[0] + dx / 2 + dz * half, 0, shape.at[2] + dz / 2 - dx * half);
    return { pivot, angle: turn, shift: new Vector3(0, dy, 0) };
  }
  return null;
}

/** `left` of the way back to where it was, 1 to 0. */
function place(group: Group, { pivot, angle, shift }: Motion, left: number): void {
  group.rotation.y = angle * left;
  group.position.copy(pivot).applyAxisAngle(up, angle * left).negate().add(pivot).addScaledVector(shift, left);
}

/** What was taken shrinks and rises. */
function vanish({ drawn, shapes }: Look, left: number): void {
  const [x, y, z] = shapes[0].at;
  drawn.scale.setScalar(Math.max(0.001, left));
  drawn.position.set(x * (1 - left), y * (1 - left) + RISES_M * (1 - left), z * (1 - left));
}

function reset(group: Group): void {
  group.rotation.y = 0;
  group.position.set(0, 0, 0);
  group.scale.setScalar(1);
}

const up = new Vector3(0, 1, 0);

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}
