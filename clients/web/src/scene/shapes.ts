/** The shapes of a world, merged into one mesh for each kind of surface. */

import {
  BoxGeometry,
  type BufferGeometry,
  CapsuleGeometry,
  Color,
  ConeGeometry,
  CylinderGeometry,
  Float32BufferAttribute,
  Group,
  Matrix4,
  Mesh,
  MeshStandardMaterial,
  PlaneGeometry,
  SphereGeometry,
} from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";

import { drawMottled, drawPaving, TILE_M } from "./surfaces";
import type { SceneShape } from "./world-loader";

/** Builds the meshes of a world's shapes; a shape of an unknown kind is left out. */
export function buildShapes(shapes: readonly SceneShape[]): Group {
  const bySurface = new Map<string, { readonly shape: SceneShape; readonly geometries: BufferGeometry[] }>();
  for (const shape of shapes) {
    const geometry = place(shape);
    if (geometry === null) continue;
    const surface = `${pictureOf(shape)} ${shape.roughness}`;
    const found = bySurface.get(surface);
    if (found) found.geometries.push(geometry);
    else bySurface.set(surface, { shape, geometries: [geometry] });
  }
  const pictures = { paving: drawPaving(), mottled: drawMottled(), none: null };
  const group = new Group();
  for (const { shape, geometries } of bySurface.values()) {
    const merged = mergeGeometries(geometries);
    for (const geometry of geometries) geometry.dispose();
    const { roughness } = shape;
    const material = new MeshStandardMaterial({ vertexColors: true, roughness, metalness: 0, map: pictures[pictureOf(shape)] });
    const mesh = new Mesh(merged, material);
    mesh.castShadow = mesh.receiveShadow = true;
    group.add(mesh);
  }
  return group;
}

function pictureOf({ material }: SceneShape): "paving" | "mottled" | "none" {
  if (material === "paving" || material === "stone") return "paving";
  return material === "grass" ? "mottled" : "none";
}

const scratchMatrix = new Matrix4();
const scratchColour = new Color();

function place(shape: SceneShape): BufferGeometry | null {
  const bare = build(shape);
  if (bare === null) return null;
  const geometry = bare.index === null ? bare : bare.toNonIndexed();
  scratchMatrix.makeRotationY((-shape.yaw * Math.PI) / 180).setPosition(...shape.at);
  geometry.applyMatrix4(scratchMatrix);
  scratchColour.set(shape.colour);
  const vertices = geometry.getAttribute("position").count;
  const colours = new Float32Array(vertices * 3);
  for (let at = 0; at < colours.length; at += 3) scratchColour.toArray(colours, at);
  geometry.setAttribute("color", new Float32BufferAttribute(colours, 3));
  spreadPicture(geometry);
  return geometry;
}

/** Lays pictures on by metres, from above on what lies and from the side on what stands. */
function spreadPicture(geometry: BufferGeometry): void {
  const [position, normal, uv] = [geometry.getAttribute("position"), geometry.getAttribute("normal"), geometry.getAttribute("uv")];
  for (let at = 0; at < position.count; at++) {
    const lies = Math.abs(normal.getY(at)) > 0.5;
    const across = lies || Math.abs(normal.getZ(at)) > 0.5 ? position.getX(at) : position.getZ(at);
    uv.setXY(at, across / TILE_M, (lies ? position.getZ(at) : position.getY(at)) / TILE_M);
  }
}

/** A shape with the centre of its base at the origin. */
function build({ shape, size }: SceneShape): BufferGeometry | null {
  const [a = 1, b = 1, c = 1] = size;
  switch (shape) {
    case "box":
      return new BoxGeometry(a, b, c).translate(0, b / 2, 0);
    case "wedge":
      return buildWedge(a, b, c);
    case "plane":
      // A finger's breadth higher than what it lies on, so that the two do not flicker.
      return new PlaneGeometry(a, b).rotateX(-Math.PI / 2).translate(0, 0.012, 0);
    case "cylinder":
      return new CylinderGeometry(a, a, b, a < 0.2 ? 10 : 20).translate(0, b / 2, 0);
    case "cone":
      return new ConeGeometry(a, b, 20).translate(0, b / 2, 0);
    case "capsule":
      return new CapsuleGeometry(a, Math.max(0, b - 2 * a), 4, 12).translate(0, b / 2, 0);
    case "sphere":
      return new SphereGeometry(a, a < 0.3 ? 10 : 18, a < 0.3 ? 8 : 12).translate(0, a, 0);
    default:
      return null;
  }
}

/** A ramp whose top rises from y = 0 at the +z end to y at the -z end. */
function buildWedge(x: number, y: number, z: number): BufferGeometry {
  const geometry = new BoxGeometry(x, y, z).translate(0, y / 2, 0).toNonIndexed();
  const position = geometry.getAttribute("position");
  for (let vertex = 0; vertex < position.count; vertex++) {
    if (position.getZ(vertex) > 0) position.setY(vertex, 0);
  }
  geometry.computeVertexNormals();
  return geometry;
}
