/** Models of a world: glTF files of its own folder, fetched after the place already stands. */

import { Group, type Mesh, type Object3D } from "three";

import type { SceneFile, SceneShape } from "./world-loader";

const PATIENCE_MS = 30_000;

/** Adds models to `into` as they come; one that does not come is left out and told. Returns what stops it. */
export function loadModels(file: SceneFile, into: Group, failed: (name: string, reason: unknown) => void): () => void {
  const wanted = new Map<string, SceneShape[]>();
  for (const shape of file.shapes) {
    if (shape.shape === "model" && shape.file !== undefined) wanted.set(shape.file, [...(wanted.get(shape.file) ?? []), shape]);
  }
  let isStopped = false;
  for (const [name, shapes] of wanted) {
    void load(`/worlds/${encodeURIComponent(file.id)}/${encodeURIComponent(name)}`).then(
      (model) => {
        if (!isStopped) for (const shape of shapes) into.add(placed(model.clone(), shape));
      },
      (reason: unknown) => failed(name, reason),
    );
  }
  return () => {
    isStopped = true;
  };
}

async function load(url: string): Promise<Object3D> {
  // By itself: most worlds have no model, and the reader is larger than the rest of this folder.
  const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const { scene } = await new GLTFLoader().parseAsync(await answer.arrayBuffer(), "");
  scene.traverse((object) => {
    if ((object as Mesh).isMesh) object.castShadow = object.receiveShadow = true;
  });
  return scene;
}

function placed(model: Object3D, shape: SceneShape): Object3D {
  const [scale = 1] = shape.size;
  model.scale.setScalar(scale);
  model.position.set(...shape.at);
  model.rotation.set(((shape.tilt ?? 0) * Math.PI) / 180, (-shape.yaw * Math.PI) / 180, 0, "YXZ");
  return model;
}
