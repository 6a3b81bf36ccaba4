/** Materials of people: three's own light, shadow, fog and tone mapping over posed and painted patches. */

import { type DataTexture, type Material, MeshDepthMaterial, MeshLambertMaterial, RGBADepthPacking, type WebGLProgramParametersWithUniforms } from "three";

import { BODY_DECLARATIONS } from "./body.glsl";
import { FULL_PAINT, PLAIN_PAINT } from "./paint.glsl";

/** What the shaders read; textures are replaced when they grow, and materials share these places for them. */
export interface CrowdUniforms {
  readonly persons: { value: DataTexture };
  readonly patches: { value: DataTexture };
  /** The list of (person, patch) to draw. */
  readonly pieces: { value: DataTexture };
  /** Vertices of one patch. */
  readonly patchVertices: { value: number };
}

export function buildSurfaceMaterial(uniforms: CrowdUniforms, isPlain: boolean): MeshLambertMaterial {
  const material = new MeshLambertMaterial();
  adapt(material, isPlain ? "people-plain" : "people", (shader) => {
    Object.assign(shader.uniforms, uniforms);
    shader.vertexShader = `#define PAINTED\n${shader.vertexShader}`
      .replace("#include <common>", `#include <common>\n${BODY_DECLARATIONS}`)
      .replace("#include <beginnormal_vertex>", "Posed posed = poseBody();\nvec3 objectNormal = posed.normal;")
      .replace("#include <begin_vertex>", "vec3 transformed = posed.place;");
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>\n${isPlain ? PLAIN_PAINT : FULL_PAINT}`)
      .replace("#include <color_fragment>", "dissolve(vPart.w);\ndiffuseColor.rgb = paintPerson();")
      // Skin lets light through: faces stay readable with the sun behind them.
      .replace("#include <emissivemap_fragment>", "totalEmissiveRadiance += glowOf(diffuseColor.rgb);");
  });
  return material;
}

/** What casts the shadow: the same bodies, seen from the sun. */
export function buildDepthMaterial(uniforms: CrowdUniforms): MeshDepthMaterial {
  const material = new MeshDepthMaterial({ depthPacking: RGBADepthPacking });
  adapt(material, "people-depth", (shader) => {
    Object.assign(shader.uniforms, uniforms);
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", `#include <common>\n${BODY_DECLARATIONS}`)
      .replace("#include <begin_vertex>", "vec3 transformed = poseBody().place;");
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nflat varying float vOpacity;")
      .replace("#include <map_fragment>", "if (vOpacity < 0.5) discard;");
  });
  return material;
}

function adapt(material: Material, key: string, change: (shader: WebGLProgramParametersWithUniforms) => void): void {
  material.onBeforeCompile = change;
  // One program for all grids: they differ in their textures alone.
  material.customProgramCacheKey = () => key;
}
