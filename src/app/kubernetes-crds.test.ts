import { beforeEach, describe, expect, it } from "vitest";

import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import { aClusterFleet, aTwoClusterFleet, clusterHub, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import { aCrd, type CrdVersion } from "../../test/support/kubernetes/a-crd.ts";
import { chartRepositories } from "../fleet/chart-repositories.ts";
import type { KubernetesObject } from "../ports/kubernetes.ts";

const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "looks.look.example.org" };
const withDask = (tree: FleetBuilder): FleetBuilder =>
  tree
    .withPlatform({ charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "1.0.0" } } })
    .withHub("alpha", clusterHub("alpha", "cloud", { dask: {} }))
    .withHub("beta", clusterHub("beta", "cloud", { dask: {} }));

describe("definitions of kinds that charts bring", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;

  beforeEach(async () => {
    fleet = await aClusterFleet(withDask(aTwoClusterFleet()));
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
    publish("1.0.0", [{ name: "v1", fields: ["a"] }]);
  });

  const publish = (version: string, versions: readonly CrdVersion[], type = "string"): void =>
    fleet.machine.charts.publish(
      { name: "dask-gateway", repository: chartRepositories["dask-gateway"] ?? "", version },
      `sha256:${version.replaceAll(".", "").padStart(64, "d")}`,
      {},
      [aCrd(versions, "looks", type)],
    );
  const give = (object: KubernetesObject): KubernetesObject =>
    cloud.give(object, { manager: "somebody", takesOver: true, isTrial: false });
  const promoted = async (): Promise<void> => void (await fleet.promote(await fleet.bundle()));
  const versions = (): unknown => Object(cloud.find(crd)?.["spec"]).versions;
  const take = async (version: string): Promise<void> => {
    await fleet.become((tree) =>
      tree.withPlatform({ charts: { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version } } }),
    );
  };

  it("come with the first hub, labelled, and nothing is left to plan", async () => {
    await promoted();

    expect(versions()).toMatchObject([{ name: "v1", storage: true }]);
    expect(cloud.find(crd)?.metadata.labels).toMatchObject({ "app.kubernetes.io/managed-by": "hubfleet" });
    expect(await fleet.plan()).toMatchObject({ changes: [], remarks: [], unseen: [] });
  });

  it("cost a plan in which nothing changed one list, and neither chart nor definition", async () => {
    await promoted();
    const asked: string[] = [];
    cloud.forbids = ({ verb, resource }) => {
      if (resource === "customresourcedefinitions") asked.push(verb);
      return false;
    };
    fleet.machine.charts.find = () => Promise.reject(new Error("a chart was read"));

    await fleet.plan();

    expect(asked).toEqual(["list"]);
  });

  it("come back where somebody deleted them, with the hubs that they touch", async () => {
    await promoted();
    cloud.take(crd);

    const plan = await fleet.plan();
    const outcomes = await fleet.apply("hub/alpha");

    expect(plan.changes).toMatchObject([
      {
        target: "cluster/cloud",
        action: "create",
        part: "definitions of chart dask-gateway 1.0.0",
        because: ["looks.look.example.org", "hub/alpha, hub/beta need it"],
      },
    ]);
    expect(outcomes).toMatchObject([
      { target: "cluster/cloud", kind: "changed" },
      { target: "hub/alpha", kind: "unchanged" },
    ]);
    expect(versions()).toMatchObject([{ name: "v1" }]);
    expect((await fleet.plan()).changes).toEqual([]);
  });

  it("become wider for a hub's next chart and keep what others have", async () => {
    give(
      aCrd([
        { name: "v1alpha1", fields: ["old"] },
        { name: "v1", fields: ["a", "others"] },
      ]),
    );
    await promoted();
    expect(cloud.find(crd)?.metadata.labels?.["hubfleet.io/fleet"]).toBeUndefined();
    publish("1.1.0", [
      { name: "v1", fields: ["a", "b"] },
      { name: "v2", fields: ["a"] },
    ]);
    await take("1.1.0");
    await promoted();

    expect(versions()).toMatchObject([
      { name: "v1alpha1", served: true },
      {
        name: "v1",
        schema: { openAPIV3Schema: { properties: { spec: { properties: { a: {}, b: {}, others: {} } } } } },
      },
      { name: "v2", served: true },
    ]);
    await take("1.0.0");
    const before = cloud.find(crd);
    await promoted();
    expect(cloud.find(crd)).toEqual(before);
  });

  it("are left alone where they are wide enough, whoever made them", async () => {
    const there = give(aCrd([{ name: "v1", fields: ["a", "more"] }]));

    await promoted();

    expect(cloud.find(crd)).toEqual(there);
  });

  it("say what their change touches: hubs of this fleet and of others", async () => {
    await promoted();
    const { labels, annotations } =
      cloud.find({ apiVersion: "v1", kind: "Secret", name: "hubfleet-applied", namespace: "beta" })?.metadata ?? {};
    give({ apiVersion: "v1", kind: "Namespace", metadata: { name: "foreign" } });
    give({
      ...{ apiVersion: "v1", kind: "Secret" },
      metadata: {
        ...{ name: "hubfleet-applied", namespace: "foreign", annotations: annotations ?? {} },
        labels: { ...labels, "hubfleet.io/fleet": "another" },
      },
    });
    cloud.take(crd);

    const plan = await fleet.app().plan(await fleet.app().selectAnywhere(["hub/alpha"]));

    expect(plan.changes[0]?.because).toEqual([
      "looks.look.example.org",
      "hub/alpha needs it",
      "1 hub of other fleets, hub/beta use them, too",
    ]);
  });

  it("that exclude the chart's leave the hub as it is, and say why", async () => {
    give(aCrd([{ name: "v1", fields: ["a"] }], "looks", "integer"));
    const id = await fleet.bundle();

    const promotion = await fleet.promote(id);

    expect(promotion).toMatchObject({
      results: [
        {
          hub: "alpha",
          errors: [
            {
              code: "CRD_CONFLICT",
              message: expect.stringContaining("version v1: spec.a is integer there and string in the chart") as string,
            },
          ],
        },
      ],
    });
    expect(cloud.select({ apiVersion: "v1", kind: "Secret", labels: { owner: "helm" } })).toEqual([]);
  });

  it("are somebody else's to change where the operator may not, who then says by which command", async () => {
    await promoted();
    cloud.take(crd);
    cloud.forbids = ({ verb, resource }) => verb === "patch" && resource === "customresourcedefinitions";

    const outcomes = await fleet.apply();

    expect(outcomes).toMatchObject([
      {
        target: "cluster/cloud",
        kind: "failed",
        errors: [{ code: "CLUSTER_DENIED", hint: expect.stringContaining("hubfleet apply cluster/cloud") as string }],
      },
      { target: "hub/alpha", kind: "unchanged" },
      { target: "hub/beta", kind: "unchanged" },
    ]);
  });

  it("are taken as they are by who may not look at them", async () => {
    await promoted();
    cloud.forbids = ({ resource }) => resource === "customresourcedefinitions";

    expect(await fleet.plan()).toMatchObject({ changes: [], unseen: [] });
  });

  it("are looked at later where a chart is not on this machine", async () => {
    await promoted();
    cloud.take(crd);
    fleet.machine.charts.find = async () => undefined;

    const plan = await fleet.plan();

    expect(plan.remarks.join(" ")).toContain("cluster/cloud: chart dask-gateway 1.0.0 is not on this machine yet");
  });
});
