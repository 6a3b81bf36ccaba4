/** A place as it is drawn: its light and sky, ground, shapes, water, letters, lamps, life and far scenery. */

import { Group, Mesh, type Object3D, type Raycaster, type Scene, Vector3 } from "three";

import { Atmosphere } from "./atmosphere";
import { Changing } from "./changing";
import { buildContact } from "./contact";
import { Daylight } from "./daylight";
import type { Detail } from "./detail";
import { Finishes } from "./finishes";
import { buildGround } from "./ground";
import { buildHorizon } from "./horizon";
import { Lamps } from "./lamps";
import { Lettering } from "./lettering";
import { buildLife } from "./life";
import { loadModels } from "./models";
import { buildShapes } from "./shapes";
import { buildWater } from "./water";
import type { SceneFile } from "./world-loader";

type Failed = (model: string, reason: unknown) => void;

const USUAL_WIND_MPS = 3;
const BUILD_MS = 30; // of a frame, while a place is being built

export class Place {
  daylight: Daylight;
  private readonly scene: Scene;
  private file: SceneFile;
  private readonly failed: Failed;
  private readonly air = new Atmosphere();
  private detail: Detail;
  private language: string;
  private states: Readonly<Record<string, string>> = {};
  /** What is being built, and what stands meanwhile: at first nothing but the sky. */
  private building: Generator<void, BuiltPlace> | null;
  private built: BuiltPlace | null = null;

  /** `failed` is told of a model that does not come; the place stands without it. */
  constructor(scene: Scene, file: SceneFile, detail: Detail, language: string, failed: Failed = () => undefined) {
    this.scene = scene;
    this.file = file;
    this.detail = detail;
    this.language = language;
    this.failed = failed;
    this.blow();
    this.daylight = new Daylight(scene, this.air, file.sky, detail);
    this.building = this.build();
  }

  /** Whether everything stands; pictures and letters may still be coming. */
  get isBuilt(): boolean {
    return this.building === null;
  }

  /** What is solid, for the camera and for picking; never drawn. */
  get walls(): Object3D {
    return this.built?.walls ?? nothing;
  }

  /** Where a ray first meets something solid or the ground; null: the sky. */
  pointOn(raycaster: Raycaster): Vector3 | null {
    raycaster.firstHitOnly = true;
    const [wall] = raycaster.intersectObject(this.walls, true);
    const ground = groundHit(raycaster, this.file);
    if (wall === undefined || ground === null) return wall?.point ?? ground;
    return raycaster.ray.origin.distanceTo(ground) < wall.distance ? ground : wall.point;
  }

  /** Runs once a frame. `isStill`: nothing moves by itself, as who asked for reduced motion wants. */
  update(nowS: number, viewer: Vector3, isStill: boolean): void {
    if (!isStill) this.air.time.value = nowS % 3600; // more would cost the shaders their precision
    this.daylight.follow(viewer);
    if (this.building !== null) this.buildOn(this.building);
    if (this.built === null) return;
    // Pictures and letters come in the first frames, one for each: nobody waits for all of them at once.
    if (this.building === null && !this.built.finishes.paintNext()) this.built.lettering.drawNext();
    this.built.lamps.update(viewer);
    this.built.changing.update(nowS);
  }

  /** Things are in these states from now on. */
  turn(states: Readonly<Record<string, string>>, nowS: number, isStill: boolean): void {
    this.states = states;
    this.built?.changing.turn(states, nowS, isStill);
  }

  /** Builds anew after another file; what stands stays meanwhile. */
  renew(file: SceneFile): void {
    const hasOtherSky = JSON.stringify(file.sky) !== JSON.stringify(this.file.sky);
    this.file = file;
    this.blow();
    if (hasOtherSky) {
      this.daylight.dispose();
      this.daylight = new Daylight(this.scene, this.air, file.sky, this.detail);
    }
    this.building = this.build();
  }

  /** Builds anew with more or less detail; the first frames afterwards compile what they need. */
  setDetail(detail: Detail): void {
    if (detail === this.detail) return;
    this.detail = detail;
    this.daylight.setDetail(detail);
    this.building = this.build();
  }

