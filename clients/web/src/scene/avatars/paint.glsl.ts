/** The fragment shader of people: faces, seams and patterns, drawn as shapes with soft edges, so that they stay sharp. */

import { HEAD_Y } from "./skeleton";

const SHARED = /* glsl */ `
  varying vec3 vRest;
  flat varying vec3 vTint;
  flat varying vec3 vSecond;
  flat varying vec3 vSkin;
  flat varying vec4 vPart;
  flat varying vec4 vFace;
  flat varying vec4 vStyle;

  const vec3 CREAM = vec3(0.84, 0.8, 0.7);
  const vec3 INK = vec3(0.018, 0.013, 0.012);

  /** How much of a pixel lies inside a shape, from the distance to its edge (negative inside). */
  float cover(float distance) {
    float width = max(fwidth(distance), 1e-5);
    return clamp(0.5 - distance / width, 0.0, 1.0);
  }
  float oval(vec2 p, vec2 centre, vec2 radii) {
    return (length((p - centre) / radii) - 1.0) * min(radii.x, radii.y);
  }
  float random(vec2 p) { return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453); }

  /** Lets a part of the pixels through, for people who come, go or stand in front of the eye. */
  void dissolve(float opacity) {
    if (opacity > 0.995) return;
    float noise = fract(52.9829189 * fract(dot(floor(gl_FragCoord.xy), vec2(0.06711056, 0.00583715))));
    if (opacity <= noise) discard;
  }

  /** What a face gives back of the light that went into it. */
  vec3 glowOf(vec3 colour) {
    return vPart.x > 0.5 && vPart.x < 1.5 ? colour * vec3(0.13, 0.1, 0.09) : vec3(0.0);
  }
`;

/** For the crowd: the large shapes alone. Without a graphics card painting is most of a frame. */
export const PLAIN_PAINT = /* glsl */ `
  ${SHARED}
  vec3 paintPerson() {
    int paint = int(vPart.x + 0.5);
    int kind = int(vStyle.z + 0.5);
    if (paint == 1) {
      vec2 q = vec2(abs(vRest.x), vRest.y - ${HEAD_Y.toFixed(4)});
      vec2 eye = (q - vec2(0.0445, 0.004)) / vec2(0.017, 0.024);
      vec2 mouth = (q - vec2(0.0, -0.074)) / vec2(0.03, 0.005);
      if (vRest.z < 0.0 && dot(eye, eye) < 1.0) return INK;
      if (vRest.z < 0.0 && dot(mouth, mouth) < 1.0) return vTint * 0.45;
      return vTint;
    }
    if (paint == 2) {
      if (vRest.y > 1.408) return vSkin;
      if (vRest.y < vPart.y && kind != 5) return vSecond;
      if (kind == 7 && abs(vRest.x) < 0.1 && vRest.z < 0.0 && vRest.y < 1.235) return vSecond;
      if (kind == 8) return abs(fract(vRest.y / 0.066) - 0.5) < 0.25 ? CREAM : vTint;
      return vTint;
    }
    if (paint == 3) {
      bool isArm = vStyle.w < 3.5;
      if (vRest.y < vPart.y) return !isArm && vPart.y > 0.3 && vRest.y < 0.17 ? CREAM : vSecond;
      if (isArm && kind == 8) return abs(fract(vRest.y / 0.066) - 0.5) < 0.25 ? CREAM : vTint;
      return isArm && kind == 6 ? CREAM : vTint;
    }
    if (paint == 4) return vRest.y < vPart.y ? vSecond : vTint;
    if (paint == 7 && length(vec2(vRest.y - vPart.y, vRest.z - vPart.z)) < 0.21) discard;
    return vTint;
  }
`;

