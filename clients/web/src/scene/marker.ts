/** A ring at somebody's feet and an arrow above their head, for a while: there they are. */

import { ConeGeometry, Group, Mesh, MeshBasicMaterial, RingGeometry, type Scene, Vector3 } from "three";

const LASTS_S = 7;
const FADES_S = 1;
const ABOVE_M = 0.75; // over the head, clear of the name plate
const COLOUR = "#36a7ae";

export class Marker {
  private readonly group = new Group();
  private readonly arrow: Mesh;
  private readonly material = new MeshBasicMaterial({ color: COLOUR, transparent: true, depthWrite: false, toneMapped: false, fog: false });
  private readonly head = new Vector3();
  private key: number | null = null;
  private untilS = 0;

  constructor(scene: Scene) {
    const ring = new Mesh(new RingGeometry(0.42, 0.52, 48).rotateX(-Math.PI / 2).translate(0, 0.03, 0), this.material);
    this.arrow = new Mesh(new ConeGeometry(0.13, 0.26, 24).rotateX(Math.PI), this.material);
    this.group.add(ring, this.arrow);
    this.group.visible = false;
    scene.add(this.group);
  }

  mark(key: number, nowS: number): void {
    this.key = key;
    this.untilS = nowS + LASTS_S;
  }

  /** Follows whom it marks; `headOf` writes where a head is and tells whether there is one. */
  update(nowS: number, headOf: (key: number, out: Vector3) => boolean, floorOf: (key: number) => number, isStill: boolean): void {
    const left = this.untilS - nowS;
    this.group.visible = this.key !== null && left > 0 && headOf(this.key, this.head);
    if (this.key === null || !this.group.visible) return;
    const floor = floorOf(this.key);
    this.group.position.set(this.head.x, floor, this.head.z);
    const hop = isStill ? 0 : Math.abs(Math.sin(nowS * 3.2)) * 0.16;
    this.arrow.position.y = this.head.y - floor + ABOVE_M + hop;
    this.material.opacity = 0.9 * Math.min(1, left / FADES_S);
  }

  dispose(): void {
    this.group.removeFromParent();
    this.material.dispose();
    for (const part of this.group.children) if (part instanceof Mesh) (part as Mesh).geometry.dispose();
  }
}
