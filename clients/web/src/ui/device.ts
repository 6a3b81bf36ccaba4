/** What this browser and its owner's settings are like. */

import type { Lacks } from "./model";

/** Most of these exist only on pages that came over https or from this very machine. */
export function lacksHere(): Lacks {
  return {
    microphone: !("mediaDevices" in navigator),
    headset: !("xr" in navigator) && !window.isSecureContext,
    sharing: !("share" in navigator) && !window.isSecureContext,
  };
}

export function isTouchDevice(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

export function hasGamepad(): boolean {
  return "getGamepads" in navigator && navigator.getGamepads().some((pad) => pad !== null);
}
