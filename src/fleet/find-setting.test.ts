import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { findSetting } from "./find-setting.ts";

const reading = aFleet()
  .withGroup("base", { profiles: [{ id: "small", name: "Small", memoryLimit: "1G" }], culling: { idle: "30m" } })
  .withHub("alpha", {
    port: 18_000,
    groups: ["base"],
    chartValues: { jupyterhub: { ingress: { "example.org/size": "8m" } } },
  })
  .read();

describe("findSetting", () => {
  it.each([
    ["culling.idle", "30m"],
    ["profiles.small.memoryLimit", "1G"],
    ["basePath", "/alpha/"],
    ["chartValues.jupyterhub.ingress.example.org/size", "8m"],
    ["limits.cpuLimit", undefined],
  ])("finds %s", (key, value) => {
    expect(findSetting(reading, "hub/alpha", key).value).toBe(value);
  });

  it("finds everything, with an origin for each value", () => {
    const { origins } = findSetting(reading, "alpha", "");

    expect(origins.every(({ layers }) => layers.length > 0)).toBe(true);
    expect(origins.find(({ path }) => path === "profiles.small.memoryLimit")?.layers.at(-1)).toMatchObject({
      layer: "group/base",
      value: "1G",
      at: { path: "groups/base.yaml" },
    });
  });

  it("knows what was probably meant", () => {
    expect(() => findSetting(reading, "hub/alfa", "port")).toThrow('the fleet has no hub "alfa"');
    expect(() => findSetting(reading, "hub/alpha", "culling.idel")).toThrow('hubs have no setting "culling.idel"');
  });
});
