import { describe, expect, it } from "vitest";

import { aKubernetesFleet, renderAlpha } from "../../../test/support/a-kubernetes-hub.ts";
import type { HelmRecord } from "../../ports/helm.ts";
import { type Adoption, planAdoption } from "./plan-adoption.ts";
import { unwrapRecord } from "./unwrap-record.ts";

const daskhub: HelmRecord = {
  chart: { name: "daskhub", version: "2024.1.1" },
  parts: { jupyterhub: "3.2.1", "dask-gateway": "2024.1.0" },
  defaults: {
    rbac: { enabled: true },
    jupyterhub: { hub: { baseUrl: "/" }, singleuser: { storage: { type: "dynamic" } } },
    "dask-gateway": { gateway: { prefix: "/services/dask-gateway" } },
  },
  values: { jupyterhub: { cull: { timeout: 60 } }, "dask-gateway": { gateway: { loglevel: "DEBUG" } } },
};

/** What hubfleet's releases of "alpha" make of a daskhub that is installed as release "dhub". */
function adopt(record: HelmRecord, releases: Readonly<Record<string, string>>): Adoption {
  const builder = aKubernetesFleet({ releases });
  const fleet = builder.build();
  const hub = fleet.hubs.get("alpha");
  if (hub === undefined) throw new Error("there is a hub alpha");
  const found = renderAlpha(builder).releases.map((release) => ({ release, ...unwrapRecord(record, release.chart) }));
  return planAdoption({ hub, found, users: [], origins: fleet.origins });
}
const asThere = { jupyterhub: "dhub", daskGateway: "dhub-dask-gateway" };

describe("a release of a chart around the hub's", () => {
  it("is read as if each chart had been installed by itself", () => {
    expect(unwrapRecord(daskhub, "jupyterhub")).toEqual({
      record: {
        chart: { name: "jupyterhub", version: "3.2.1" },
        parts: {},
        defaults: daskhub.defaults["jupyterhub"],
        values: { cull: { timeout: 60 } },
      },
      wrapper: { name: "daskhub", version: "2024.1.1", parts: daskhub.parts },
    });
    const plain = { ...daskhub, chart: { name: "jupyterhub", version: "4.4.0" }, parts: {} };
    expect(unwrapRecord(plain, "jupyterhub")).toEqual({ record: plain, wrapper: undefined });
  });

  it("becomes a release of each, with what differs in either", () => {
    const { problems, differences } = adopt(daskhub, asThere);

    expect(problems).toEqual([]);
    expect(differences["dhub"]?.because.slice(0, 2)).toEqual([
      "it is part of the chart daskhub 2024.1.1, and gets a release of its own",
      "chart jupyterhub 3.2.1 → 4.4.0",
    ]);
    expect(differences["dhub-dask-gateway"]?.because.join("\n")).toMatch(
      /for seconds notebooks have no connection to their Dask clusters, which go on\nchart dask-gateway 2024\.1\.0 → [\s\S]*gateway\.loglevel: "DEBUG" → not set/,
    );
  });

  it("is refused where servers would know its gateway by another name", () => {
    expect(adopt(daskhub, { jupyterhub: "dhub" }).problems.join("\n")).toContain(
      'that servers know by the name "dhub-dask-gateway": set releases.daskGateway to it',
    );
  });

  it("is refused where it has more in it than the hub, unless that is switched off", () => {
    const more = { ...daskhub, parts: { ...daskhub.parts, prometheus: "1.0.0" } };

    expect(adopt(more, asThere).problems.join("\n")).toContain('with "prometheus" in it, which the hub does not have');
    expect(adopt({ ...more, values: { ...more.values, prometheus: { enabled: false } } }, asThere).problems).toEqual(
      [],
    );
  });
});
