import { beforeEach, describe, expect, it } from "vitest";

import { aKubernetesFleet } from "../../test/support/a-kubernetes-hub.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import { type ClusterMemory, createClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import { annotationsOf } from "../runtime/kubernetes/remote-applied.ts";

const giving = { manager: "test", takesOver: true, isTrial: false };

describe("looking at hubs wherever they are", () => {
  const builder = aKubernetesFleet().withHub("near", { cluster: "here", port: 18000 });
  let cluster: ClusterMemory;
  let world: ReturnType<typeof aLocalWorld>;

  beforeEach(() => {
    cluster = createClusterMemory();
    world = aLocalWorld();
    const server = "https://cloud.example.org:6443";
    world.contexts.push({ context: "cloud", server, certificateAuthority: undefined, cluster });
  });

  const put = (...parts: readonly string[]): void => {
    const namespace = "alpha";
    cluster.give({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, giving);
    const bundle = { id: "2026.11.20-1", digest: "sha256:1" };
    const at = "2026-11-21T09:00:00Z";
    const annotations = annotationsOf({ parts: {}, revisions: { alpha: 1 }, bundle, since: at, at, renderer: "1" });
    const labels = { "hubfleet.io/fleet": builder.build().uuid };
    cluster.give(
      { apiVersion: "v1", kind: "Secret", metadata: { name: "hubfleet-applied", namespace, labels, annotations } },
      giving,
    );
    for (const component of parts) {
      const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
      const metadata = { name: `${component}-1`, namespace, labels: { component } };
      const spec = { nodeName: "one", containers: [{ name: component, image: "image:1" }] };
      cluster.give({ apiVersion: "v1", kind: "Pod", metadata, spec, status }, giving);
    }
  };

  it("shows hubs of this machine and of clusters together", async () => {
    put("hub", "proxy");
    const app = await world.open(builder);
    await app.up((await app.select([])).local, world.watch);

    const hubs = await app.status();

    expect(hubs.map(({ hub, health, runs }) => [hub, health, runs.split(" ")[0]])).toEqual([
      ["alpha", "healthy", "2026.11.20-1"],
      ["near", "healthy", "draft"],
    ]);
  });

  it("shows this machine's where the cluster does not answer", async () => {
    cluster.failure = "CLUSTER_UNREACHABLE";
    const app = await world.open(builder);
    await app.up((await app.select([])).local, world.watch);

    const hubs = await app.status();

    expect(hubs.map(({ hub, health }) => [hub, health])).toEqual([
      ["alpha", "unknown"],
      ["near", "healthy"],
    ]);
  });

  it("says why a hub on a cluster is not well", async () => {
    put("proxy");
    const app = await world.open(builder);

    expect(await app.why("alpha")).toMatchObject({
      hub: "alpha",
      verdict: "unknown",
      symptoms: ["there is no pod of the hub"],
    });
  });
});
