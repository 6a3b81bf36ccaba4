/** Whether a ray hits a person: a capsule from the feet to the crown. */

import { type Ray, Vector3 } from "three";

const scratchOnRay = new Vector3();
const scratchOnBody = new Vector3();
const CROWN_M = 0.16; // above the middle of the head
const scratchTop = new Vector3();

/** The distance along the ray to where it comes nearest to a body within `radius`; null when it misses. */
export function capsuleHit(ray: Ray, foot: Vector3, head: Vector3, radius: number): number | null {
  scratchTop.copy(head);
  scratchTop.y += CROWN_M - radius;
  const away = Math.sqrt(ray.distanceSqToSegment(foot, scratchTop, scratchOnRay, scratchOnBody));
  return away > radius ? null : Math.max(0, scratchOnRay.distanceTo(ray.origin) - Math.sqrt(radius * radius - away * away));
}
