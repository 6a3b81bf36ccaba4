import { Vector3 } from "three";
import { describe, expect, it } from "vitest";

import { direction, duskAt, lightAt, newLight, sunAt } from "./sky";

describe("the sky", () => {
  it("has the sun in the south at noon and below the horizon at midnight", () => {
    expect(sunAt(12).azimuth).toBeCloseTo(180, 3);
    expect(sunAt(12).height).toBeGreaterThan(35);
    expect(sunAt(0).height).toBeLessThan(-10);
    expect(sunAt(8).azimuth).toBeLessThan(150);
  });

  it("points towards the sun in the axes of the world", () => {
    const east = direction(90, 0, new Vector3());
    expect([east.x, east.y, east.z].map((axis) => Math.round(axis * 1000) / 1000 + 0)).toEqual([1, 0, 0]);
    expect(direction(0, 30, new Vector3()).z).toBeLessThan(0);
  });

  it("lights lamps as the sun goes down, never by day", () => {
    expect(duskAt(30)).toBe(0);
    expect(duskAt(3)).toBeGreaterThan(0.2);
    expect(duskAt(-5)).toBe(1);
  });

  it("is the warm morning of the picture when the sun stands high", () => {
    const light = newLight();
    lightAt(30, light);
    expect(`#${light.horizon.getHexString()} #${light.zenith.getHexString()}`).toBe("#f5e3cc #4d85c7");
    expect(light.sunStrength).toBeCloseTo(3.6);
  });

  it("never jumps while the sun moves", () => {
    const [before, after] = [newLight(), newLight()];
    for (let height = -20; height < 40; height += 0.25) {
      lightAt(height, before);
      lightAt(height + 0.25, after);
      expect(Math.abs(after.sunStrength - before.sunStrength), `sun at ${height}`).toBeLessThan(0.1);
      expect(Math.abs(after.horizon.r - before.horizon.r), `sky at ${height}`).toBeLessThan(0.05);
    }
  });
});
