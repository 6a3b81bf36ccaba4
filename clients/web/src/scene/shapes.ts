/** The shapes of a world, merged into one mesh for each finish, one for shadows and one for walls. */

import { BufferGeometry, Color, Group, Mesh, MeshBasicMaterial } from "three";
import { acceleratedRaycast, MeshBVH } from "three-mesh-bvh";

import { Batch, type Hiders } from "./batch";
import { writeBlob } from "./blob";
import { type Fineness, writeBody, writeCloth } from "./bodies";
import type { Detail } from "./detail";
import { FINISHES, type Finishes, type Finish, finishOf, pictureOf } from "./finishes";
import { chanceOf, PICTURE_M } from "./surfaces";
import { Hiding } from "./hiding";
import type { SceneFile, SceneShape } from "./world-loader";

const BEVELS_BELOW_M = 7; // higher up nobody sees them
const LIT_WINDOWS = 0.62; // of those that glow at all
const LEAF_SWAY_M = 0.05;

const SHAPES_A_STEP = 150;

/** What was built of shapes. `walls` is what is solid, to be asked for rays; it is never drawn. */
export interface Built {
  readonly drawn: Group;
  readonly walls: Mesh;
}

/**
 * Builds in steps of a few milliseconds, so that the page can draw and answer in between. `isTouched`: rays meet also what
 * is not solid, because people point at it.
 */
export function* buildShapes(file: SceneFile, detail: Detail, finishes: Finishes, isTouched = false): Generator<void, Built> {
  const batches = new Map<Finish, Batch>();
  const shadows = new Batch(1, true);
  const walls = new Batch(1, true);
  const hiding = new Hiding(file.shapes);
  for (const [nth, shape] of file.shapes.entries()) {
    if (nth % SHAPES_A_STEP === SHAPES_A_STEP - 1) yield;
    if (shape.material === "water" || isTooSmall(shape, detail)) continue;
    const finish = finishOf(shape.material);
    const picture = pictureOf(finish);
    let batch = batches.get(finish);
    if (batch === undefined) batches.set(finish, (batch = new Batch(picture === null ? 1 : PICTURE_M[picture])));
    const hiders = hiding.of(shape);
    writeShape(batch, shape, finish, detail, file, hiders);
    const coarse: Fineness = { bevel: 0, sides: shape.sides ?? coarseSides(shape) };
    if (shape.solid !== false || isTouched) write(walls, shape, coarse, []);
    if (castsShadow(shape)) {
      if (finish === "leaf" && shape.shape === "sphere") writeShadowBlob(shadows, shape, hiders);
      else write(shadows, shape, coarse, hiders);
    }
  }
  const drawn = new Group();
  for (const finish of FINISHES) {
    const batch = batches.get(finish);
    if (batch === undefined || batch.triangles === 0) continue;
    const mesh = new Mesh(batch.build(), finishes.material(finish));
    mesh.receiveShadow = true;
    mesh.name = finish;
    drawn.add(mesh);
    yield;
  }
  if (shadows.triangles > 0) drawn.add(shadowMesh(shadows.build()));
  return { drawn, walls: wallMesh(walls.build()) };
}

const scratchColour = new Color();
const black = new Color(0, 0, 0);

function write(batch: Batch, shape: SceneShape, fine: Fineness, hiders: Hiders): void {
  batch.begin(placing(shape), black, 0, 0, hiders);
  writeBody(batch, shape, fine);
}

function writeShadowBlob(batch: Batch, shape: SceneShape, hiders: Hiders): void {
  const radius = shape.size[0] ?? 1;
  batch.begin(placing(shape), black, 0, 0, hiders);
  writeBlob(batch, radius, radius > 0.7 ? 1 : 0, chanceOf(shape.id));
}

function writeShape(batch: Batch, shape: SceneShape, finish: Finish, detail: Detail, file: SceneFile, hiders: Hiders): void {
  const chance = chanceOf(shape.id);
  scratchColour.set(shape.colour).offsetHSL(0, 0, (chance - 0.5) * 0.025);
  batch.begin(placing(shape), scratchColour, glowOf(shape, chance), shape.sway ?? (finish === "leaf" ? LEAF_SWAY_M : 0), hiders);
  if (finish === "leaf" && shape.shape === "sphere") {
    const radius = shape.size[0] ?? 1;
    const fine = { low: radius > 0.8 ? 1 : 0, medium: radius > 0.7 ? 2 : radius > 0.2 ? 1 : 0, high: radius > 0.7 ? 3 : radius > 0.2 ? 2 : 1 } as const;
    writeBlob(batch, radius, fine[detail], chance);
  } else if (finish === "cloth" && shape.sway !== undefined && shape.shape === "box") {
    const [x = 1, y = 1, z = 0.02] = shape.size;
    const entity = file.entities?.[shape.entity];
    // All parts of one flag must bend alike: by their distance from the entity's own axis.
    const turn = (-shape.yaw * Math.PI) / 180;
    const away = (along: number): number =>
      entity === undefined ? along + x / 2 : Math.hypot(shape.at[0] + along * Math.cos(turn) - entity.at[0], shape.at[2] - along * Math.sin(turn) - entity.at[2]);
    writeCloth(batch, [x, y, z], shape.sway, away);
  } else {
    writeBody(batch, shape, finenessOf(shape, finish, detail));
  }
}

