import { Scene, Vector3 } from "three";
import { describe, expect, it } from "vitest";

import { Atmosphere } from "./atmosphere";
import { Daylight } from "./daylight";

const SKY = { hours: 9.5, sun: { azimuth: 90, height: 30 } };

describe("daylight", () => {
  it.each(["low", "medium", "high"] as const)("comes from the sun's place at %s detail", (detail) => {
    const light = new Daylight(new Scene(), new Atmosphere(), SKY, detail);
    light.follow(new Vector3(40, 2, -30));
    const way = light.sun.position.clone().sub(light.sun.target.position).normalize();
    expect([way.x, way.y, way.z].map((axis) => Math.round(axis * 1000) / 1000 + 0), "in the east, 30 degrees high").toEqual([0.866, 0.5, 0]);
    expect(light.sun.castShadow).toBe(detail !== "low");
  });

  it("keeps the world's own sun at the world's own hour", () => {
    const air = new Atmosphere();
    const light = new Daylight(new Scene(), air, SKY, "low");
    light.setTime(9.5);
    expect(air.sun.value.y).toBeCloseTo(0.5);
    expect(air.dusk.value).toBe(0);
  });

  it("turns to dusk in the evening and back again", () => {
    const air = new Atmosphere();
    const light = new Daylight(new Scene(), air, SKY, "low");
    light.setTime(21);
    expect(air.dusk.value).toBe(1);
    expect(light.sun.intensity).toBeLessThan(1);
    light.setTime(null);
    expect(air.dusk.value).toBe(0);
  });
});
