/**
 * A gallery of people for those who draw them: `npm run dev`, then /people.html; no part of the build.
 *
 * `?show=` looks (default), emotes, walk, run, states, faces, option, aids, headset, crowd, portrait; `&count=`, `&detail=`,
 * `&seed=`, `&at=` seconds into the motion, `&live` goes on moving. What was drawn stands in `data-drawn`.
 */

import { AgXToneMapping, Color, Mesh, MeshLambertMaterial, PCFShadowMap, PerspectiveCamera, PlaneGeometry, Scene, Vector3, WebGLRenderer } from "three";

import { EmoteKind } from "../protocol/messages.gen";
import { Avatars } from "../scene/avatars/avatars";
import { Atmosphere } from "../scene/atmosphere";
import { Daylight } from "../scene/daylight";
import type { Detail } from "../scene/detail";
import { Portrait } from "../scene/portrait";
import { Bubbles } from "../scene/signs/bubbles";
import { NamePlates } from "../scene/signs/name-plates";
import type { Figure } from "../state/figure";
import { CHOICES, randomLook } from "../state/look";
import { seeded } from "../state/random";

const query = new URLSearchParams(location.search);
const asked = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise);
const detail = (query.get("detail") ?? "high") as Detail;
const show = query.get("show") ?? "looks";
const at = asked("at", 1.2);

const canvas = document.querySelector("canvas") as HTMLCanvasElement;
const renderer = new WebGLRenderer({ canvas, antialias: detail !== "low" });
renderer.toneMapping = AgXToneMapping;
renderer.toneMappingExposure = 1.3;
renderer.shadowMap.enabled = detail !== "low";
renderer.shadowMap.type = PCFShadowMap;
renderer.setPixelRatio(window.devicePixelRatio);
renderer.setSize(innerWidth, innerHeight, false);
const scene = new Scene();
const daylight = new Daylight(scene, new Atmosphere(), { sun: { azimuth: asked("sun", 205), height: 34 } }, detail);
scene.background = new Color("#cfdbe6");
const ground = new Mesh(new PlaneGeometry(300, 300).rotateX(-Math.PI / 2), new MeshLambertMaterial({ color: "#c3b7a6" }));
ground.receiveShadow = true;
scene.add(ground);
const camera = new PerspectiveCamera(asked("fov", 40), innerWidth / innerHeight, 0.05, 300);
const avatars = new Avatars(scene, detail);
const plates = new NamePlates(scene);
const bubbles = new Bubbles(scene);
plates.resize(innerWidth, innerHeight, renderer.getPixelRatio());
bubbles.resize(innerWidth, innerHeight, renderer.getPixelRatio());
const NAMES = ["Aino", "Elias", "Sofia", "Opettaja", "محمد", "Maximiliana-Konstantia von und zu", "🦊 Kettu", "Nguyễn Thị", "שרה", "李小龙"];

const random = seeded(asked("seed", 1));

/** Faces the eye, which looks north. */
const SOUTH = Math.PI;
const person = (key: number, x: number, z: number, more: Partial<Figure> = {}): Figure => ({
  key, name: NAMES[Math.floor(key) % NAMES.length], look: randomLook(random), stance: { x, y: 0, z, yaw: SOUTH }, speed: 0, heading: SOUTH, isInAir: false, isSitting: false,
  isHandUp: false, acting: null, attention: null, loudness: 0, headset: null, ...more,
});
const plain = (): Uint8Array => {
  const look = randomLook(random);
  look[13] = 0;
  return look;
};
const chosen = (choice: string, option: number): Uint8Array => {
  const look = plain();
  look[CHOICES.findIndex(({ id }) => id === choice)] = option;
  return look;
};

