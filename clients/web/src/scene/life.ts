/** Small life: birds that circle, leaves that drift down. All of it moves in the vertex shader. */

import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DoubleSide,
  Group,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
  UniformsLib,
  UniformsUtils,
} from "three";

import type { Atmosphere } from "./atmosphere";
import type { SceneFile } from "./world-loader";
import { seeded } from "../state/random";

const LEAF_COLOURS = ["#d9b44a", "#c98a3a", "#8fae5d", "#c8553d", "#e0c060"] as const;

export function buildLife(file: SceneFile, air: Atmosphere): Group {
  const group = new Group();
  const { birds = 0, leaves = 0 } = file.life ?? {};
  if (birds > 0) group.add(buildBirds(birds, file, air));
  if (leaves > 0) group.add(buildLeaves(leaves, file, air));
  return group;
}

/** Gulls in slow circles, each with its own centre, height, radius and phase. */
function buildBirds(count: number, file: SceneFile, air: Atmosphere): Mesh {
  const random = seeded(61);
  // Body along -z; wings to both sides. x of a vertex is how far out on the wing it is.
  const corners = [0, 0, -0.42, 0.07, 0, 0.3, -0.07, 0, 0.3, 0.55, 0.02, -0.1, 0.42, 0, 0.14, 1.15, 0.04, 0.12, -0.55, 0.02, -0.1, -0.42, 0, 0.14, -1.15, 0.04, 0.12];
  const faces = [0, 2, 1, 0, 1, 3, 1, 4, 3, 3, 4, 5, 0, 6, 2, 2, 6, 7, 6, 8, 7];
  const geometry = instanced(corners, faces, count);
  const circles = new Float32Array(count * 4);
  const centres = new Float32Array(count * 3);
  const [x, , z] = file.ground.at;
  for (let bird = 0; bird < count; bird++) {
    const flock = bird % 3;
    circles.set([7 + random() * 16, random() * 6.28, (0.16 + random() * 0.14) * (flock === 1 ? -1 : 1), random() * 6.28], bird * 4);
    const angle = flock * 2.1 + 0.6;
    const away = 18 + random() * 14;
    centres.set([x + Math.sin(angle) * away, 13 + random() * 10, z + Math.cos(angle) * away], bird * 3);
  }
  geometry.setAttribute("circle", new InstancedBufferAttribute(circles, 4));
  geometry.setAttribute("centre", new InstancedBufferAttribute(centres, 3));
  return animated("birds", geometry, air, {
    attributes: "attribute vec4 circle; attribute vec3 centre;",
    move: /* glsl */ `
      float turn = circle.y + time * circle.z;
      vec2 out2 = vec2(sin(turn), cos(turn));
      // Some strokes, then a glide.
      float beating = smoothstep(-0.2, 0.5, sin(time * 0.5 + circle.w));
      float flap = sin(time * 9.0 + circle.w * 5.0) * beating * 0.55 + 0.12;
      vec3 body = position;
      body.y += abs(body.x) * flap;
      float way = sign(circle.z);
      vec2 ahead = vec2(out2.y, -out2.x) * way;
      float bank = 0.35 * way;
      body = vec3(body.x * cos(bank) - body.y * sin(bank), body.x * sin(bank) + body.y * cos(bank), body.z);
      place = centre + vec3(out2.x * circle.x, sin(time * 0.4 + circle.w) * 0.8, out2.y * circle.x);
      place.xz += vec2(-ahead.y, ahead.x) * body.x - ahead * body.z;
      place.y += body.y;
      tint = mix(vec3(0.93), vec3(0.28, 0.3, 0.33), smoothstep(0.6, 1.0, abs(position.x)));`,
  });
}