/** For who is near: everything. */
export const FULL_PAINT = /* glsl */ `
  ${SHARED}
  vec3 paintFace(vec3 skin, vec3 hair) {
    vec2 p = vRest.xy - vec2(0.0, ${HEAD_Y.toFixed(4)});
    vec3 colour = skin;
    int kind = int(vFace.w + 0.5);
    float lids = vFace.x, open = vFace.y, smile = vFace.z;
    float darkness = 1.0 - clamp(dot(skin, vec3(0.4)), 0.0, 1.0);
    vec2 q = vec2(abs(p.x), p.y);
    // Warm cheeks and a little shade under the brow and the chin.
    float rosy = kind == 5 ? 0.5 : (kind == 1 || kind == 8 ? 0.34 : 0.24);
    float cheek = exp(-dot((q - vec2(0.069, -0.037)) / vec2(0.03, 0.021), (q - vec2(0.069, -0.037)) / vec2(0.03, 0.021)));
    colour = mix(colour, skin * vec3(1.02, 0.52, 0.46) + vec3(0.03, 0.0, 0.0), rosy * cheek);
    colour *= 1.0 - 0.14 * smoothstep(-0.075, -0.14, p.y);
    float ears = smoothstep(-0.02, 0.06, vRest.z);
    if (kind == 4 || kind == 6 || kind == 7) {
      // Beards end below the cheekbones and leave the mouth free.
      float jaw = q.y + 0.052 + 0.5 * max(0.0, 0.05 - q.x) - 0.35 * max(0.0, q.x - 0.07) ;
      float around = oval(q, vec2(0.0, -0.07), vec2(0.035, 0.02));
      float beard = kind == 6 ? 0.0 : cover(max(jaw + 0.004, -around)) * (1.0 - ears);
      float lip = cover(oval(q, vec2(0.016, -0.051), vec2(0.028, 0.0105))) * (kind == 7 ? 0.0 : 1.0);
      float dense = kind == 7 ? 0.28 : 1.0;
      colour = mix(colour, hair * (0.9 + 0.15 * random(floor(vRest.xy * 500.0))), max(beard, lip) * dense);
    }
    if (vRest.z < 0.0) {
      if (kind == 2) {
        vec2 cell = floor((vec2(q.x, p.y) + vec2(sign(p.x) * 0.0007, 0.0)) / 0.0105);
        vec2 spot = (cell + 0.3 + 0.4 * vec2(random(cell), random(cell + 7.0))) * 0.0105;
        float area = exp(-dot((q - vec2(0.045, -0.024)) / vec2(0.038, 0.017), (q - vec2(0.045, -0.024)) / vec2(0.038, 0.017)));
        colour = mix(colour, skin * vec3(0.66, 0.48, 0.4), cover(length(q - spot) - 0.0023) * step(0.35, area) * 0.75);
      }
      // Eyes: tall dark ovals with a light in them, a little white beside them; closed ones are arcs.
      float size = kind == 1 || kind == 8 ? 1.12 : (kind == 3 || kind == 9 ? 0.92 : 1.0);
      vec2 eye = vec2(0.0445, 0.004);
      vec2 radii = vec2(0.0148, 0.0228) * size;
      float openness = max(0.06, 1.0 - lids);
      vec2 e = vec2(p.x - sign(p.x) * eye.x, p.y - eye.y + radii.y * 0.25 * lids);
      vec2 g = e - vStyle.xy;
      float shut = smoothstep(0.55, 0.75, lids);
      float white = cover(oval(e, vec2(0.0, -0.001), vec2(radii.x * 1.36, radii.y * 0.93 * openness)));
      colour = mix(colour, mix(vec3(0.9, 0.87, 0.83), skin, 0.22), white * (1.0 - shut));
      float pupil = cover(oval(g, vec2(0.0), vec2(radii.x, radii.y * openness)));
      colour = mix(colour, mix(INK, vec3(0.07, 0.036, 0.02), smoothstep(0.2, -0.9, g.y / radii.y)), pupil * (1.0 - shut));
      float light = cover(oval(g, vec2(0.0042, 0.0085), vec2(0.0046, 0.0056) * size));
      colour = mix(colour, vec3(1.0), light * (1.0 - smoothstep(0.2, 0.5, lids)));
      // The lid's edge: what makes a look calm instead of startled.
      vec2 l0 = vec2(e.x / (radii.x * 1.5), (e.y - radii.y * 0.62 * openness) / radii.y);
      float lid = abs(l0.y - 0.34 + 0.62 * l0.x * l0.x) * radii.y - 0.0019;
      colour = mix(colour, mix(INK, skin * 0.25, 0.25), cover(max(lid, (abs(l0.x) - 1.0) * radii.x)) * (1.0 - shut));
      float merry = smoothstep(0.4, 1.2, smile);
      float arc = abs(g.y + mix(-0.004, 0.012, 1.0 - merry) - mix(26.0, -30.0, merry) * g.x * g.x) - 0.0027;
      colour = mix(colour, INK, cover(max(arc, abs(g.x) - 0.0185)) * shut);
      if (kind == 1 || kind == 5 || kind == 8) {
        // Lashes at the outer corner.
        vec2 l = vec2(abs(p.x) - eye.x - radii.x * 1.1, p.y - eye.y - radii.y * 0.72 * openness);
        colour = mix(colour, INK, cover(max(abs(l.y - 0.62 * l.x) - 0.0022, abs(l.x - 0.003) - 0.0065)));
      }
      // Brows carry the character.
      float tilt = kind == 3 ? -0.03 : (kind == 9 ? 0.17 : (kind == 4 ? 0.0 : 0.08));
      float thick = kind == 4 || kind == 6 || kind == 9 ? 0.0062 : (kind == 1 || kind == 8 ? 0.0036 : 0.0047);
      vec2 b = q - vec2(0.0465, 0.047 + 0.006 * max(0.0, smile) + 0.004 * open);
      float brow = abs(b.y + tilt * b.x + b.x * b.x * 9.0) - thick * (1.0 - 0.45 * smoothstep(-0.01, 0.026, b.x));
      vec3 browColour = mix(hair * 0.62, vec3(0.03, 0.02, 0.018), 0.35);
      if (dot(hair, vec3(0.33)) > 0.42) browColour = hair * 0.5;
      colour = mix(colour, browColour, cover(max(brow, abs(b.x) - 0.0245)));
      if (kind == 9) {
        float line = abs(q.y - 0.018 + 0.45 * (q.x - 0.088)) - 0.0011;
        colour = mix(colour, skin * 0.72, cover(max(line, abs(q.x - 0.083) - 0.008)) * 0.8);
      }
      // The mouth: a smile that opens with the voice.
      float half_ = (kind == 1 || kind == 8 ? 0.034 : 0.028) * (1.0 + 0.18 * smile - 0.2 * open);
      float bend = (0.007 + 0.008 * smile) ;
      float x = clamp(p.x / half_, -1.2, 1.2);
      float upper = -0.073 + bend * (x * x - 0.55);
      float gape = 0.03 * clamp(open, 0.0, 1.0) + 0.02 * max(0.0, smile - 0.85);
      float lower = upper - gape * max(0.0, 1.0 - x * x);
      float middle = 0.5 * (upper + lower);
      float mouth = max(abs(p.y - middle) - 0.5 * (upper - lower) - 0.0028 * (1.0 - 0.5 * x * x), abs(p.x) - half_);
      vec3 inside = mix(vec3(0.16, 0.03, 0.03), vec3(0.62, 0.2, 0.18), smoothstep(0.35, 0.8, (upper - p.y) / max(gape, 0.006)) * step(0.008, gape));
      if (gape > 0.016) inside = mix(inside, vec3(0.9), cover(p.y * -1.0 + upper - 0.0055) * 0.92);
      vec3 line = mix(skin * vec3(0.42, 0.24, 0.22), vec3(0.1, 0.03, 0.025), 0.35 + 0.2 * darkness);
      colour = mix(colour, gape > 0.004 ? inside : line, cover(mouth));
    }
    return colour;
  }

  vec3 paintTorso(vec3 top, vec3 bottom) {
    vec3 p = vRest;
    int kind = int(vStyle.z + 0.5);
    bool isFront = p.z < 0.01;
    float front = isFront ? 1.0 : 0.0;
    vec3 colour = top;
    float side = abs(p.x);
    float collar = 1.412;
    if (kind == 4) {
      // An open jacket over a light shirt, with seams along the opening.
      float gap = side - (0.03 + 0.05 * smoothstep(1.05, 1.42, p.y));
      colour = mix(colour, CREAM, cover(gap) * front);
      colour = mix(colour, top * 0.55, cover(abs(gap - 0.004) - 0.004) * front);
    } else if (kind == 2) {
      float dots = length(vec2(p.x, mod(p.y - 0.03, 0.085) - 0.0425)) - 0.0075;
      colour = mix(colour, top * 0.8, cover(abs(side - 0.021) - 0.0018) * front * step(p.y, 1.36));
      colour = mix(colour, CREAM, cover(dots) * front * step(p.y, 1.36));
    } else if (kind == 3) {
      float pocket = max(abs(p.y - 1.01) - 0.058, side - (0.125 - 0.35 * max(0.0, p.y - 1.01)));
      colour = mix(colour, top * 0.72, cover(abs(pocket) - 0.0028) * front);
      float strings = max(abs(side - 0.033) - 0.0042, abs(p.y - 1.335) - 0.062);
      colour = mix(colour, CREAM, cover(strings) * front);
    } else if (kind == 1) {
      // A knitted yoke: rows of light stitches.
      float angle = atan(p.x, -p.z);
      float row = abs(p.y - 1.318) - 0.006;
      float stitch = abs(fract(angle * 5.1) - 0.5) * 0.05 - 0.011 + abs(p.y - 1.283) * 0.55;
      float small = abs(p.y - 1.247) - 0.0045;
      colour = mix(colour, CREAM, max(cover(row), max(cover(stitch), cover(small))));
      colour = mix(colour, top * 0.8, cover(0.925 - p.y < 0.0 ? 1.0 : abs(fract(angle * 16.0) - 0.5) * 0.01 - 0.0012));
    } else if (kind == 5) {
      float dots = length(vec2(fract(atan(p.x, -p.z) * 3.3 + floor(p.y / 0.062) * 0.5) - 0.5, fract(p.y / 0.062) - 0.5)) - 0.13;
      colour = mix(colour, mix(top, CREAM, 0.75), cover(dots) * step(1.0, p.y));
      colour = mix(colour, top * 0.62, cover(abs(p.y - 0.985) - 0.016));
    } else if (kind == 6) {
      float neck = side - 0.9 * max(0.0, p.y - 1.275);
      colour = mix(colour, CREAM, cover(neck) * front * step(1.276, p.y));
      colour = mix(colour, top * 0.7, cover(abs(neck - 0.006) - 0.005) * front * step(1.28, p.y));
      vec2 lozenge = abs(fract(vec2(p.x / 0.11 + 0.5, p.y / 0.13)) - 0.5);
      colour = mix(colour, mix(top, CREAM, 0.35), cover(lozenge.x + lozenge.y - 0.26) * front * step(p.y, 1.27) * step(0.02, neck));
    } else if (kind == 7) {
      float bib = max(max(side - 0.098, p.y - 1.235), -1.0);
      float straps = max(abs(side - 0.082) - 0.02, 1.2 - p.y);
      float cross_ = max(abs(side - 0.055) - 0.022, 0.95 - p.y);
      float cloth = isFront ? min(bib, straps) : cross_;
      float low = p.y - (isFront ? 1.0 : 1.03);
      colour = mix(colour, bottom, cover(min(cloth, low)));
      colour = mix(colour, vec3(0.75, 0.6, 0.3), cover(length(vec2(side - 0.08, p.y - 1.208)) - 0.0105) * front);
      float pocket = abs(max(side - 0.05, abs(p.y - 1.13) - 0.042)) - 0.0024;
      colour = mix(colour, bottom * 0.66, cover(pocket) * front);
    } else if (kind == 8) {
      colour = mix(colour, CREAM, cover((abs(fract(p.y / 0.066) - 0.5) - 0.25) * 0.066));
    } else if (kind == 9) {
      colour = mix(colour, top * 0.66, cover(abs(p.x - 0.012) - 0.0022) * front);
      float dots = length(vec2(p.x + 0.012, mod(p.y, 0.11) - 0.055)) - 0.0105;
      colour = mix(colour, CREAM, cover(dots) * front * step(p.y, 1.37));
      float pocket = max(abs(side - 0.1) - 0.045, abs(p.y - 0.93) - 0.005);
      colour = mix(colour, top * 0.66, cover(pocket) * front);
    } else {
      // A plain shirt with a small print.
      float print_ = oval(p.xy, vec2(0.0, 1.24), vec2(0.045, 0.045));
      float ring = max(print_, -oval(p.xy, vec2(0.0, 1.225), vec2(0.034, 0.028)));
      colour = mix(colour, mix(top, CREAM, 0.8), cover(ring) * front);
    }
    if (kind != 7) {
      // What is below the hem; the trousers begin there.
      float waist = p.y - vPart.y;
      colour = mix(colour, kind == 5 ? top : bottom, cover(waist));
      if (kind != 5 && kind != 0 && kind != 8) colour *= 1.0 - 0.16 * cover(abs(waist - 0.012) - 0.012);
    }
    float dip = kind == 2 ? 0.05 : (kind == 5 ? 0.034 : (kind == 0 || kind == 7 || kind == 8 ? 0.014 : (kind == 6 ? 0.02 : -0.014)));
    float throat = collar - dip * front * exp(-side * side / (kind == 2 ? 0.0011 : 0.004)) - p.y;
    colour = mix(colour, top * 0.8, cover(abs(throat - 0.0) - 0.0065) * (kind == 4 ? 0.0 : 1.0));
    if (kind == 2) colour = mix(colour, mix(top, CREAM, 0.35), cover(abs(throat - 0.006) - 0.01));
    return mix(colour, vSkin, cover(throat));
  }

  vec3 paintSleeve(vec3 cloth, vec3 skin) {
    int kind = int(vStyle.z + 0.5);
    bool isArm = vStyle.w < 3.5;
    if (isArm && (kind == 6)) cloth = CREAM;
    if (isArm && kind == 8) cloth = mix(cloth, CREAM, cover((abs(fract(vRest.y / 0.066) - 0.5) - 0.25) * 0.066));
    float edge = vRest.y - vPart.y;
    // A seam just above the edge.
    if (vPart.y > 0.1 && vPart.y < 5.0) cloth *= 1.0 - 0.2 * cover(abs(edge - 0.014) - 0.0016);
    vec3 bare = skin;
    if (!isArm && vPart.y > 0.3) bare = mix(skin, CREAM, cover(vRest.y - 0.17)); // socks
    return mix(cloth, bare, cover(edge));
  }

  vec3 paintPerson() {
    int paint = int(vPart.x + 0.5);
    if (paint == 1) return paintFace(vTint, vSecond);
    if (paint == 2) return paintTorso(vTint, vSecond);
    if (paint == 3) return paintSleeve(vTint, vSecond);
    if (paint == 4) {
      vec3 colour = mix(vTint, vSecond, cover(vRest.y - vPart.y));
      float laces = max(abs(fract((vRest.z + 0.01) / 0.019) - 0.5) * 0.019 - 0.0028, max(abs(abs(vRest.x) - 0.083) - 0.016, abs(vRest.z + 0.065) - 0.028));
      return mix(colour, mix(vTint, CREAM, 0.6), cover(laces) * step(0.05, vRest.y) * step(0.5, vSecond.r));
    }
    if (paint == 5) {
      float angle = atan(vRest.x, vRest.z - 0.01);
      float strands = sin(angle * 34.0 + vRest.y * 25.0) * 0.5 + sin(angle * 61.0 - vRest.y * 18.0) * 0.5;
      return vTint * (1.0 + 0.09 * strands) * (0.86 + 0.2 * smoothstep(1.5, 1.75, vRest.y));
    }
    if (paint == 6) {
      float angle = atan(vRest.x, vRest.z);
      float ribs = 0.9 + 0.1 * sin(angle * 46.0);
      return vTint * (vRest.y < 1.672 ? 0.78 * ribs : 0.97 + 0.05 * sin(angle * 46.0));
    }
    if (paint == 7) {
      vec2 q = vec2(vRest.y - vPart.y, vRest.z - vPart.z);
      float r = length(q);
      float spoke = abs(sin(atan(q.y, q.x) * 7.0)) * r / 7.0 - 0.0032;
      float rim = abs(r - 0.232) - 0.006;
      float hub = r - 0.03;
      if (cover(min(min(spoke, rim), hub)) < 0.5) discard;
      return hub < 0.0 ? vSecond : vTint * 0.8;
    }
    if (paint == 8) return vTint * (0.86 + 0.14 * sin(vRest.y * 63.0 + vRest.x * 40.0));
    return vTint;
  }
`;
