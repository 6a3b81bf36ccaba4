/** One's own hands: mittens with a sleeve and a slim controller, drawn from shapes, nothing to download. */

import {
  BoxGeometry,
  CapsuleGeometry,
  Color,
  CylinderGeometry,
  Group,
  Mesh,
  MeshStandardMaterial,
  SphereGeometry,
  TorusGeometry,
} from "three";

/** A hand and what it holds, in the frame of a WebXR grip: -z along the pointing hand, x to its right. */
export class OwnHand {
  readonly group = new Group();
  private readonly fingers: Mesh;
  private readonly controller = new Group();
  private readonly skin = new MeshStandardMaterial({ roughness: 0.85 });
  private readonly cloth = new MeshStandardMaterial({ roughness: 0.95 });

  constructor(side: -1 | 1) {
    const palm = new Mesh(new SphereGeometry(0.045, 16, 12).scale(0.62, 1, 1.15), this.skin);
    palm.position.set(0, 0, 0.03);
    this.fingers = new Mesh(new CapsuleGeometry(0.028, 0.055, 6, 12).scale(0.75, 1, 1.3).rotateX(Math.PI / 2).translate(0, 0, -0.045), this.skin);
    this.fingers.position.set(0, 0.008, 0.005);
    const thumb = new Mesh(new CapsuleGeometry(0.016, 0.04, 5, 10), this.skin);
    thumb.position.set(-side * 0.036, 0.02, 0.01);
    thumb.rotation.set(-0.9, 0, side * 0.5);
    const sleeve = new Mesh(new CylinderGeometry(0.042, 0.05, 0.13, 16).rotateX(Math.PI / 2), this.cloth);
    sleeve.position.set(0, -0.004, 0.135);
    this.buildController();
    this.group.add(palm, this.fingers, thumb, sleeve, this.controller);
  }

  dress(skin: string, cloth: string): void {
    this.skin.color.copy(new Color(skin));
    this.cloth.color.copy(new Color(cloth));
  }

  /** 0 open .. 1 fist; `holds`: whether a controller is in it, or the hand is tracked bare. */
  pose(grip: number, holds: boolean): void {
    this.fingers.rotation.x = -grip * 1.35;
    this.fingers.position.y = 0.008 - grip * 0.012;
    this.controller.visible = holds;
  }

  dispose(): void {
    this.group.removeFromParent();
    this.group.traverse((part) => {
      if (part instanceof Mesh) (part as Mesh).geometry.dispose();
    });
    this.skin.dispose();
    this.cloth.dispose();
  }

  private buildController(): void {
    const dark = new MeshStandardMaterial({ color: "#3b4148", roughness: 0.7 });
    const ring = new Mesh(new TorusGeometry(0.032, 0.007, 8, 20).rotateX(Math.PI / 2), dark);
    ring.position.set(0, 0.034, -0.03);
    const handle = new Mesh(new CapsuleGeometry(0.015, 0.075, 5, 12).rotateX(Math.PI / 2.6), dark);
    handle.position.set(0, -0.012, 0.03);
    const trigger = new Mesh(new BoxGeometry(0.014, 0.012, 0.024), dark);
    trigger.position.set(0, 0.008, -0.052);
    this.controller.add(ring, handle, trigger);
  }
}