function buildLeaves(count: number, file: SceneFile, air: Atmosphere): Mesh {
  const random = seeded(71);
  const geometry = instanced([-0.06, 0, 0, 0, 0.02, 0.045, 0.07, 0, 0, 0, 0.02, -0.045], [0, 1, 2, 0, 2, 3], count);
  const falls = new Float32Array(count * 4);
  const colours = new Float32Array(count * 3);
  const [x, , z] = file.ground.at;
  // Where leaves grow there they fall; a world without trees gets them anywhere.
  const crowns = file.shapes.filter((shape) => shape.material === "leaf" && shape.shape === "sphere" && shape.at[1] > 2);
  const colour = new Color();
  for (let leaf = 0; leaf < count; leaf++) {
    const crown = crowns[Math.floor(random() * crowns.length)];
    const [px, pz] = crown ? [crown.at[0], crown.at[2]] : [x + (random() - 0.5) * file.ground.size[0], z + (random() - 0.5) * file.ground.size[1]];
    const height = crown ? crown.at[1] + (crown.size[0] ?? 1) : 6;
    falls.set([px + (random() - 0.5) * 3, height, pz + (random() - 0.5) * 3, random() * 40], leaf * 4);
    colour.set(LEAF_COLOURS[leaf % LEAF_COLOURS.length] ?? "#d9b44a").toArray(colours, leaf * 3);
  }
  geometry.setAttribute("fall", new InstancedBufferAttribute(falls, 4));
  geometry.setAttribute("color", new InstancedBufferAttribute(colours, 3));
  return animated("leaves", geometry, air, {
    attributes: "attribute vec4 fall; attribute vec3 color;",
    move: /* glsl */ `
      float passed = mod(time * 0.55 + fall.w, fall.y + 6.0);
      // Down to the ground, some seconds there, and a new one from the crown.
      float down = min(passed, fall.y - 0.04);
      float spin = down * 2.6 + fall.w;
      float lying = step(fall.y - 0.05, passed);
      float fade = 1.0 - smoothstep(fall.y + 4.0, fall.y + 6.0, passed);
      vec3 leaf = position * fade;
      float roll = mix(sin(spin) * 1.1, 0.0, lying);
      leaf = vec3(leaf.x * cos(roll) - leaf.y * sin(roll), leaf.x * sin(roll) + leaf.y * cos(roll), leaf.z);
      leaf.xz = mat2(cos(spin), sin(spin), -sin(spin), cos(spin)) * leaf.xz;
      place = vec3(fall.x, fall.y - down, fall.z) + leaf;
      place.xz += wind * down * 0.55 + vec2(sin(down * 1.3 + fall.w), cos(down * 1.1 + fall.w)) * 0.5;
      tint = color;`,
  });
}

function instanced(corners: readonly number[], faces: readonly number[], count: number): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  const plain = new BufferGeometry();
  plain.setAttribute("position", new BufferAttribute(new Float32Array(corners), 3));
  geometry.setAttribute("position", plain.getAttribute("position"));
  geometry.setIndex([...faces]);
  geometry.instanceCount = count;
  return geometry;
}

function animated(name: string, geometry: InstancedBufferGeometry, air: Atmosphere, shader: { readonly attributes: string; readonly move: string }): Mesh {
  const material = new ShaderMaterial({
    fog: true,
    side: DoubleSide,
    uniforms: UniformsUtils.merge([UniformsLib.fog]),
    vertexShader: /* glsl */ `
      uniform float time; uniform vec2 wind;
      ${shader.attributes}
      varying vec3 vTint;
      #include <fog_pars_vertex>
      void main() {
        vec3 place; vec3 tint;
        ${shader.move}
        vTint = tint;
        vec4 mvPosition = modelViewMatrix * vec4(place, 1.0);
        gl_Position = projectionMatrix * mvPosition;
        #include <fog_vertex>
      }`,
    fragmentShader: /* glsl */ `
      uniform float daylight;
      varying vec3 vTint;
      #include <common>
      #include <fog_pars_fragment>
      void main() {
        gl_FragColor = vec4(vTint * mix(0.2, 1.0, daylight), 1.0);
        #include <colorspace_fragment>
        #include <fog_fragment>
      }`,
  });
  Object.assign(material.uniforms, { time: air.time, wind: air.wind, daylight: air.daylight });
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  mesh.name = name;
  return mesh;
}
