/** Whether this browser on this page can enter a headset, and if not, why. */

export type Reach = "possible" | "insecure" | "none";

export async function headsetReach(): Promise<Reach> {
  if (navigator.xr === undefined) return window.isSecureContext ? "none" : "insecure";
  try {
    return (await navigator.xr.isSessionSupported("immersive-vr")) ? "possible" : "none";
  } catch {
    return "none"; // forbidden by a policy
  }
}