function placing({ at, yaw, tilt = 0 }: SceneShape): { x: number; y: number; z: number; yaw: number; tilt: number } {
  return { x: at[0], y: at[1], z: at[2], yaw, tilt };
}

function glowOf(shape: SceneShape, chance: number): number {
  const glow = shape.glow ?? (shape.material === "light" ? 1 : 0);
  // Not everybody is at home.
  return shape.material === "glass" && chance > LIT_WINDOWS ? 0 : glow * (shape.material === "glass" ? 0.6 + 0.4 * chance : 1);
}

function finenessOf(shape: SceneShape, finish: Finish, detail: Detail): Fineness {
  const [a = 1, b = 1, c = 1] = shape.size;
  const round = a < 0.06 ? 5 : a < 0.12 ? 6 : a < 0.2 ? 8 : a < 0.8 ? 14 : 24;
  const sides = shape.sides ?? Math.round(round * { low: 0.6, medium: 1, high: 1.4 }[detail]);
  const least = shape.shape === "box" ? Math.min(a, b, c) : Math.min(a, b);
  const isNear = shape.at[1] < BEVELS_BELOW_M;
  // Windows and their bars are too many and too flat for it, unless the world asks.
  const isBody = shape.bevel !== undefined || (shape.solid !== false && least >= 0.1);
  const isWorth = detail === "high" ? isNear && (isBody || least >= 0.1) : detail === "medium" && isBody && isNear && least >= 0.05;
  const usual = finish === "glass" || finish === "cloth" ? 0 : Math.min(0.04, least * 0.16);
  return { bevel: isWorth ? (shape.bevel ?? usual) : 0, sides: Math.max(4, sides) };
}

/** For shadows and walls: a lamp post's is as wide as a texel or two. */
function coarseSides(shape: SceneShape): number {
  const across = extent(shape);
  return across < 0.3 || (shape.shape === "cylinder" && (shape.size[0] ?? 1) < 0.13) ? 4 : across < 5 ? 6 : 10;
}

function extent({ shape, size }: SceneShape): number {
  return shape === "box" || shape === "wedge" || shape === "plane" ? Math.max(...size) : Math.max((size[0] ?? 0) * 2, size[1] ?? 0);
}

/** Without a graphics card the smallest things are left out. */
function isTooSmall(shape: SceneShape, detail: Detail): boolean {
  return detail === "low" && shape.solid === false && extent(shape) < 0.13 && shape.glow === undefined;
}

function castsShadow(shape: SceneShape): boolean {
  const [a = 1, b = 1, c = 1] = shape.size;
  switch (shape.shape) {
    case "plane":
    case "text":
    case "light":
    case "model":
      return false;
    case "box":
    case "wedge":
      if (Math.min(a, b, c) < 0.06 && Math.max(a, b, c) < 1.2) return false; // narrower than the map can show
      if (shape.material === "glass" && shape.solid === false) return false; // panes lie in their frames
      return shape.material === "cloth" || (Math.min(a, b, c) >= 0.2 && Math.max(a, b, c) > 0.5) || shape.solid !== false;
    case "cylinder":
    case "cone":
    case "capsule":
      return shape.solid !== false || (b > 0.3 && a > 0.025);
    case "sphere":
      return a > 0.15;
    case "extrusion":
      return true;
    default:
      return shape.shape satisfies never;
  }
}

/**
 * One coarse mesh throws all shadows. It is drawn into the shadow map only: its triangles are shown to the renderer
 * just for that, so the picture itself pays one empty draw instead of every finish being drawn twice.
 */
function shadowMesh(geometry: BufferGeometry): Mesh {
  const mesh = new Mesh(geometry, new MeshBasicMaterial({ colorWrite: false, depthWrite: false }));
  mesh.castShadow = true;
  mesh.name = "shadows";
  mesh.onBeforeShadow = () => geometry.setDrawRange(0, Infinity);
  mesh.onAfterShadow = () => geometry.setDrawRange(0, 0);
  geometry.computeBoundingSphere();
  geometry.setDrawRange(0, 0);
  return mesh;
}

function wallMesh(geometry: BufferGeometry): Mesh {
  const mesh = new Mesh(geometry, new MeshBasicMaterial());
  if (geometry.index !== null && geometry.index.count > 0) {
    const tree = new MeshBVH(geometry);
    mesh.raycast = acceleratedRaycast;
    (geometry as BufferGeometry & { boundsTree?: MeshBVH }).boundsTree = tree;
  }
  return mesh;
}
