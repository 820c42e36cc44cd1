import { describe, expect, it } from "vitest";

import { aFleet, type FleetBuilder } from "../../test/support/a-fleet.ts";
import { askedCharts } from "./asked-charts.ts";
import { freezeGated } from "./freeze-gated.ts";

const digest = `sha256:${"d".repeat(64)}`;
const far = {
  cluster: "cloud",
  domain: "far.example.org",
  access: { login: { kind: "sign-up" } },
  dask: { enabled: false },
};
/** Its images are made for the chart 4.4.0; no rule looks at them here. */
const onKubernetes = (hubs: Readonly<Record<string, object>> = {}): FleetBuilder =>
  Object.entries(hubs).reduce(
    (fleet, [name, keys]) => fleet.withHub(name, { ...far, ...keys }),
    aFleet()
      .withCluster("cloud", { provider: "kubeconfig" })
      .withGroup("old", { charts: { jupyterhub: { version: "4.3.0" } } })
      .withPlatform({
        charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "2026.3.0", digest } },
      }),
  );
const asked = (fleet: FleetBuilder): readonly (readonly unknown[])[] => {
  const reading = fleet.read();
  if (reading.fleet === undefined) throw new Error(reading.problems.map(({ message }) => message).join("\n"));
  return askedCharts(freezeGated(reading, "0".repeat(40)), reading.fleet).map(
    ({ key, version, digest: written, origin }) => [key, version, written, origin?.replace(/:\d+:\d+$/, "")],
  );
};

describe("charts that a bundle is made with", () => {
  it("are none while every hub is on this machine", () => {
    expect(asked(onKubernetes())).toEqual([]);
  });

  it("are those that hubs on Kubernetes are installed with, with the place that says so", () => {
    expect(asked(onKubernetes({ far: { dask: {} } }))).toEqual([
      ["dask-gateway", "2026.3.0", digest, "platform.yaml"],
      ["jupyterhub", "4.4.0", undefined, "platform.yaml"],
    ]);
    expect(asked(onKubernetes({ far: {} })).map(([key]) => key)).toEqual(["jupyterhub"]);
  });

  it("have their versions in the key where layers ask for several", () => {
    expect(asked(onKubernetes({ far: {}, older: { domain: "older.example.org", groups: ["old"] } }))).toEqual([
      ["jupyterhub@4.3.0", "4.3.0", undefined, "groups/old.yaml"],
      ["jupyterhub@4.4.0", "4.4.0", undefined, "platform.yaml"],
    ]);
  });

  it("are not those of a hub's own file, which no bundle freezes", () => {
    expect(asked(onKubernetes({ far: { charts: { jupyterhub: { version: "4.2.0" } } } }))).toEqual([]);
  });

  it("may stand beside the hub's own", () => {
    const shares = { repository: "https://charts.example.org", chart: "files", version: "1.2.3" };
    const fleet = onKubernetes({ far: { groups: ["more"] } }).withGroup("more", { extraCharts: { shares } });

    expect(asked(fleet)).toEqual([
      ["extra/shares", "1.2.3", undefined, "groups/more.yaml"],
      ["jupyterhub", "4.4.0", undefined, "platform.yaml"],
    ]);
  });
});
