/** The ground of a world, the meadow round it, and a far wood so that no horizon is naked. */

import { CircleGeometry, Color, ConeGeometry, Group, InstancedMesh, Matrix4, Mesh, MeshStandardMaterial, PlaneGeometry } from "three";

import { drawMottled, drawPaving, seeded, TILE_M } from "./surfaces";
import type { SceneGround } from "./world-loader";

const MEADOW = "#93a077";
const TREES = 260;

export function buildGround(ground: SceneGround): Group {
  const group = new Group();
  const [x, y, z] = ground.at;
  const [width, depth] = ground.size;
  const isSoft = ground.material === "grass";
  const texture = isSoft ? drawMottled() : drawPaving();
  texture.repeat.set(width / TILE_M, depth / TILE_M);
  const plane = new Mesh(
    new PlaneGeometry(width, depth).rotateX(-Math.PI / 2).translate(x, y, z),
    new MeshStandardMaterial({ color: ground.colour, map: texture, roughness: 0.95, metalness: 0 }),
  );
  const meadow = new Mesh(
    new CircleGeometry(260, 48).rotateX(-Math.PI / 2).translate(x, y - 0.06, z),
    new MeshStandardMaterial({ color: MEADOW, roughness: 1, metalness: 0 }),
  );
  plane.receiveShadow = meadow.receiveShadow = true;
  group.add(plane, meadow, buildWood(ground));
  return group;
}

/** Two rings of spruces beyond the edge, low and greyed by the air. */
function buildWood(ground: SceneGround): InstancedMesh {
  const random = seeded(23);
  const trees = new InstancedMesh(
    new ConeGeometry(1, 1, 7).translate(0, 0.5, 0),
    new MeshStandardMaterial({ roughness: 1, metalness: 0 }),
    TREES,
  );
  const [matrix, colour] = [new Matrix4(), new Color()];
  const inner = Math.hypot(...ground.size) / 2 + 14;
  for (let tree = 0; tree < TREES; tree++) {
    const angle = random() * 2 * Math.PI;
    const away = inner + random() * 55;
    const height = 5 + random() * 8;
    const width = height * (0.2 + random() * 0.1);
    matrix.makeScale(width, height, width);
    matrix.setPosition(ground.at[0] + Math.sin(angle) * away, ground.at[1] - 0.1, ground.at[2] + Math.cos(angle) * away);
    trees.setMatrixAt(tree, matrix);
    trees.setColorAt(tree, colour.set("#7d8d74").offsetHSL((random() - 0.5) * 0.04, 0, (random() - 0.5) * 0.08));
  }
  return trees;
}