  /** Hours of the day; null: the world's own. */
  setTime(hours: number | null): void {
    this.daylight.setTime(hours);
  }

  setLanguage(language: string): void {
    this.language = language;
    this.built?.lettering.setLanguage(language);
  }

  dispose(): void {
    this.building = null;
    this.built?.dispose();
    this.daylight.dispose();
  }

  private blow(): void {
    const { azimuth, speed } = this.file.sky.wind ?? { azimuth: 240, speed: USUAL_WIND_MPS };
    const to = ((azimuth + 180) * Math.PI) / 180;
    this.air.wind.value.set(Math.sin(to), -Math.cos(to)).multiplyScalar(speed / USUAL_WIND_MPS);
  }

  private buildOn(building: Generator<void, BuiltPlace>): void {
    const until = performance.now() + BUILD_MS;
    do {
      const step = building.next();
      if (step.done !== true) continue;
      this.built?.dispose();
      this.built = step.value;
      this.built.changing.turn(this.states, 0, true);
      this.scene.add(step.value.drawn);
      this.building = null;
      return;
    } while (performance.now() < until);
  }

  private *build(): Generator<void, BuiltPlace> {
    const { scene, detail, air } = this;
    const whole = this.file;
    // What changes is drawn by itself: the rest of a place is a few large meshes.
    const file = { ...whole, shapes: whole.shapes.filter((shape) => shape.states === undefined) };
    const finishes = new Finishes(air);
    const drawn = new Group();
    const models = new Group();
    drawn.add(buildGround(file, finishes), models);
    yield;
    const shapes = yield* buildShapes(file, detail, finishes);
    const lettering = new Lettering(file.shapes.filter((shape) => shape.shape === "text"), detail, this.language);
    yield;
    const lamps = new Lamps(file.shapes, detail, air);
    const changing = yield* Changing.build(whole, detail, finishes, this.states);
    const walls = new Group();
    walls.add(shapes.walls, changing.walls);
    drawn.add(shapes.drawn, changing.drawn, lamps.group, buildHorizon(file, detail, air), buildLife(file, air));
    yield;
    const water = buildWater(file.shapes, detail, air);
    if (water !== null) drawn.add(water);
    const contact = buildContact(file.shapes);
    if (contact !== null) drawn.add(contact);
    if (file.shapes.some((shape) => shape.shape === "text")) drawn.add(lettering.mesh);
    const stop = loadModels(file, models, this.failed);
    return {
      walls,
      drawn,
      changing,
      finishes,
      lettering,
      lamps,
      dispose: () => {
        stop();
        scene.remove(drawn);
        lettering.dispose();
        lamps.dispose();
        finishes.dispose();
        shapes.walls.geometry.dispose();
        changing.dispose();
        drawn.traverse(disposeMesh);
      },
    };
  }
}

const nothing = new Group();

/** The ground is no wall: it is flat, and a ray meets it without asking triangles. */
function groundHit({ ray, far }: Raycaster, { ground }: SceneFile): Vector3 | null {
  const [x, y, z] = ground.at;
  const away = (y - ray.origin.y) / ray.direction.y;
  if (!(away > 0 && away < far)) return null;
  const point = ray.at(away, new Vector3());
  const isOn = Math.abs(point.x - x) <= ground.size[0] / 2 && Math.abs(point.z - z) <= ground.size[1] / 2;
  return isOn ? point : null;
}

interface BuiltPlace {
  readonly drawn: Group;
  readonly walls: Group;
  readonly changing: Changing;
  readonly finishes: Finishes;
  readonly lettering: Lettering;
  readonly lamps: Lamps;
  readonly dispose: () => void;
}

function disposeMesh(object: Object3D): void {
  if (!(object instanceof Mesh)) return;
  const mesh = object as Mesh;
  mesh.geometry.dispose();
  for (const material of Array.isArray(mesh.material) ? mesh.material : [mesh.material]) material.dispose();
}
