/** What stands beyond the edge of a world: woods, the roofs of a town, hills; far islands across the sea. */

import { BufferAttribute, BufferGeometry, Color, ConeGeometry, Group, InstancedMesh, Matrix4, Mesh, MeshLambertMaterial, ShaderMaterial } from "three";

import type { Atmosphere } from "./atmosphere";
import { Batch } from "./batch";
import { writeBody } from "./bodies";
import type { Detail } from "./detail";
import type { Horizon, SceneFile, SceneShape, Side } from "./world-loader";
import { seeded } from "../state/random";

const TREES: { readonly [detail in Detail]: number } = { low: 160, medium: 320, high: 480 };
const HOUSES_A_SIDE = 26;
const HILL_STEPS = 144;
const HILLS = [
  { away: 265, height: 20, mixing: 0.2, seed: 5.1 },
  { away: 235, height: 12, mixing: 0.36, seed: 1.7 },
] as const;
const GREEN = "#6f8377";
const WALLS = ["#c9a27a", "#d8c7a3", "#b5766a", "#a9b3ab", "#dccfb8"] as const;
const ROOFS = ["#8a6a5e", "#6d7f78", "#7a7370"] as const;

export function buildHorizon(file: SceneFile, detail: Detail, air: Atmosphere): Group {
  const group = new Group();
  const kind = (side: Side): Horizon => file.horizon?.[side] ?? "forest";
  const sides: readonly Side[] = ["north", "east", "south", "west"];
  if (sides.some((side) => kind(side) === "forest" || kind(side) === "hills" || kind(side) === "town")) {
    group.add(buildWood(file, detail, kind));
  }
  if (sides.some((side) => kind(side) === "town")) group.add(buildTown(file, kind));
  if (sides.some((side) => kind(side) !== "none")) group.add(buildHills(file, air, kind));
  return group;
}

/** The side of the world in a direction, seen from its middle. */
function sideAt(angle: number): Side {
  const turn = ((angle * 180) / Math.PI + 405) % 360;
  return turn < 90 ? "north" : turn < 180 ? "east" : turn < 270 ? "south" : "west";
}

/** Spruces and round trees beyond the edge, greyed by the air. */
function buildWood(file: SceneFile, detail: Detail, kind: (side: Side) => Horizon): InstancedMesh {
  const { ground } = file;
  const random = seeded(23);
  const trees = new InstancedMesh(new ConeGeometry(1, 1, 7).translate(0, 0.5, 0), new MeshLambertMaterial(), TREES[detail]);
  const [matrix, colour] = [new Matrix4(), new Color()];
  const [halfX, halfZ] = [ground.size[0] / 2, ground.size[1] / 2];
  let count = 0;
  for (let tries = 0; tries < TREES[detail] * 3 && count < TREES[detail]; tries++) {
    const angle = random() * 2 * Math.PI;
    const [aside, ahead] = [Math.sin(angle), -Math.cos(angle)];
    const edge = Math.min(halfX / Math.max(1e-6, Math.abs(aside)), halfZ / Math.max(1e-6, Math.abs(ahead)));
    const away = edge + 14 + random() * random() * 75;
    const side = kind(sideAt(angle));
    const height = 5 + random() * 8;
    const [x, z] = [ground.at[0] + aside * away, ground.at[2] + ahead * away];
    const isOut = seaSide(file, x, z);
    const wanted = side === "forest" || (side === "hills" && random() < 0.35) || (side === "town" && random() < 0.3);
    if (isOut || !wanted) continue;
    const width = height * (0.2 + random() * 0.1);
    matrix.makeScale(width, height, width).setPosition(x, ground.at[1] - 0.1, z);
    trees.setMatrixAt(count, matrix);
    trees.setColorAt(count, colour.set("#71836c").offsetHSL((random() - 0.5) * 0.04, 0, (random() - 0.5) * 0.07));
    count += 1;
  }
  trees.count = count;
  trees.name = "wood";
  return trees;
}

function seaSide(file: SceneFile, x: number, z: number): boolean {
  const { ground, horizon } = file;
  const [dx, dz] = [x - ground.at[0], z - ground.at[2]];
  const [halfX, halfZ] = [ground.size[0] / 2 + 2, ground.size[1] / 2 + 2];
  return (
    (horizon?.south === "sea" && dz > halfZ) || (horizon?.north === "sea" && dz < -halfZ) || (horizon?.east === "sea" && dx > halfX) || (horizon?.west === "sea" && dx < -halfX)
  );
}