function cast(): Figure[] {
  switch (show) {
    case "emotes":
      return Object.values(EmoteKind).map((kind, i) => person(i, (i % 4) * 1.5 - 2.25, i < 4 ? -1.8 : 0, { acting: { kind, startedS: 0 }, look: plain() }));
    case "walk":
    case "run":
      return Array.from({ length: 8 }, (_, i) => person(i * 0.2, i * 1.1 - 3.85, 0, {
        speed: show === "walk" ? 1.41 : 4, heading: Math.PI / 2 + 0.4, stance: { x: i * 1.1 - 3.85, y: 0, z: 0, yaw: Math.PI / 2 + 0.4 }, look: plain(),
      }));
    case "states": {
      const sideways = { speed: 1.4, look: plain() };
      return [
        person(1, -3.6, 0, { isSitting: true, look: plain() }), person(2, -2.4, 0, { isSitting: true, seatM: 0.45, look: plain() }),
        person(3, -1.3, 0, { isHandUp: true, look: plain() }), person(4, -0.3, 0, { isHandUp: true, speed: 1.4, look: plain() }),
        person(5, 0.8, 0, { isInAir: true, stance: { x: 0.8, y: 0.4, z: 0, yaw: SOUTH }, look: plain() }),
        person(6, 1.9, 0, { heading: SOUTH / 2, ...sideways }), person(7, 2.9, 0, { heading: 0, ...sideways, look: plain() }),
        person(8, 3.9, 0, { attention: { x: -3, y: 1.6, z: 3 }, loudness: 0.9, look: plain() }),
      ];
    }
    case "option": {
      const choice = query.get("choice") ?? "hair";
      const { length } = CHOICES.find(({ id }) => id === choice)?.options ?? [];
      return Array.from({ length }, (_, i) => person(i, (i - (length - 1) / 2) * 0.8, 0, { look: chosen(choice, i), stance: { x: (i - (length - 1) / 2) * 0.8, y: 0, z: 0, yaw: SOUTH + asked("turn", 0) } }));
    }
    case "faces":
      return Array.from({ length: 6 }, (_, i) => person(i, (i - 2.5) * 0.48, 0, { look: chosen("face", i + asked("from", 0)), loudness: i === 1 ? 0.8 : 0, acting: i === 4 ? { kind: EmoteKind.LAUGH, startedS: 0 } : null, stance: { x: (i - 2.5) * 0.48, y: 0, z: 0, yaw: SOUTH + asked("turn", 0) } }));
    case "aids":
      return [1, 1, 2, 3, 4].map((aid, i) => {
        const look = plain();
        look[13] = aid;
        const yaw = SOUTH + [0.6, -1.2, 0, 0.5, 0][i];
        return person(i, i * 1.2 - 2.4, 0, { look, speed: i === 0 ? 0 : 1.3, heading: yaw, stance: { x: i * 1.2 - 2.4, y: 0, z: 0, yaw } });
      });
    case "headset": {
      const hand = (x: number, y: number, z: number, grip: number) => ({ x, y, z, yaw: SOUTH, pitch: 0.3, roll: 0, grip });
      return [0, 1].map((i) => person(i, i * 1.4 - 0.7, 0, { look: plain(), headset: {
        head: { x: i * 1.4 - 0.7, y: 1.58 - i * 0.25, z: 0.05, yaw: SOUTH - 0.3, pitch: -0.1, roll: 0.1 },
        left: hand(i * 1.4 - 0.7 + 0.3, 1.25 - 0.5 * i, 0.35, 0), right: hand(i * 1.4 - 0.7 - 0.25, 1.5, 0.3, 1),
      } }));
    }
    case "crowd": {
      const count = asked("count", 300);
      return Array.from({ length: count }, (_, i) => {
        const [x, z] = [(random() - 0.5) * (8 + count * 0.12), -random() * (6 + count * 0.12)];
        const yaw = random() * 2 * Math.PI;
        const speed = random() < 0.4 ? 1.41 : 0;
        return person(i, x, z, { stance: { x, y: 0, z, yaw }, heading: yaw, speed, acting: random() < 0.08 ? { kind: Math.floor(random() * 8), startedS: 0 } : null, isSitting: speed === 0 && random() < 0.06, isHandUp: random() < 0.05 });
      });
    }
    default:
      return Array.from({ length: asked("count", 24) }, (_, i) => person(i, (i % 8) * 0.85 - 2.98, -Math.floor(i / 8) * 1.5, { stance: { x: (i % 8) * 0.85 - 2.98, y: 0, z: -Math.floor(i / 8) * 1.5, yaw: SOUTH + asked("turn", (random() - 0.5) * 0.7) } }));
  }
}

