/**
 * People: appear, move and go, however many there are, in a handful of draws.
 *
 * Begins a frame with `begin`, takes everybody with `add`, ends with `finish`. Who is no longer added
 * fades; what moves a body is in posing.ts, what a body is made of in body.ts, hair.ts and aids.ts.
 */

import { type Ray, type Scene, Vector3 } from "three";

import type { Figure } from "../../state/figure";
import type { Detail } from "../detail";
import { PERSON_TEXELS, PersonTexel } from "./body.glsl";
import { ContactShadows } from "./contact-shadows";
import { Crowd } from "./crowd";
import { FURTHEST_SHADOW, FURTHEST_TIER, gridOf, SHADOW_TIER, Tiers } from "./detail";
import { Pose } from "./pose";
import { type Motion, newMotion, type Placing, pose } from "./posing";
import { capsuleHit } from "./picking";
import { HEAD_Y, HIP, STANDING_M } from "./skeleton";
import { dress, type Outfit, PARTS } from "./wardrobe";

const ROW = PERSON_TEXELS * 4;
const COMES_PER_S = 4;
const LEAVES_PER_S = 5;
const RANKED_EVERY = 8; // frames between two looks at who is near
const FURTHEST_PICK_M = 80;

interface Person {
  readonly key: number;
  row: number;
  motion: Motion;
  outfit: Outfit;
  look: Uint8Array;
  tier: number;
  isHere: boolean;
  /** 0..1: how far somebody has come. */
  presence: number;
  opacity: number;
}

const scratchPlacing: Placing = { x: 0, y: 0, z: 0, yaw: 0 };
const scratchFoot = new Vector3();
const scratchHead = new Vector3();

export class Avatars {
  private readonly crowd: Crowd;
  private readonly shadows: ContactShadows;
  private readonly tiers = new Tiers();
  private readonly byKey = new Map<number, Person>();
  /** By row; rows have no gaps. */
  private readonly persons: Person[] = [];
  private readonly viewer = new Vector3();
  private distances = new Float32Array(64);
  private detail: Detail;
  private nowS = 0;
  private elapsedS = 0;
  private isStill = false;
  private frame = 0;
  private isListStale = true;

  constructor(scene: Scene, detail: Detail) {
    this.detail = detail;
    this.crowd = new Crowd(scene);
    this.shadows = new ContactShadows(scene);
    this.setDetail(detail);
  }

  /** Triangles of people drawn now, without those of shadows. */
  get triangles(): number {
    return this.crowd.triangles;
  }

  setDetail(detail: Detail): void {
    this.detail = detail;
    this.crowd.setDetail(detail);
    this.frame = 0;
    this.isListStale = true;
  }

  /** Begins a frame. `isStill`: without breathing, blinking and dancing, for those who asked for less motion. */
  begin(nowS: number, elapsedS: number, viewer: Vector3, isStill: boolean): void {
    this.nowS = nowS;
    this.elapsedS = Math.min(0.1, elapsedS);
    this.viewer.copy(viewer);
    this.isStill = isStill;
    for (const person of this.persons) person.isHere = false;
  }

  add(figure: Figure, opacity = 1): void {
    const person = this.personOf(figure);
    person.isHere = true;
    person.opacity = opacity;
    if (person.look !== figure.look) this.redress(person, figure.look);
    const { rows } = this.crowd;
    const at = person.row * ROW;
    pose(person.motion, figure, person.outfit, this.nowS, this.elapsedS, this.isStill, rows, at, scratchPlacing);
    const { motion } = person;
    const place = at + PersonTexel.PLACE * 4;
    rows[place] = scratchPlacing.x;
    rows[place + 1] = scratchPlacing.y;
    rows[place + 2] = scratchPlacing.z;
    rows[place + 3] = scratchPlacing.yaw;
    rows[place + 4] = motion.travel;
    rows[place + 6] = motion.rolled;
    rows[place + 7] = motion.floorY;
    // Speech opens and closes the mouth; loudness alone would only hold it open.
    rows[place + 8] = motion.mouth * (0.55 + 0.45 * Math.sin(this.nowS * 19 + motion.seed * 40));
    rows[place + 9] = 0.003 * Math.sin(motion.lookYaw);
    rows[place + 10] = -0.004 * motion.lookPitch;
  }

  finish(): void {
    this.comeAndGo();
    const count = this.persons.length;
    if (this.frame++ % RANKED_EVERY === 0) this.rank();
    if (this.isListStale) this.listPieces();
    this.crowd.sendRows(count);
    this.shadows.show(this.crowd.rows, count);
  }

  /** The nearest person that a ray hits. */
  pick(ray: Ray): number | null {
    let [nearest, found] = [FURTHEST_PICK_M, null as number | null];
    for (const person of this.persons) {
      if (person.presence < 0.5 || person.opacity < 0.3 || !this.headOf(person.key, scratchHead)) continue;
      const at = person.row * ROW + PersonTexel.PLACE * 4;
      scratchFoot.fromArray(this.crowd.rows, at);
      const away = capsuleHit(ray, scratchFoot, scratchHead, 0.28 * person.outfit.build.shoulders);
      if (away === null || away >= nearest) continue;
      [nearest, found] = [away, person.key];
    }
    return found;
  }