/** Rows of simple gabled houses, so that streets seem to go on. */
function buildTown(file: SceneFile, kind: (side: Side) => Horizon): Mesh {
  const random = seeded(41);
  const batch = new Batch();
  const colour = new Color();
  const { ground } = file;
  for (const [side, yaw] of [["north", 0], ["east", 90], ["south", 180], ["west", 270]] as const) {
    if (kind(side) !== "town") continue;
    const turn = (yaw * Math.PI) / 180;
    const half = (side === "north" || side === "south" ? ground.size[1] : ground.size[0]) / 2;
    for (let house = 0; house < HOUSES_A_SIDE; house++) {
      const across = (house / (HOUSES_A_SIDE - 1) - 0.5) * 190 + (random() - 0.5) * 4;
      const ahead = half + 12 + (house % 3) * 13 + random() * 5;
      const x = ground.at[0] + Math.sin(turn) * ahead + Math.cos(turn) * across;
      const z = ground.at[2] - Math.cos(turn) * ahead + Math.sin(turn) * across;
      const [width, depth, height] = [8 + random() * 6, 8 + random() * 3, 5 + random() * 7];
      if (seaSide(file, x, z)) continue;
      const at = { x, y: -0.1, z, yaw: yaw + (random() < 0.35 ? 90 : 0), tilt: 0 };
      batch.begin(at, colour.set(WALLS[house % WALLS.length] ?? "#d8c7a3").offsetHSL(0, -0.05, (random() - 0.5) * 0.06));
      writeBody(batch, body("box", [width, height, depth]), { bevel: 0, sides: 4 });
      batch.begin({ ...at, y: height - 0.1 }, colour.set(ROOFS[house % ROOFS.length] ?? "#6d7f78"));
      const rise = 2 + random() * 2;
      const outline = [[-depth / 2 - 0.4, 0], [depth / 2 + 0.4, 0], [0, rise]] as const;
      writeBody(batch, { ...body("extrusion", [width + 0.6]), axis: "east", points: outline }, { bevel: 0, sides: 4 });
    }
  }
  const town = new Mesh(batch.build(), new MeshLambertMaterial({ vertexColors: true }));
  town.name = "town";
  return town;
}

function body(shape: "box" | "extrusion", size: readonly number[]): SceneShape {
  return { id: "", entity: "", shape, at: [0, 0, 0], yaw: 0, size, colour: "#ffffff", roughness: 1 };
}

/** Two rings of hills, the farther the paler; islands on a side of sea. Drawn in the colours of the air. */
function buildHills(file: SceneFile, air: Atmosphere, kind: (side: Side) => Horizon): Mesh {
  const [x, , z] = file.ground.at;
  const [positions, mixings, indices]: [number[], number[], number[]] = [[], [], []];
  for (const { away, height, mixing, seed } of HILLS) {
    const first = mixings.length;
    for (let step = 0; step <= HILL_STEPS; step++) {
      const angle = (step / HILL_STEPS) * 2 * Math.PI;
      const wave = Math.sin(angle * 7 + seed) * 0.35 + Math.sin(angle * 13 + seed * 3) * 0.22 + Math.sin(angle * 29 + seed * 5) * 0.08;
      const shape = { none: -1, sea: -0.16, forest: 0.3, town: 0.3, hills: 0.8 }[kind(sideAt(angle))];
      const top = Math.max(-4, height * (shape + wave));
      for (const y of [-6, top]) positions.push(x + Math.sin(angle) * away, y, z - Math.cos(angle) * away);
      mixings.push(mixing * 0.6, mixing);
      const at = first + step * 2;
      if (step > 0) indices.push(at - 2, at - 1, at + 1, at - 2, at + 1, at);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute("mixing", new BufferAttribute(new Float32Array(mixings), 1));
  geometry.setIndex(indices);
  const material = new ShaderMaterial({
    side: 2,
    uniforms: { haze: air.fog, daylight: air.daylight, green: { value: new Color(GREEN) } },
    vertexShader: /* glsl */ `
      attribute float mixing; varying float vMixing;
      void main() { vMixing = mixing; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }`,
    fragmentShader: /* glsl */ `
      uniform vec3 haze, green; uniform float daylight; varying float vMixing;
      void main() {
        gl_FragColor = vec4(mix(haze, green * mix(0.25, 1.0, daylight), vMixing), 1.0);
        #include <colorspace_fragment>
      }`,
  });
  const hills = new Mesh(geometry, material);
  hills.name = "hills";
  return hills;
}
