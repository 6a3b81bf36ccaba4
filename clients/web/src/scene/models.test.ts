import { Box3, Group } from "three";
import { afterEach, describe, expect, it, vi } from "vitest";

import { loadModels } from "./models";
import type { SceneFile, SceneShape } from "./world-loader";

/** A triangle one metre wide and high as binary glTF: what the server makes of a world's file. */
function triangle(): ArrayBuffer {
  const head = JSON.stringify({
    asset: { version: "2.0" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: "VEC3", min: [0, 0, 0], max: [1, 1, 0] }],
    bufferViews: [{ buffer: 0, byteLength: 36 }],
    buffers: [{ byteLength: 36 }],
  });
  const text = new TextEncoder().encode(head + " ".repeat((4 - (head.length % 4)) % 4));
  const file = new DataView(new ArrayBuffer(12 + 8 + text.length + 8 + 36));
  for (const [at, word] of [[0, 0x46546c67], [4, 2], [8, file.byteLength], [12, text.length], [16, 0x4e4f534a]] as const) file.setUint32(at, word, true);
  new Uint8Array(file.buffer).set(text, 20);
  file.setUint32(20 + text.length, 36, true);
  file.setUint32(24 + text.length, 0x004e4942, true);
  for (const [at, value] of [0, 0, 0, 1, 0, 0, 0, 1, 0].entries()) file.setFloat32(28 + text.length + at * 4, value, true);
  return file.buffer;
}

function world(shapes: Partial<SceneShape>[]): SceneFile {
  const shape: SceneShape = { id: "a/b", entity: "a", shape: "model", at: [5, 0, -5], yaw: 90, size: [2], colour: "#ffffff", roughness: 1, file: "models-sign-ab.glb" };
  return { id: "yard", name: {}, sky: {}, ground: { size: [9, 9], at: [0, 0, 0], colour: "#ffffff" }, shapes: shapes.map((each) => ({ ...shape, ...each })) };
}

function serve(answer: () => Response): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    return Promise.resolve(answer());
  });
  vi.stubGlobal("self", globalThis);
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe("models of a world", () => {
  it("are fetched once each and stand where their parts say", async () => {
    const asked = serve(() => new Response(triangle()));
    const [into, failed] = [new Group(), vi.fn()];
    loadModels(world([{}, { at: [0, 1, 0], yaw: 0, size: [1] }]), into, failed);
    await vi.waitFor(() => expect(into.children.length).toBe(2));
    expect(asked).toEqual(["/worlds/yard/models-sign-ab.glb"]);
    const { min, max } = new Box3().setFromObject(into.children[0] ?? into, true);
    const reach = [min.x, max.x, min.y, max.y, min.z, max.z].map((metres) => Math.round(metres * 100) / 100);
    expect(reach, "twice as large, its own east turned south").toEqual([5, 5, 0, 2, -5, -3]);
    expect(failed).not.toHaveBeenCalled();
  });

  it("that do not come are told and left out", async () => {
    serve(() => new Response("gone", { status: 404 }));
    const [into, failed] = [new Group(), vi.fn()];
    loadModels(world([{}]), into, failed);
    await vi.waitFor(() => expect(failed).toHaveBeenCalledWith("models-sign-ab.glb", expect.anything()));
    expect(into.children.length).toBe(0);
  });

  it("that come after the place is gone are not added", async () => {
    const asked = serve(() => new Response(triangle()));
    const into = new Group();
    const stop = loadModels(world([{}]), into, vi.fn());
    stop();
    await vi.waitFor(() => expect(asked.length).toBe(1));
    await new Promise((done) => setImmediate(done));
    expect(into.children.length).toBe(0);
  });
});
