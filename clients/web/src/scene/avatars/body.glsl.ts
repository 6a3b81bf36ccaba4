/**
 * The vertex shader of people: fetches a vertex of a patch, bends it with its joints, puts it into the world.
 *
 * One row of the texture `persons` is one person; its texels are the pose (pose.ts, 0-8) and:
 *
 *     9  x, y, z, yaw                      12  height, shoulders, hips, depth
 *     10 travel, opacity, way, floor       13  girth, belly, head, face
 *     11 mouth, gaze x, gaze y, size       14  colours of skin, hair, top, bottom
 *                                          15  colours of shoes, accent; top; 0
 */

import { ANKLE_Y, FOREARM, HIP, NECK_Y, SHIN, SHOULDER, THIGH, UPPER_ARM, WAIST_Y } from "./skeleton";

/** Texels in the row of one person. */
export const PERSON_TEXELS = 16;
export const PersonTexel = { PLACE: 9, WAY: 10, LIFE: 11, BUILD: 12, BUILD_MORE: 13, COLOURS: 14, COLOURS_MORE: 15 } as const;

const number = (value: number): string => value.toFixed(5);

export const BODY_DECLARATIONS = /* glsl */ `
  uniform highp sampler2D patches;
  uniform highp sampler2D persons;
  uniform highp usampler2D pieces;
  uniform int patchVertices;
  #ifdef PAINTED
    varying vec3 vRest;
    flat varying vec3 vTint;
    flat varying vec3 vSecond;
    flat varying vec3 vSkin;
    flat varying vec4 vPart;   // paint, edge, axle z, opacity
    flat varying vec4 vFace;   // lids, mouth, smile, face
    flat varying vec4 vStyle;  // gaze x, gaze y, top, chain
  #else
    flat varying float vOpacity;
  #endif

  struct Posed { vec3 place; vec3 normal; };

  int personRow;
  vec4 person(int texel) { return texelFetch(persons, ivec2(texel, personRow), 0); }

  void turnX(inout vec3 p, inout vec3 n, float a) {
    float c = cos(a), s = sin(a);
    p.yz = vec2(p.y * c - p.z * s, p.y * s + p.z * c);
    n.yz = vec2(n.y * c - n.z * s, n.y * s + n.z * c);
  }
  void turnY(inout vec3 p, inout vec3 n, float a) {
    float c = cos(a), s = sin(a);
    p.xz = vec2(p.x * c + p.z * s, p.z * c - p.x * s);
    n.xz = vec2(n.x * c + n.z * s, n.z * c - n.x * s);
  }
  void turnZ(inout vec3 p, inout vec3 n, float a) {
    float c = cos(a), s = sin(a);
    p.xy = vec2(p.x * c - p.y * s, p.x * s + p.y * c);
    n.xy = vec2(n.x * c - n.y * s, n.x * s + n.y * c);
  }

  /** Leans and turns what is above the waist, then moves with the pelvis. */
  void followSpine(inout vec3 p, inout vec3 n, float weight) {
    vec4 spine = person(6);
    vec4 more = person(8);
    p.y -= ${number(WAIST_Y)};
    turnX(p, n, -spine.x * weight);
    turnZ(p, n, -spine.y * weight);
    turnY(p, n, -spine.z * weight - more.y);
    p += vec3(more.x, ${number(WAIST_Y)} + spine.w, person(7).w);
  }

  void followNeck(inout vec3 p, inout vec3 n, float weight, float size) {
    vec4 head = person(7);
    p.y -= ${number(NECK_Y)};
    p *= mix(1.0, size, step(0.3, weight));
    turnZ(p, n, -head.y * weight);
    turnX(p, n, -head.x * weight);
    turnY(p, n, -head.z * weight);
    p.y += ${number(NECK_Y)};
  }

  void closeFingers(inout vec3 p, inout vec3 n, float end, float grip) {
    float curl = end > 2.5 ? min(grip, 1.0) - max(0.0, grip - 1.0) : clamp(end - 1.0, 0.0, 1.0) * min(grip, 1.0);
    vec3 knuckle = vec3(${number(SHOULDER.x - 0.004)}, 0.78, 0.0);
    p -= knuckle;
    turnZ(p, n, -1.9 * curl);
    p += knuckle;
  }

  /** An arm of the right side that hangs and bends; the left one comes here mirrored. */
  void bendArm(inout vec3 p, inout vec3 n, float middle, float end, vec4 arm, vec4 hand) {
    p.y += ${number(UPPER_ARM + FOREARM)};
    float wrist = min(end, 1.0);
    turnY(p, n, hand.y * wrist);
    turnX(p, n, hand.x * wrist);
    p.y -= ${number(FOREARM)};
    turnX(p, n, arm.z * middle);
    p.y -= ${number(UPPER_ARM)};
    turnY(p, n, arm.w);
    turnX(p, n, arm.x);
    turnZ(p, n, arm.y);
  }

  mat3 alongBone(vec3 bone, vec3 across) {
    vec3 y = -normalize(bone);
    vec3 x = normalize(across - y * dot(across, y));
    return mat3(x, y, cross(x, y));
  }

  /** An arm that reaches for a hand held by its owner: two bones, the elbow down and out. */
  void reachArm(inout vec3 p, inout vec3 n, float middle, float end, vec3 shoulder, vec4 arm, vec4 hand) {
    vec3 wristPlace = vec3(arm.xyz) - shoulder;
    float far = clamp(length(wristPlace), 0.12, ${number(UPPER_ARM + FOREARM - 0.002)});
    vec3 towards = normalize(wristPlace);
    float along = (far * far + ${number(UPPER_ARM ** 2 - FOREARM ** 2)}) / (2.0 * far);
    float off = sqrt(max(0.0, ${number(UPPER_ARM ** 2)} - along * along));
    vec3 pole = vec3(0.4, -1.0, 0.4);
    pole = normalize(pole - towards * dot(pole, towards));
    vec3 elbow = towards * along + pole * off;
    vec3 wrist = towards * far;
    vec3 across = cross(towards, pole);
    mat3 upper = alongBone(elbow, across);
    mat3 lower = alongBone(wrist - elbow, across);
    vec3 inHand = vec3(p.x, p.y + ${number(UPPER_ARM + FOREARM)}, p.z);
    vec3 handNormal = n;
    turnX(inHand, handNormal, 1.5708 + hand.x);
    turnZ(inHand, handNormal, hand.y);
    turnY(inHand, handNormal, -arm.w);
    vec3 onLower = elbow + lower * vec3(p.x, p.y + ${number(UPPER_ARM)}, p.z);
    vec3 placed = mix(upper * p, onLower, middle);
    vec3 turned = mix(upper * n, lower * n, middle);
    float wristPart = min(end, 1.0);
    p = mix(placed, wrist + inHand, wristPart) + shoulder;
    n = normalize(mix(turned, handNormal, wristPart));
  }

  /** A leg from the hip of the moved pelvis to where its foot is. */
  void bendLeg(inout vec3 p, inout vec3 n, float middle, float end, float side, float hips) {
    vec4 foot = person(side > 0.0 ? 4 : 5);
    vec4 more = person(8);
    float travel = person(10).x;
    vec3 hip = vec3(side * ${number(HIP.x)} * hips, ${number(HIP.y)}, 0.0);
    vec3 none = vec3(0.0);
    turnY(hip, none, -more.y);
    hip += vec3(more.x, person(6).w, person(7).w);
    vec3 ankle = vec3(side * (${number(HIP.x)} * mix(1.0, hips, 0.6) + foot.w), foot.y + ${number(ANKLE_Y)}, 0.0);
    ankle.xz += foot.x * vec2(sin(travel), -cos(travel));
    // The foot rolls over its ball or its heel, which stays where it is.
    vec2 ground = foot.z > 0.0 ? vec2(${number(-ANKLE_Y)}, -0.12) : vec2(${number(-ANKLE_Y)}, 0.045);
    float c = cos(foot.z), s = -sin(foot.z);
    ankle.yz += ground - vec2(ground.x * c - ground.y * s, ground.x * s + ground.y * c);
    vec3 towards = ankle - hip;
    float far = clamp(length(towards), 0.2, ${number(THIGH + SHIN - 0.001)});
    towards = normalize(towards);
    float knee = 3.14159265 - acos(clamp((${number(THIGH ** 2 + SHIN ** 2)} - far * far) / ${number(2 * THIGH * SHIN)}, -1.0, 1.0));
    float thigh = acos(clamp((${number(THIGH ** 2 - SHIN ** 2)} + far * far) / (${number(2 * THIGH)} * far), -1.0, 1.0));
    float pitch = asin(clamp(-towards.z, -1.0, 1.0));
    float roll = atan(towards.x, -towards.y);
    // Knees out a little when they are bent much: nobody sits with them pressed together.
    float open = side * (0.1 + 0.16 * smoothstep(0.8, 2.0, knee));
    p.y += ${number(THIGH + SHIN)};
    turnX(p, n, (knee - thigh - pitch - foot.z) * end);
    p.y -= ${number(SHIN)};
    turnX(p, n, -knee * middle);
    p.y -= ${number(THIGH)};
    turnX(p, n, thigh);
    turnY(p, n, -open);
    turnX(p, n, pitch);
    turnZ(p, n, roll);
    p += hip;
  }

  /** The pitch of a thigh, forward positive, and the bend of its knee: what cloth over it feels. */
  vec2 legAngles(int texel) {
    vec4 foot = person(texel);
    float drop = ${number(HIP.y)} + person(6).w - foot.y - ${number(ANKLE_Y)};
    float ahead = foot.x * cos(person(10).x) - person(7).w;
    float far = clamp(length(vec2(ahead, drop)), 0.2, ${number(THIGH + SHIN - 0.001)});
    float thigh = acos(clamp((${number(THIGH ** 2 - SHIN ** 2)} + far * far) / (${number(2 * THIGH)} * far), -1.0, 1.0));
    float knee = 3.14159265 - acos(clamp((${number(THIGH ** 2 + SHIN ** 2)} - far * far) / ${number(2 * THIGH * SHIN)}, -1.0, 1.0));
    return vec2(atan(ahead, drop) + thigh, knee);
  }

  /** Cloth lies over the legs: in front on the one further ahead, behind on the one further back; below the knees it hangs. */
  void drape(inout vec3 p, inout vec3 n, float weight) {
    vec2 right = legAngles(4), left = legAngles(5);
    vec2 own = mix(left, right, smoothstep(-0.14, 0.14, p.x));
    vec2 ahead = right.x > left.x ? right : left;
    vec2 behind = right.x > left.x ? left : right;
    float front = smoothstep(-0.16, 0.16, -p.z);
    vec2 angles = mix(own, mix(behind, ahead, front), 0.45) * smoothstep(0.0, 0.5, weight);
    // The back of a sitting person's skirt stays on the seat.
    angles.x = min(angles.x, 1.5);
    p.y -= ${number(HIP.y - THIGH)};
    float below = smoothstep(0.07, -0.07, p.y);
    // Cloth is no stocking: behind a bent knee it hangs free.
    turnX(p, n, -angles.y * below * mix(1.0, 0.7, front));
    p.y -= ${number(THIGH)};
    turnX(p, n, angles.x);
    p.y += ${number(HIP.y)};
    vec4 more = person(8);
    turnY(p, n, -more.y);
    p += vec3(more.x, person(6).w, person(7).w);
  }

  vec3 unpack(float colour) {
    vec3 srgb = vec3(floor(colour / 65536.0), mod(floor(colour / 256.0), 256.0), mod(colour, 256.0)) / 255.0;
    return mix(srgb / 12.92, pow((srgb + 0.055) / 1.055, vec3(2.4)), step(0.04045, srgb));
  }

  vec3 slotColour(int slot) {
    if (slot < 4) return unpack(person(14)[slot]);
    if (slot < 6) return unpack(person(15)[slot - 4]);
    return slot == 6 ? vec3(0.045, 0.05, 0.06) : vec3(0.84, 0.8, 0.72);
  }

  Posed poseBody() {
    int list = gl_VertexID / patchVertices;
    uint piece = texelFetch(pieces, ivec2(list & 255, list >> 8), 0).x;
    personRow = int(piece & 0xffffu);
    int row = int(piece >> 16u);
    vec4 part = texelFetch(patches, ivec2(0, row), 0);
    vec4 shape = texelFetch(patches, ivec2(1, row), 0);
    int at = 2 + 2 * (gl_VertexID - list * patchVertices);
    vec4 first = texelFetch(patches, ivec2(at, row), 0);
    vec4 second = texelFetch(patches, ivec2(at + 1, row), 0);
    vec3 p = first.xyz, n = second.xyz;
    float middle = first.w, end = second.w;
    int chain = int(part.x + 0.5);
    vec4 build = person(12), more = person(13), life = person(11), way = person(10), place = person(9);

    #ifdef PAINTED
      vRest = p;
      vTint = slotColour(int(part.z + 0.5));
      vSecond = slotColour(int(part.w + 0.5));
      vSkin = unpack(person(14).x);
      vec4 face = person(8);
      vPart = vec4(part.y, shape.x, shape.y, way.y);
      vFace = vec4(face.w, life.x, face.z, more.w);
      vStyle = vec4(life.yz, person(15).z, part.x);
    #else
      vOpacity = way.y;
    #endif

    if (chain == 0 || chain == 6) {
      float upper = smoothstep(0.95, 1.28, p.y);
      float neck = smoothstep(1.38, 1.43, p.y);
      float wide = mix(mix(build.z, build.y, upper), 1.0, neck);
      float belly = more.y * exp(-pow((p.y - 1.06) / 0.13, 2.0));
      p.x *= wide;
      p.x += clamp(p.x * 12.0, -1.0, 1.0) * belly * 0.35;
      p.z = p.z * mix(build.w, 1.0, neck) - belly * smoothstep(0.3, -0.8, n.z);
      if (chain == 0) followSpine(p, n, middle);
      else drape(p, n, middle);
    } else if (chain == 1) {
      followNeck(p, n, middle, more.z);
      followSpine(p, n, 1.0);
    } else if (chain <= 3) {
      float side = chain == 2 ? 1.0 : -1.0;
      p.x *= side;
      n.x *= side;
      vec4 arm = person(chain == 2 ? 0 : 2), hand = person(chain == 2 ? 1 : 3);
      closeFingers(p, n, end, hand.z);
      p -= vec3(${number(SHOULDER.x)}, ${number(SHOULDER.y)}, 0.0);
      p.xz *= mix(more.x, mix(1.0, more.x, 0.5), min(end, 1.0));
      vec3 shoulder = vec3(${number(SHOULDER.x)} * build.y, ${number(SHOULDER.y)}, 0.0);
      if (hand.w > 0.5) {
        vec3 none = vec3(0.0);
        shoulder.y += person(6).w;
        reachArm(p, n, middle, end, shoulder, vec4(arm.x, arm.y + ${number(SHOULDER.y)}, arm.zw), hand);
        p.x *= side;
        n.x *= side;
      } else {
        bendArm(p, n, middle, end, arm, hand);
        p += shoulder;
        p.x *= side;
        n.x *= side;
        followSpine(p, n, 1.0);
      }
    } else if (chain <= 5) {
      float side = chain == 4 ? 1.0 : -1.0;
      p -= vec3(side * ${number(HIP.x)}, ${number(HIP.y)}, 0.0);
      p.xz *= mix(more.x, 1.0, 0.6 * smoothstep(0.15, 0.05, p.y + ${number(HIP.y)}));
      bendLeg(p, n, middle, end, side, build.z);
    } else if (chain == 8) {
      p.yz -= shape.xy;
      turnX(p, n, -way.z / shape.x);
      p.yz += shape.xy;
    }
    p *= build.x * life.w;
    turnY(p, n, -place.w);
    return Posed(p + place.xyz, normalize(n));
  }
`;
