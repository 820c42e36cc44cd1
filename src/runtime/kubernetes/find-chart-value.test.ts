import { describe, expect, it } from "vitest";

import { aKubernetesFleet, renderAlpha } from "../../../test/support/a-kubernetes-hub.ts";
import { findChartValue, isChartKey } from "./find-chart-value.ts";

const builder = aKubernetesFleet({
  culling: { idle: "2h" },
  chartValues: { jupyterhub: { hub: { resources: { requests: { cpu: "2" } } } } },
});
const find = (key: string): ReturnType<typeof findChartValue> => {
  const fleet = builder.build();
  return findChartValue(renderAlpha(builder), key, { hub: { name: "alpha", cluster: "cloud" }, fleet });
};

describe("the origin of a chart's value", () => {
  it("is the line of the setting that it follows from", () => {
    const { value, origins } = find("jupyterhub.cull.timeout");

    expect(value).toBe(7200);
    expect(origins[0]?.layers).toEqual([
      { layer: "from culling.idle", value: 7200, at: expect.objectContaining({ path: "hubs/alpha.yaml" }) as unknown },
    ]);
  });

  it("is hubfleet with its reason", () => {
    expect(find("jupyterhub.prePuller.hook.enabled").origins[0]?.layers[0]?.layer).toMatch(/^hubfleet: /);
  });

  it("is the operator's line, with what it would be otherwise before it", () => {
    const layers = find("jupyterhub.hub.resources.requests.cpu").origins[0]?.layers;

    expect(layers).toEqual([
      { layer: "hubfleet", value: "100m" },
      { layer: "hub/alpha", value: "2", at: expect.objectContaining({ path: "hubs/alpha.yaml" }) as unknown },
    ]);
  });

  it("is told for all that is below a key, and for keys with dots in them", () => {
    expect(find("jupyterhub.cull").origins.map(({ path }) => path)).toEqual([
      "jupyterhub.cull.enabled",
      "jupyterhub.cull.every",
      "jupyterhub.cull.maxAge",
      "jupyterhub.cull.timeout",
    ]);
    expect(find("jupyterhub.hub.labels.hubfleet.io/hub").value).toBe("alpha");
  });

  it("is asked for by the names of the charts alone", () => {
    expect(["jupyterhub", "dask-gateway.gateway", "jupyterhubs", "culling.idle"].map(isChartKey)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
