/** What is in a scene, by what it costs to draw: for those who have to keep within a budget. */

import { InstancedBufferGeometry, type Object3D, Mesh } from "three";

export interface Item {
  readonly name: string;
  readonly triangles: number;
  /** Whether it is drawn once more, into the shadow map. */
  readonly castsShadow: boolean;
}

/** Meshes that may be drawn now, the largest first; what lies beside the view is listed, too. */
export function listLargest(scene: Object3D): readonly Item[] {
  const items: Item[] = [];
  scene.traverseVisible((object) => {
    if (!(object instanceof Mesh)) return;
    const { geometry, name, castShadow } = object as Mesh;
    const corners = geometry.index?.count ?? geometry.getAttribute("position").count;
    const drawn = Math.min(corners, geometry.drawRange.count);
    const times = geometry instanceof InstancedBufferGeometry ? geometry.instanceCount : 1;
    // What is shown to the shadow map only has an empty range between frames.
    const whole = castShadow && drawn === 0 ? corners : drawn;
    if (whole > 0) items.push({ name: name || object.type, triangles: (whole / 3) * times, castsShadow: castShadow });
  });
  return items.sort((a, b) => b.triangles - a.triangles);
}
