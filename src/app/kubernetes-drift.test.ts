import { beforeEach, describe, expect, it } from "vitest";

import type { ClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import { aClusterFleet, aTwoClusterFleet, type ClusterFleet } from "../../test/support/a-cluster-fleet.ts";
import type { DriftedHub } from "../operate/kubernetes/report-drift.ts";

type Keys = Readonly<Record<string, unknown>>;

const deployment = { apiVersion: "apps/v1", kind: "Deployment", name: "proxy", namespace: "alpha" };
const secret = { apiVersion: "v1", kind: "Secret", name: "hub", namespace: "alpha" };
const managedBy = 'metadata.labels["app.kubernetes.io/managed-by"]';
const never = new AbortController().signal;

describe("what somebody changed of a hub on a cluster", () => {
  let fleet: ClusterFleet;
  let cloud: ClusterMemory;

  beforeEach(async () => {
    fleet = await aClusterFleet(aTwoClusterFleet());
    cloud = fleet.clusters.get("cloud") as ClusterMemory; // the fleet has it
    await fleet.promote(await fleet.bundle());
  });

  const drift = async (): Promise<readonly DriftedHub[]> => {
    const app = fleet.app();
    return (await app.drift(await app.selectAnywhere([]), never)).hubs;
  };
  const mend = async (...targets: readonly string[]): Promise<unknown> => {
    const app = fleet.app();
    return app.mendDrift(await app.selectAnywhere(targets), fleet.machine.watch);
  };
  const edit = ({ metadata, ...fields }: Keys, of: typeof deployment = deployment): void => {
    const { apiVersion, kind, name, namespace } = of;
    const object = { apiVersion, kind, metadata: { name, namespace, ...Object(metadata) }, ...fields };
    cloud.give(object, { manager: "kubectl-edit", takesOver: true, isTrial: false });
  };

  it("is nothing after a promotion: objects of hubfleet and of Helm were looked at", async () => {
    expect(await drift()).toMatchObject([
      { target: "hub/alpha", objects: [], remarks: [], errors: [] },
      { target: "hub/beta", objects: [] },
    ]);
    expect((await drift())[0]?.looked).toBe(8);
  });

  it("is told by object and field with who did it, and put back", async () => {
    edit({ metadata: { labels: { "app.kubernetes.io/managed-by": "me" } } });

    const [alpha, beta] = await drift();

    expect(alpha?.objects).toMatchObject([
      {
        ...{ object: "Deployment proxy", release: "alpha", isGone: false },
        fields: [{ field: managedBy, kind: "changed", is: "me", wanted: "Helm", by: "kubectl-edit" }],
      },
    ]);
    expect(beta?.objects).toEqual([]);
    expect(await mend("hub/alpha")).toMatchObject([{ target: "hub/alpha", kind: "changed" }]);
    expect(cloud.find(deployment)?.metadata.labels).toEqual({ "app.kubernetes.io/managed-by": "Helm" });
    expect((await drift())[0]?.objects).toEqual([]);
    expect((await fleet.plan()).changes).toEqual([]);
    expect(await mend()).toMatchObject([{ kind: "unchanged" }, { kind: "unchanged" }]);
  });

  it("is never told with the value of a secret", async () => {
    edit({ data: { "values.yaml": Buffer.from("stolen-value").toString("base64") } }, secret);

    const text = JSON.stringify(
      (await drift()).map(({ objects }) => objects.map(({ object, fields }) => [object, fields])),
    );

    expect(text).toContain("Secret hub");
    expect(text).toContain("values.yaml");
    expect(text).not.toContain(Buffer.from("stolen-value").toString("base64"));
  });

  it("comes back when it was deleted", async () => {
    const role = { apiVersion: "v1", kind: "Secret", name: "hubfleet-current", namespace: "alpha" };
    cloud.take(role);

    expect((await drift())[0]?.objects).toMatchObject([{ object: "Secret hubfleet-current", isGone: true }]);
    await mend("hub/alpha");
    expect(cloud.find(role)).toBeDefined();
  });

  it("stays where somebody added it beside what hubfleet gives, and is named", async () => {
    edit({ spec: { paused: true } });

    expect((await drift())[0]?.objects).toMatchObject([{ fields: [{ field: "spec.paused", kind: "added" }] }]);
    expect(await mend("hub/alpha")).toMatchObject([{ kind: "unchanged" }]);
    expect(cloud.find(deployment)?.["spec"]).toMatchObject({ paused: true });
    expect(fleet.machine.watch.events.map(({ text }) => text)).toContain(
      "Deployment proxy: spec.paused stays, which somebody added",
    );
  });

  it("is not put back beside changes that wait", async () => {
    edit({ spec: { replicas: 3 } });
    await fleet.become((tree) =>
      tree.withHub("alpha", {
        ...{ cluster: "cloud", domain: "alpha.example.org", stage: "production", dask: { enabled: false } },
        access: { login: { kind: "sign-up" }, users: ["grace", "mary"], admins: ["ada"] },
      }),
    );

    expect(await mend("hub/alpha")).toMatchObject([{ kind: "held", why: expect.stringContaining("apply") as string }]);
  });

  it("is unknown where a cluster does not answer, of that one alone", async () => {
    cloud.failure = "CLUSTER_UNREACHABLE";

    expect(await drift()).toMatchObject([
      { target: "hub/alpha", errors: [{ code: "CLUSTER_UNREACHABLE" }] },
      { target: "hub/beta", objects: [], errors: [] },
    ]);
  });
});
