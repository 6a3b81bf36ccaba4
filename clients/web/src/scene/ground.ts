/** The ground of a world and the meadow round it, which ends where the sea begins. */

import { Group, Mesh, MeshLambertMaterial, PlaneGeometry } from "three";

import { Batch } from "./batch";
import { type Finishes, finishOf, pictureOf } from "./finishes";
import { PICTURE_M } from "./surfaces";
import type { SceneFile, Side } from "./world-loader";
import { Color } from "three";

const MEADOW = "#97a57c";
const MEADOW_M = 300;
const BELOW_M = 0.06;

export function buildGround(file: SceneFile, finishes: Finishes): Group {
  const { ground } = file;
  const group = new Group();
  const finish = finishOf(ground.material);
  const picture = pictureOf(finish);
  const batch = new Batch(picture === null ? 1 : PICTURE_M[picture]);
  batch.begin({ x: ground.at[0], y: ground.at[1], z: ground.at[2], yaw: 0, tilt: 0 }, new Color(ground.colour));
  const [x, z] = [ground.size[0] / 2, ground.size[1] / 2];
  const corners = [[-x, z], [x, z], [x, -z], [-x, -z]] as const;
  const [a = 0, b = 0, c = 0, d = 0] = corners.map(([px, pz]) => batch.vertex(px, 0, pz, 0, 1, 0));
  batch.quad(a, b, c, d);
  const material = finishes.material(finish);
  material.polygonOffset = false;
  const plane = new Mesh(batch.build(), material);
  plane.name = "ground";
  plane.receiveShadow = true;
  group.add(plane, buildMeadow(file));
  return group;
}

/** One rectangle, cut along the ground's own edge on every side that is sea. */
function buildMeadow(file: SceneFile): Mesh {
  const { ground, horizon } = file;
  const [x, y, z] = ground.at;
  const reach = (side: Side, half: number): number => (horizon?.[side] === "sea" ? half - 0.5 : MEADOW_M);
  const [west, east] = [x - reach("west", ground.size[0] / 2), x + reach("east", ground.size[0] / 2)];
  const [north, south] = [z - reach("north", ground.size[1] / 2), z + reach("south", ground.size[1] / 2)];
  const geometry = new PlaneGeometry(east - west, south - north).rotateX(-Math.PI / 2).translate((west + east) / 2, y - BELOW_M, (north + south) / 2);
  const meadow = new Mesh(geometry, new MeshLambertMaterial({ color: MEADOW }));
  meadow.name = "meadow";
  meadow.receiveShadow = true;
  return meadow;
}
