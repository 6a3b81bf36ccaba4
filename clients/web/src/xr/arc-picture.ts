/** The teleport's arc and the ring where it comes down: teal where one can go, coral where not. */

import { BufferGeometry, DynamicDrawUsage, Float32BufferAttribute, Group, Line, LineBasicMaterial, Mesh, MeshBasicMaterial, RingGeometry } from "three";

const MOST_POINTS = 64;
const FREE = "#3fb3ba";
const BLOCKED = "#e06a52";

export class ArcPicture {
  readonly group = new Group();
  private readonly line: Line<BufferGeometry, LineBasicMaterial>;
  private readonly ring: Mesh<RingGeometry, MeshBasicMaterial>;
  private readonly places = new Float32BufferAttribute(new Float32Array(MOST_POINTS * 3), 3).setUsage(DynamicDrawUsage);

  constructor() {
    this.line = new Line(new BufferGeometry().setAttribute("position", this.places), new LineBasicMaterial({ toneMapped: false }));
    this.line.frustumCulled = false;
    const ring = new RingGeometry(0.26, 0.34, 40).rotateX(-Math.PI / 2);
    this.ring = new Mesh(ring, new MeshBasicMaterial({ toneMapped: false, transparent: true, opacity: 0.9, depthWrite: false }));
    this.group.add(this.line, this.ring);
    this.hide();
  }

  /** Shows an arc of points (x y z after each other, metres). */
  show(points: readonly number[], isFree: boolean): void {
    const count = Math.min(MOST_POINTS, Math.floor(points.length / 3));
    for (let at = 0; at < count * 3; at++) this.places.array[at] = points[at];
    this.places.needsUpdate = true;
    this.line.geometry.setDrawRange(0, count);
    const colour = isFree ? FREE : BLOCKED;
    this.line.material.color.set(colour);
    this.ring.material.color.set(colour);
    // Not by colour alone: where one cannot go there is no ring.
    this.ring.visible = isFree;
    const last = (count - 1) * 3;
    this.ring.position.set(points[last] ?? 0, (points[last + 1] ?? 0) + 0.03, points[last + 2] ?? 0);
    this.group.visible = true;
  }

  hide(): void {
    this.group.visible = false;
  }

  dispose(): void {
    this.group.removeFromParent();
    this.line.geometry.dispose();
    this.line.material.dispose();
    this.ring.geometry.dispose();
    this.ring.material.dispose();
  }
}
