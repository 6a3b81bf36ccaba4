/**
 * The eye: behind the shoulder, in front of walls, never below the ground; or in the person's own.
 *
 * Zooming all the way in is the first person, zooming out leaves it.
 */

import { type Object3D, PerspectiveCamera, Raycaster, Vector3 } from "three";
import type {} from "three-mesh-bvh"; // declares Raycaster.firstHitOnly

import type { Stance } from "../state/prediction";

const BEHIND_M = 3.2;
const NEAREST_BEHIND_M = 1.2;
const FARTHEST_BEHIND_M = 9;
const PIVOT_M = 1.55;
const EYES_M = 1.6;
const CLEARANCE_M = 0.25;
const NEAREST_M = 0.45;
const HIDES_BELOW_M = 0.9; // nearer than this one's own avatar would fill the view

const scratchBack = new Vector3();
const scratchPivot = new Vector3();
const raycaster = new Raycaster();

/** The floor's height in metres below a place, or null. */
export type FloorBelow = (x: number, y: number, z: number) => number | null;

export class ThirdPerson {
  readonly camera = new PerspectiveCamera(50, 1, 0.1, 400);
  isFirstPerson = false;
  /** How far behind the eye would be if nothing stood there. */
  private wanted = BEHIND_M;
  private away = BEHIND_M;
  private readonly pivot = new Vector3();
  private isPlaced = false;

  /** Whether one's own avatar should be drawn. */
  get showsSelf(): boolean {
    return !this.isFirstPerson && this.away > HIDES_BELOW_M;
  }

  /** Comes nearer (below 1) or goes further away. */
  zoom(factor: number): void {
    if (this.isFirstPerson) {
      if (factor > 1.02) this.isFirstPerson = false;
      return;
    }
    const wanted = this.wanted * factor;
    this.isFirstPerson = wanted < NEAREST_BEHIND_M * 0.9;
    this.wanted = Math.max(NEAREST_BEHIND_M, Math.min(FARTHEST_BEHIND_M, wanted));
  }

  /** The avatar was put somewhere else: no gliding there. */
  reset(): void {
    this.isPlaced = false;
  }

  /** Follows the avatar with a slight lag. `pitch` in radians, downward positive. */
  follow(self: Stance, yaw: number, pitch: number, elapsedS: number, walls: Object3D | null, floor: FloorBelow): void {
    scratchPivot.set(self.x, self.y + (this.isFirstPerson ? EYES_M : PIVOT_M), self.z);
    const lag = this.isPlaced && !this.isFirstPerson ? Math.min(1, elapsedS * 14) : 1;
    this.pivot.lerp(scratchPivot, this.pivot.distanceTo(scratchPivot) > 2 ? 1 : lag);
    this.isPlaced = true;
    scratchBack.set(-Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch));
    const free = this.isFirstPerson ? 0 : this.freeWay(walls);
    // In at once, out slowly: a wall must never be between the eye and the avatar.
    this.away = free < this.away ? free : this.away + (free - this.away) * Math.min(1, elapsedS * 5);
    const eye = this.camera.position.copy(this.pivot).addScaledVector(scratchBack, this.away);
    const ground = floor(eye.x, Math.max(eye.y, self.y + 0.5), eye.z);
    if (ground !== null && !this.isFirstPerson) eye.y = Math.max(eye.y, ground + CLEARANCE_M);
    this.camera.rotation.set(-pitch, -yaw, 0, "YXZ");
  }

  /** Stands on a spot and looks up a little over the people, turned by `drift`; before one is in. */
  lookFrom(spot: Stance, drift: number): void {
    const yaw = spot.yaw + drift;
    this.camera.position.set(spot.x - Math.sin(yaw) * 6, spot.y + 3.4, spot.z + Math.cos(yaw) * 6);
    this.camera.rotation.set(-0.06, -yaw, 0, "YXZ");
  }

  resize(width: number, height: number): void {
    this.camera.aspect = width / Math.max(1, height);
    // A tall phone would see a slit: widen so that the horizontal view stays usable.
    this.camera.fov = this.camera.aspect < 1 ? 62 : 50;
    this.camera.updateProjectionMatrix();
  }

  private freeWay(walls: Object3D | null): number {
    if (walls === null) return this.wanted;
    raycaster.set(this.pivot, scratchBack);
    raycaster.near = 0;
    raycaster.far = this.wanted + CLEARANCE_M;
    raycaster.firstHitOnly = true;
    const [hit] = raycaster.intersectObject(walls, true);
    return hit === undefined ? this.wanted : Math.max(NEAREST_M, Math.min(this.wanted, hit.distance - CLEARANCE_M));
  }
}