  /** Puts the middle of a head into `out`, sitting and jumping included; false when nobody has that key. */
  headOf(key: number, out: Vector3): boolean {
    const person = this.byKey.get(key);
    if (person === undefined) return false;
    const { rows } = this.crowd;
    const at = person.row * ROW;
    const place = at + PersonTexel.PLACE * 4;
    const { height } = person.outfit.build;
    // Leaning forward or aside carries the head along; above the waist that is almost half the body.
    const above = HEAD_Y - HIP.y;
    const ahead = rows[at + Pose.PELVIS_Z] - above * Math.sin(rows[at + Pose.SPINE_PITCH]);
    const right = rows[at + Pose.PELVIS_X] + above * Math.sin(rows[at + Pose.SPINE_ROLL]);
    const yaw = rows[place + 3];
    out.set(
      rows[place] + (Math.cos(yaw) * right - Math.sin(yaw) * ahead) * height,
      rows[place + 1] + (HEAD_Y + rows[at + Pose.PELVIS_Y] - 0.3 * Math.abs(Math.sin(rows[at + Pose.SPINE_PITCH]))) * height,
      rows[place + 2] + (Math.sin(yaw) * right + Math.cos(yaw) * ahead) * height,
    );
    return true;
  }

  /** Height of the crown and what is worn on it above the middle of the head, metres. */
  crownOf(key: number): number {
    const build = this.byKey.get(key)?.outfit.build;
    return build === undefined ? STANDING_M - HEAD_Y : 0.2 * build.head * build.height;
  }

  /** The height of the floor under somebody, metres. */
  floorOf(key: number): number {
    return this.byKey.get(key)?.motion.floorY ?? 0;
  }

  dispose(): void {
    this.crowd.dispose();
    this.shadows.dispose();
    this.byKey.clear();
    this.persons.length = 0;
  }

  private personOf(figure: Figure): Person {
    const known = this.byKey.get(figure.key);
    if (known !== undefined) return known;
    const person: Person = {
      key: figure.key, row: this.persons.length, motion: newMotion(figure.key, figure), outfit: dress(figure.look), look: figure.look,
      tier: FURTHEST_TIER, isHere: true, presence: 0, opacity: 1,
    };
    this.persons.push(person);
    this.byKey.set(figure.key, person);
    this.crowd.reserve(this.persons.length);
    this.writeOutfit(person);
    this.frame = 0;
    this.isListStale = true;
    return person;
  }

  private redress(person: Person, look: Uint8Array): void {
    person.look = look;
    person.outfit = dress(look);
    this.writeOutfit(person);
    this.isListStale = true;
  }

  private writeOutfit({ row, outfit }: Person): void {
    const { build, colours, face, top } = outfit;
    const { rows } = this.crowd;
    const at = row * ROW + PersonTexel.BUILD * 4;
    rows.set([build.height, build.shoulders, build.hips, build.depth, build.girth, build.belly, build.head, face], at);
    rows.set(colours, at + 8);
    rows[at + 14] = top;
  }

  /** People grow into view and dissolve out of it. */
  private comeAndGo(): void {
    const { rows } = this.crowd;
    for (let row = this.persons.length - 1; row >= 0; row--) {
      const person = this.persons[row];
      person.presence += this.elapsedS * (person.isHere ? COMES_PER_S : -LEAVES_PER_S);
      person.presence = Math.min(1, person.presence);
      if (person.presence <= 0 && !person.isHere) {
        this.remove(person);
        continue;
      }
      const t = Math.max(0, person.presence);
      const eased = t * t * (3 - 2 * t);
      const at = row * ROW + PersonTexel.WAY * 4;
      rows[at + 1] = eased * person.opacity;
      rows[at + 7] = 0.8 + 0.2 * eased;
    }
  }

  /** The last row moves into the gap. */
  private remove(person: Person): void {
    this.byKey.delete(person.key);
    const last = this.persons.pop();
    if (last !== undefined && last !== person) {
      this.crowd.rows.copyWithin(person.row * ROW, last.row * ROW, (last.row + 1) * ROW);
      last.row = person.row;
      this.persons[last.row] = last;
    }
    this.isListStale = true;
  }

  private rank(): void {
    const count = this.persons.length;
    if (this.distances.length < count) this.distances = new Float32Array(count * 2);
    const { rows } = this.crowd;
    const { x, y, z } = this.viewer;
    for (let row = 0; row < count; row++) {
      const at = row * ROW + PersonTexel.PLACE * 4;
      this.distances[row] = Math.sqrt((rows[at] - x) ** 2 + (rows[at + 1] - y) ** 2 + (rows[at + 2] - z) ** 2);
    }
    this.tiers.rank(this.distances, count, this.detail);
    for (let row = 0; row < count; row++) {
      const person = this.persons[row];
      const tier = this.tiers.at(this.distances[row], person.tier);
      if (tier === person.tier) continue;
      person.tier = tier;
      this.isListStale = true;
    }
  }

  private listPieces(): void {
    this.isListStale = false;
    this.crowd.clearPieces();
    for (const { row, tier, outfit } of this.persons) {
      const throws = tier <= FURTHEST_SHADOW[this.detail];
      for (const part of outfit.parts) {
        const grid = gridOf(PARTS[part].kind, tier);
        if (grid !== null) this.crowd.addPiece(grid, row, part);
        if (throws && gridOf(PARTS[part].kind, SHADOW_TIER) !== null) this.crowd.addShadow(row, part);
      }
    }
    this.crowd.sendPieces();
  }
}
