/** A ring on the ground where one walks to; it closes and fades. */

import { Mesh, MeshBasicMaterial, RingGeometry, type Scene } from "three";

const LASTS_S = 0.9;
const COLOUR = "#36a7ae";

export class Goal {
  private readonly ring: Mesh<RingGeometry, MeshBasicMaterial>;
  private shownS = -LASTS_S;

  constructor(scene: Scene) {
    const material = new MeshBasicMaterial({ color: COLOUR, transparent: true, depthWrite: false, toneMapped: false });
    this.ring = new Mesh(new RingGeometry(0.26, 0.34, 40).rotateX(-Math.PI / 2), material);
    this.ring.visible = false;
    scene.add(this.ring);
  }

  show(x: number, y: number, z: number, nowS: number): void {
    this.ring.position.set(x, y + 0.04, z);
    this.shownS = nowS;
  }

  update(nowS: number): void {
    const share = (nowS - this.shownS) / LASTS_S;
    this.ring.visible = share < 1;
    this.ring.scale.setScalar(1.4 - 0.5 * share);
    this.ring.material.opacity = 0.9 * (1 - share);
  }

  dispose(): void {
    this.ring.removeFromParent();
    this.ring.geometry.dispose();
    this.ring.material.dispose();
  }
}
