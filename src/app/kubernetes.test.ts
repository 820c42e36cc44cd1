import { beforeEach, describe, expect, it } from "vitest";

import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import { chartRepositories } from "../fleet/chart-repositories.ts";
import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import { aClusterFleet, aTwoClusterFleet, clusterHub, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import { liveText } from "../../test/support/pretended-hub-chart.ts";

const platform = { charts: { jupyterhub: { version: "4.4.0" } } };
const secretKind = { apiVersion: "v1", kind: "Secret" };
const access = { login: { kind: "sign-up" }, users: ["grace"], admins: ["ada"] };
const withUsers =
  (...users: readonly string[]) =>
  (now: FleetBuilder): FleetBuilder =>
    now.withHub("alpha", clusterHub("alpha", "cloud", { access: { ...access, users } }));

describe("hubs on clusters", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;
  let campus: ClusterMemory;

  beforeEach(async () => {
    fleet = await aClusterFleet(aTwoClusterFleet());
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
    campus = fleet.clusters.get("campus") as ClusterMemory; // and this
  });

  const revisions = (cluster: ClusterMemory): readonly (string | undefined)[] =>
    cluster
      .select({ ...secretKind, labels: { owner: "helm" } })
      .map(({ metadata }) => `${metadata.labels?.["name"]} ${metadata.labels?.["version"]}`);
  const alphaUsers = (): unknown => Object(JSON.parse(liveText(cloud, "alpha"))).access.users;
  const promoted = async (): Promise<string> => {
    const id = await fleet.bundle();
    await fleet.promote(id);
    return id;
  };

  it("wait for a bundle, and take none that nobody gave them", async () => {
    const plan = await fleet.plan();

    expect(plan.changes).toEqual([]);
    expect(plan.waiting.map(({ target }) => target)).toEqual(["hub/alpha", "hub/beta"]);
    await expect(fleet.apply()).rejects.toMatchObject({ code: "NO_BUNDLE_GIVEN" });
    expect(cloud.select({ apiVersion: "v1", kind: "Namespace" })).toHaveLength(2);
  });

  it("are as promoted: nothing is left to do, and the same is planned twice", async () => {
    const id = await fleet.bundle();

    const promotion = await fleet.promote(id);

    expect(promotion).toMatchObject({ kind: "entered", results: [{ kind: "done" }, { kind: "done" }] });
    expect([revisions(cloud), revisions(campus)]).toEqual([["alpha 1"], ["beta 1"]]);
    const plans = [await fleet.plan(), await fleet.plan()];
    expect(plans[0]).toMatchObject({ changes: [], waiting: [], hubs: ["alpha", "beta"] });
    expect(JSON.stringify(plans[1])).toBe(JSON.stringify(plans[0]));
    expect(await fleet.apply()).toMatchObject([{ kind: "unchanged" }, { kind: "unchanged" }]);
  });

  it("get back what somebody deleted", async () => {
    await promoted();
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", name: "hub", namespace: "alpha" };
    cloud.take(deployment);

    const plan = await fleet.plan();
    const outcomes = await fleet.apply();

    expect(plan.changes).toMatchObject([{ target: "hub/alpha", because: ["Deployment hub is not there any more"] }]);
    expect(outcomes).toMatchObject([{ kind: "changed" }, { kind: "unchanged" }]);
    expect(cloud.find(deployment)).toBeDefined();
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it("get a user who is committed as live settings alone: no release, and no other hub", async () => {
    await promoted();
    const before = JSON.stringify(campus.select(secretKind));
    fleet.synced.length = 0;
    await fleet.become(withUsers("grace", "mary"));

    const plan = await fleet.plan();
    const outcomes = await fleet.apply();

    expect(plan.changes).toMatchObject([{ target: "hub/alpha", part: "live settings", effect: "none" }]);
    expect(outcomes).toMatchObject([
      { target: "hub/alpha", kind: "changed" },
      { target: "hub/beta", kind: "unchanged" },
    ]);
    expect(alphaUsers()).toEqual(["grace", "mary"]);
    expect(revisions(cloud)).toEqual(["alpha 1"]);
    expect(fleet.synced).toEqual(["alpha"]);
    expect(JSON.stringify(campus.select(secretKind))).toBe(before);
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it("keep gated settings that are only committed waiting for a bundle", async () => {
    await promoted();
    await fleet.become((now) => now.withPlatform({ charts: { jupyterhub: { version: "4.5.0" } } }));

    const plan = await fleet.plan();
    await fleet.apply();

    expect(plan).toMatchObject({ changes: [], waiting: [{ target: "hub/alpha", part: "gated settings" }, {}] });
    expect(revisions(cloud)).toEqual(["alpha 1"]);
    await promoted();
    expect(revisions(cloud)).toEqual(["alpha 2"]);
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it("are planned as `apply` would take them: not with values that their chart refuses", async () => {
    const reference = { name: "jupyterhub", repository: chartRepositories["jupyterhub"] ?? "", version: "4.4.0" };
    const schema = { properties: { hub: { properties: { pdb: { type: "object" } } } } };
    fleet.machine.charts.publish(reference, `sha256:${"440".padStart(64, "0")}`, { schema });
    await promoted();
    const chartValues = { jupyterhub: { hub: { pdb: "none" } } };
    await fleet.become((now) => now.withHub("alpha", clusterHub("alpha", "cloud", { chartValues })));

    const plan = await fleet.plan();
    const outcomes = await fleet.apply();

    const refused = [{ code: "CHART_VALUE_INVALID", message: expect.stringContaining('"hub.pdb"') }];
    expect(plan).toMatchObject({ changes: [], unseen: [{ target: "hub/alpha", errors: refused }] });
    expect(outcomes).toMatchObject([{ target: "hub/alpha", kind: "failed", errors: refused }, { kind: "unchanged" }]);
    expect(revisions(cloud)).toEqual(["alpha 1"]);
  });

  it("are looked after one by one by who may look into some namespaces only", async () => {
    await fleet.become((now) => now.withHub("gamma", clusterHub("gamma", "cloud")));
    await promoted();
    cloud.forbids = ({ namespace }) => namespace !== "alpha";
    await fleet.become((now) => withUsers("grace", "mary")(now).withHub("gamma", clusterHub("gamma", "cloud")));

    const plan = await fleet.plan();
    const outcomes = await fleet.apply("hub/alpha");

    expect(plan.changes).toMatchObject([{ target: "hub/alpha", part: "live settings" }]);
    expect(plan.unseen).toMatchObject([{ target: "hub/gamma", errors: [{ code: "CLUSTER_DENIED" }] }]);
    expect(outcomes).toMatchObject([{ target: "hub/alpha", kind: "changed" }]);
    expect(alphaUsers()).toEqual(["grace", "mary"]);
  });

  it("get nothing that is not committed", async () => {
    const id = await fleet.bundle();
    await fleet.become(withUsers("grace", "mary"), false);

    await expect(fleet.promote(id)).rejects.toMatchObject({ code: "CLONE_DIRTY" });
    expect(revisions(cloud)).toEqual([]);
    await fleet.become(withUsers("grace"), false);
    await fleet.promote(id);
    await fleet.become(withUsers("grace", "mary"), false);

    await expect(fleet.apply()).rejects.toMatchObject({
      code: "CLONE_DIRTY",
      message: expect.stringContaining("hubs/alpha.yaml"),
    });
    expect((await fleet.plan()).changes).toMatchObject([{ target: "hub/alpha", part: "live settings" }]);
    expect(alphaUsers()).toEqual(["grace"]);
  });

  it("are not taken back by a clone that has not what they have", async () => {
    await promoted();
    await fleet.become(withUsers("grace", "mary"));
    await fleet.apply();
    const behind = await aClusterFleet(aTwoClusterFleet(), fleet);

    const outcomes = await behind.apply();

    expect(outcomes).toMatchObject([
      { target: "hub/alpha", kind: "failed", errors: [{ code: "CLONE_BEHIND" }] },
      { target: "hub/beta", kind: "unchanged" },
    ]);
    expect(alphaUsers()).toEqual(["grace", "mary"]);
  });

  it("are the same from another clone that is up to date", async () => {
    await promoted();
    const other = await aClusterFleet(aTwoClusterFleet(), fleet);

    expect((await other.plan()).changes).toEqual([]);
    expect(await other.apply()).toMatchObject([{ kind: "unchanged" }, { kind: "unchanged" }]);
  });

  it.each(["CLUSTER_UNREACHABLE", "CLUSTER_LOGIN"] as const)("go on beside a cluster with %s", async (failure) => {
    await promoted();
    await fleet.become((now) => now.withPlatform({ ...platform, announcement: "Friday" }));
    campus.failure = failure;

    const plan = await fleet.plan();
    const outcomes = await fleet.apply();

    expect(plan.changes.map(({ target }) => target)).toEqual(["hub/alpha"]);
    expect(plan.unseen).toMatchObject([{ target: "hub/beta", errors: [{ code: failure }] }]);
    expect(outcomes).toMatchObject([
      { target: "hub/alpha", kind: "changed" },
      { target: "hub/beta", kind: "failed", errors: [{ code: failure }] },
    ]);
    expect(liveText(cloud, "alpha")).toContain("Friday");
    campus.failure = undefined;
    expect(await fleet.apply()).toMatchObject([{ kind: "unchanged" }, { kind: "changed" }]);
    expect(liveText(campus, "beta")).toContain("Friday");
  });

  it("come back when somebody took their release away", async () => {
    await promoted();
    for (const { metadata } of cloud.select({ ...secretKind, labels: { owner: "helm" } })) {
      cloud.take({ ...secretKind, name: metadata.name, namespace: "alpha" });
    }
    cloud.take({ apiVersion: "apps/v1", kind: "Deployment", name: "hub", namespace: "alpha" });

    const plan = await fleet.plan();
    await fleet.apply();

    expect(plan.changes).toMatchObject([{ action: "create", part: "release alpha" }]);
    expect(cloud.select({ apiVersion: "apps/v1", kind: "Deployment", namespace: "alpha" })).toHaveLength(2);
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it("are applied by a saved plan while they are as it says, and held when they are not", async () => {
    await promoted();
    await fleet.become((now) => now.withPlatform({ ...platform, announcement: "Friday" }));
    const saved = await fleet.plan();
    await fleet.become(withUsers("grace", "mary"));

    const outcomes = await fleet.app().apply(await fleet.app().selectAnywhere([]), fleet.machine.watch, saved);

    expect(outcomes).toMatchObject([
      { target: "hub/alpha", kind: "held" },
      { target: "hub/beta", kind: "changed" },
    ]);
    expect(alphaUsers()).toEqual(["grace"]);
  });
});
