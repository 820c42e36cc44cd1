import { beforeEach, describe, expect, it } from "vitest";

import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import { aClusterFleet, aTwoClusterFleet, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import { liveText } from "../../test/support/pretended-hub-chart.ts";

describe("hubs on clusters, when something comes in between", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;

  beforeEach(async () => {
    fleet = await aClusterFleet(aTwoClusterFleet());
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
  });

  const platform = { charts: { jupyterhub: { version: "4.4.0" } } };

  it.each(["secrets", "configmaps", "deployments", "pods", "leases", "namespaces"])(
    "are brought to an end by the next promotion, where %s could not be written the first time",
    async (resource) => {
      const id = await fleet.bundle();
      cloud.forbids = (deed) => deed.verb === "patch" && deed.resource === resource;
      const first = await fleet.promote(id);
      cloud.forbids = () => false;

      const again = await fleet.promote(id);

      expect(first.results).toMatchObject([{ hub: "alpha", kind: "failed" }]);
      expect(again.results.map(({ kind }) => kind)).toEqual(["done", "done"]);
      expect((await fleet.plan()).changes).toEqual([]);
    },
  );

  it.each(["secrets", "leases"])("get new live settings at the next apply, where %s stood still", async (resource) => {
    await fleet.promote(await fleet.bundle());
    await fleet.become((now) => now.withPlatform({ ...platform, announcement: "Friday" }));
    cloud.forbids = (deed) => deed.verb === "patch" && deed.resource === resource;
    const first = await fleet.apply();
    cloud.forbids = () => false;

    const again = await fleet.apply();

    expect(first).toMatchObject([
      { target: "hub/alpha", kind: "failed", errors: [{ code: "CLUSTER_DENIED" }] },
      { target: "hub/beta", kind: "changed" },
    ]);
    expect(again).toMatchObject([{ kind: "changed" }, { kind: "unchanged" }]);
    expect(liveText(cloud, "alpha")).toContain("Friday");
  });

  it("are brought to an end from wherever a command was killed", async () => {
    await fleet.promote(await fleet.bundle());
    let kills = 0;
    for (let isKilled = true; isKilled; kills += 1) {
      const most = kills;
      const [announcement, version] = [`call ${most}`, most % 2 === 0 ? "4.5.0" : "4.4.0"];
      await fleet.become((now) => now.withPlatform({ charts: { jupyterhub: { version } }, announcement }));
      const id = await fleet.bundle();
      let writes = 0;
      // From then on nothing arrives any more, not even that the lease is given back.
      cloud.forbids = ({ verb }) => ["patch", "delete"].includes(verb) && (writes += 1) > most;
      await fleet.promote(id);
      isKilled = writes > most;
      cloud.forbids = () => false;

      await fleet.promote(id);

      expect((await fleet.plan()).changes, `after ${most} writes`).toEqual([]);
      expect(liveText(cloud, "alpha")).toContain(announcement);
    }
    expect(kills).toBeGreaterThan(10);
  }, 60_000);

  it("are changed by one of two clones at a time, and end as both want them", async () => {
    await fleet.promote(await fleet.bundle());
    const other = await aClusterFleet(aTwoClusterFleet(), fleet);
    for (const clone of [fleet, other]) {
      await clone.become((now) => now.withPlatform({ ...platform, announcement: "Friday" }));
    }

    const both = await Promise.all([fleet.apply(), other.apply()]);
    await fleet.apply();

    const codes = both.flat().flatMap((one) => (one.kind === "failed" ? one.errors.map(({ code }) => code) : []));
    expect(codes.filter((code) => code !== "HUB_LEASE_HELD")).toEqual([]);
    expect(liveText(cloud, "alpha")).toContain("Friday");
    expect([(await fleet.plan()).changes, (await other.plan()).changes]).toEqual([[], []]);
  });
});
