/** The ground of a world, the meadow round it, and a far wood so that no horizon is naked. */

import {
  CanvasTexture,
  CircleGeometry,
  Color,
  ConeGeometry,
  Group,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshStandardMaterial,
  PlaneGeometry,
  RepeatWrapping,
  SRGBColorSpace,
  type Texture,
} from "three";

import type { SceneGround } from "./world-loader";

const MEADOW = "#93a077";
const TILE_M = 4; // one picture of the ground covers so much
const TILE_PIXELS = 512;
const TREES = 260;

export function buildGround(ground: SceneGround): Group {
  const group = new Group();
  const [x, y, z] = ground.at;
  const [width, depth] = ground.size;
  const texture = drawPaving(ground.colour, ground.material ?? "paving");
  texture.repeat.set(width / TILE_M, depth / TILE_M);
  const plane = new Mesh(
    new PlaneGeometry(width, depth).rotateX(-Math.PI / 2).translate(x, y, z),
    new MeshStandardMaterial({ map: texture, roughness: 0.95, metalness: 0 }),
  );
  const meadow = new Mesh(
    new CircleGeometry(260, 48).rotateX(-Math.PI / 2).translate(x, y - 0.06, z),
    new MeshStandardMaterial({ color: MEADOW, roughness: 1, metalness: 0 }),
  );
  plane.receiveShadow = meadow.receiveShadow = true;
  group.add(plane, meadow, buildWood(ground));
  return group;
}

/** Stones of slightly different shades with darker joints; grass and other soft grounds without. */
function drawPaving(colour: string, material: string): Texture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = TILE_PIXELS;
  const pen = canvas.getContext("2d");
  if (pen !== null) {
    const isStone = material === "paving" || material === "stone";
    const base = new Color(colour);
    const random = seeded(7);
    const step = isStone ? 64 : 16;
    for (let row = 0; row < TILE_PIXELS / step; row++) {
      for (let column = -1; column < TILE_PIXELS / step; column++) {
        const shift = isStone && row % 2 === 1 ? step / 2 : 0;
        pen.fillStyle = shade(base, (random() - 0.5) * (isStone ? 0.05 : 0.03));
        pen.fillRect(column * step + shift, row * step, step, step);
        if (!isStone) continue;
        pen.strokeStyle = shade(base, -0.07);
        pen.lineWidth = 2;
        pen.strokeRect(column * step + shift, row * step, step, step);
      }
    }
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.anisotropy = 8;
  return texture;
}

function shade(base: Color, lightness: number): string {
  return `#${base.clone().offsetHSL(0, 0, lightness).getHexString()}`;
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

/** The same numbers on every machine (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