const VIEWS: Record<string, [x: number, y: number, z: number, lookY: number]> = {
  looks: [0, 2.3, 5.6, 0.85], crowd: [0, 2.2, 4, 1.2], faces: [0, 1.63, 1.9, 1.55], emotes: [0, 1.9, 5, 0.75], option: [0, 1.5, asked("away", 7), 0.95],
};
const people = cast();
const [x, y, z, lookY] = VIEWS[show] ?? [0, 1.7, 6, 0.85];
camera.position.set(asked("x", x), asked("y", y), asked("z", z));
camera.lookAt(asked("x", x), asked("lookY", lookY), show === "crowd" ? -6 : -0.5);

const scratchHead = new Vector3();
const STEP_S = 1 / 60;
let nowS = 0;
let framesMs = 0;
let frames = 0;
function step(): void {
  nowS += STEP_S;
  const beforeMs = performance.now();
  avatars.begin(nowS, STEP_S, camera.position, query.has("still"));
  if (query.has("names")) plates.begin(camera);
  for (const one of people) {
    avatars.add(one);
    if (query.has("names") && avatars.headOf(one.key, scratchHead)) {
      plates.show(one.key, { name: one.name, isSpeaking: one.key % 5 === 1, isHandUp: one.isHandUp }, scratchHead, avatars.crownOf(one.key));
    }
  }
  avatars.finish();
  if (query.has("names")) {
    plates.finish(STEP_S, bubbles.sizeOf);
    bubbles.update(camera, nowS, (key, out) => avatars.headOf(key, out), (key) => avatars.crownOf(key), query.has("still"));
  }
  framesMs += performance.now() - beforeMs;
  frames += 1;
}
function draw(): void {
  daylight.follow(camera.position);
  renderer.render(scene, camera);
}
camera.updateMatrixWorld();
if (query.has("names")) {
  const sayings = ["Hei!", "Shall we meet at the fountain after this lesson, and then go to the market together with everybody who wants to come along?", "سلام", "👍 joo"];
  sayings.forEach((text, i) => people.length > i * 3 && bubbles.say(people[i * 3].key, text, 0));
  people.slice(0, 8).forEach((one, i) => bubbles.float(one.key, i, 0));
}
while (nowS < at) step();
draw();
draw();
const { calls, triangles } = renderer.info.render;
const DRAWN = 5;
const pixel = new Uint8Array(4);
const gl = renderer.getContext();
const beforeDrawMs = performance.now();
for (let i = 0; i < DRAWN; i++) draw();
gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel); // waits until it is drawn
const drawMs = (performance.now() - beforeDrawMs) / DRAWN;
document.body.dataset.drawn = JSON.stringify({ people: people.length, calls, triangles, ofPeople: avatars.triangles, scriptMs: framesMs / frames, drawMs });
if (query.has("live")) renderer.setAnimationLoop(() => { step(); draw(); });

if (show === "portrait") {
  renderer.setAnimationLoop(null);
  canvas.remove();
  document.body.style.display = "flex";
  for (const width of [320, 320, 160]) {
    const small = document.createElement("canvas");
    Object.assign(small.style, { width: `${width}px`, height: "460px", background: "#fbf6ec" });
    document.body.append(small);
    const portrait = new Portrait(small);
    portrait.show(randomLook(random));
    if (width === 320) setTimeout(() => portrait.show(randomLook(random)), 800);
  }
}
