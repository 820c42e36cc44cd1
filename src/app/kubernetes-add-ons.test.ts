import { beforeEach, describe, expect, it } from "vitest";

import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import { aClusterFleet, aTwoClusterFleet, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import { aCrd } from "../../test/support/kubernetes/a-crd.ts";
import type { Outcome } from "../apply/outcome.ts";
import type { KubernetesObject } from "../ports/kubernetes.ts";
import type { Plan } from "../plan/plan.ts";

type Keys = Readonly<Record<string, unknown>>;

describe("add-ons of a cluster", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;

  beforeEach(async () => {
    fleet = await aClusterFleet(aTwoClusterFleet());
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
    for (const version of ["1.0.0", "1.1.0"]) {
      const chart = { name: "traefik", repository: "https://traefik.github.io/charts", version };
      fleet.machine.charts.publish(chart, `sha256:${version.replaceAll(".", "").padStart(64, "e")}`, {}, [
        aCrd([{ name: "v1", fields: ["a"] }]),
      ]);
    }
    await write({ ingress: { version: "1.0.0" } });
  });

  const fetchChart = async (version: string): Promise<unknown> =>
    fleet.machine.charts.fetch(
      { name: "traefik", repository: "https://traefik.github.io/charts", version },
      new AbortController().signal,
    );
  const write = (addOns: Keys): Promise<void> =>
    fleet.become((tree) => tree.withCluster("cloud", { provider: "kubeconfig", addOns }));
  const plan = async (...targets: readonly string[]): Promise<Plan> => {
    const app = fleet.app();
    return app.plan(await app.selectAnywhere(targets), {
      remove: false,
      clusters: await app.selectClusters(targets),
    });
  };
  const apply = async (targets: readonly string[], saved?: Plan): Promise<readonly Outcome[]> => {
    const app = fleet.app();
    const clusters = await app.selectClusters(targets);
    return app.apply([], fleet.machine.watch, saved, { clusters });
  };
  const releases = (): readonly unknown[] =>
    cloud
      .select({ apiVersion: "v1", kind: "Secret", namespace: "traefik", labels: { owner: "helm" } })
      .map(({ metadata }) => `${metadata.labels?.["name"]} ${metadata.labels?.["version"]}`);

  it("are planned with the hubs that they are for, put in place with what they need, and then left alone", async () => {
    const charts = [...(await plan("cluster/cloud")).remarks];
    await fetchChart("1.0.0");
    const before = await plan("cluster/cloud");
    const outcomes = await apply(["cluster/cloud"]);

    expect(before.changes).toMatchObject([
      { part: "definitions of chart traefik 1.0.0", because: ["looks.look.example.org", "add-on ingress needs it"] },
      {
        ...{ target: "cluster/cloud", action: "create", part: "add-on ingress", effect: "none" },
        because: ["chart traefik 1.0.0", "for hub/alpha"],
        at: [{ path: "clusters/cloud.yaml" }],
      },
    ]);
    expect(charts).toEqual([expect.stringContaining("chart traefik 1.0.0 is not on this machine yet")]);
    expect(outcomes).toMatchObject([{ target: "cluster/cloud", kind: "changed" }]);
    expect(releases()).toEqual(["traefik 1"]);
    expect(await plan()).toMatchObject({ changes: [], remarks: [] });
    expect(await apply(["cluster/cloud"])).toMatchObject([{ kind: "unchanged" }]);
  });

  it("are nobody's business where another target is named", async () => {
    expect((await plan("hub/alpha")).changes).toEqual([]);
    expect((await plan("cluster/campus")).changes).toEqual([]);
  });

  it("are upgraded to what is written, with a word of what people feel", async () => {
    await apply([]);
    await write({ ingress: { version: "1.1.0" } });

    const { changes } = await plan();

    expect(changes).toMatchObject([
      { action: "update", effect: "proxy restarts", because: ["chart traefik 1.0.0 → 1.1.0", "for hub/alpha"] },
    ]);
    await apply([]);
    expect(releases()).toEqual(["traefik 2"]);
    await write({ ingress: { version: "1.1.0", values: { deployment: { replicas: 2 } } } });
    expect((await plan()).changes).toMatchObject([{ because: ["its values are others", "for hub/alpha"] }]);
  });

  it.each([
    ["another fleet's", { "hubfleet.io/fleet": "another" }, "it is another fleet's"],
    ["somebody's", {}, "somebody installed it"],
  ])("that are %s stay as they are", async (_whose, labels, words) => {
    give({ apiVersion: "v1", kind: "Namespace", metadata: { name: "traefik" } });
    give({
      ...{ apiVersion: "v1", kind: "Secret" },
      metadata: {
        ...{ name: "sh.helm.release.v1.traefik.v3", namespace: "traefik" },
        labels: { ...labels, owner: "helm", name: "traefik", version: "3", status: "deployed" },
      },
    });

    expect(await plan()).toMatchObject({
      changes: [],
      remarks: [`cluster/cloud: release traefik in traefik is left as it is: ${words}`],
    });
    expect(await apply([])).toMatchObject([{ kind: "unchanged" }]);
    expect(releases()).toEqual(["traefik 3"]);
  });

  it("run on when no file names them any more, and it is said how they go", async () => {
    await apply([]);
    await write({ spotTermination: { version: "1.0.0" } });

    expect((await plan()).remarks).toEqual([
      "cluster/cloud: add-on spotTermination goes with whoever provides the cluster; hubfleet does not install it",
      "cluster/cloud: add-on ingress is in no file any more and runs on; to take it away: helm uninstall traefik --namespace traefik",
    ]);
  });

  it("of a saved plan are held back where they are not as they were", async () => {
    const saved = await plan();
    await write({ ingress: { version: "1.1.0" } });

    expect(await apply(["cluster/cloud"], saved)).toMatchObject([{ target: "cluster/cloud", kind: "held" }]);
    expect(releases()).toEqual([]);
  });

  it("are left to who may look at the whole cluster", async () => {
    cloud.forbids = ({ resource, namespace }) => resource === "secrets" && namespace === undefined;

    expect(await plan("cluster/cloud")).toMatchObject({
      remarks: ["cluster/cloud: you may not look at the whole cluster, so its add-ons are left to who may"],
      unseen: [],
    });
    expect(await apply([])).toEqual([]);
  });

  it("of a cluster that does not answer are unseen, and fail alone", async () => {
    cloud.failure = "CLUSTER_UNREACHABLE";

    expect((await plan("cluster/cloud")).unseen).toContainEqual(
      expect.objectContaining({
        target: "cluster/cloud",
        errors: [expect.objectContaining({ code: "CLUSTER_UNREACHABLE" })],
      }),
    );
    expect(await apply([])).toMatchObject([{ target: "cluster/cloud", kind: "failed" }]);
  });

  function give(object: KubernetesObject): void {
    cloud.give(object, { manager: "somebody", takesOver: true, isTrial: false });
  }
});
