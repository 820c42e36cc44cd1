import { beforeEach, describe, expect, it } from "vitest";

import { aKubernetesFleet } from "../../test/support/a-kubernetes-hub.ts";
import { aLocalWorld, type PretendedMachine } from "../../test/support/a-local-world.ts";
import { type ClusterMemory, createClusterMemory } from "../adapters/kubernetes/cluster-memory.ts";
import { ownLabels } from "../runtime/kubernetes/kubernetes-labels.ts";
import { annotationsOf } from "../runtime/kubernetes/remote-applied.ts";
import type { App, Destroyed } from "./use-cases.ts";

type Keys = Readonly<Record<string, unknown>>;

describe("destroying a hub on Kubernetes", () => {
  const builder = aKubernetesFleet();
  const { uuid } = builder.build();
  const own = ownLabels({ name: "alpha", stage: "staging" }, { uuid });
  let cluster: ClusterMemory;
  let world: PretendedMachine;
  let app: App;

  const give = (apiVersion: string, kind: string, name: string, metadata: Keys = {}, rest: Keys = {}): void => {
    const place = kind === "Namespace" ? {} : { namespace: "alpha" };
    const object = { apiVersion, kind, metadata: { name, ...place, ...metadata }, ...rest };
    cluster.give(object, { manager: "test", takesOver: true, isTrial: false });
  };
  const claim = (name: string, metadata: Keys): void =>
    give("v1", "PersistentVolumeClaim", name, metadata, { status: { capacity: { storage: "1Gi" } } });
  const release = (name: string, labels: Keys, objects: readonly Keys[] = []): void =>
    give(
      "v1",
      "Secret",
      `sh.helm.release.v1.${name}.v1`,
      { labels: { owner: "helm", name, status: "deployed", version: "1", ...labels } },
      { stringData: { release: JSON.stringify({ objects, chart: { name, version: "1" }, values: {} }) } },
    );

  beforeEach(async () => {
    world = aLocalWorld();
    cluster = createClusterMemory({ now: () => world.clock.now() });
    const server = "https://cloud.example.org:6443";
    world.contexts.push({ context: "cloud", server, certificateAuthority: undefined, cluster });
    app = await world.open(builder);
    give("v1", "Namespace", "alpha", { labels: own });
    const at = "2026-11-21T09:00:00Z";
    const bundle = { id: "2026.11.20-1", digest: "sha256:1" };
    const annotations = annotationsOf({ parts: {}, revisions: { alpha: 1 }, bundle, since: at, at, renderer: "1" });
    give("v1", "Secret", "hubfleet-applied", { labels: own, annotations });
    for (const name of ["hubfleet-made", "hubfleet-current"]) give("v1", "Secret", name, { labels: own });
    give("v1", "ConfigMap", "hubfleet-code-1", { labels: own });
    give("v1", "Pod", "hub-1", { labels: { component: "hub", release: "alpha" } });
    give("v1", "Pod", "jupyter-ada", { labels: { component: "singleuser-server" } });
    release("alpha", { "hubfleet.io/fleet": uuid, "hubfleet.io/hub": "alpha" }, [
      { apiVersion: "v1", kind: "Pod", name: "hub-1", namespace: "alpha" },
    ]);
    const helm = { "app.kubernetes.io/managed-by": "Helm", release: "alpha" };
    claim("hub-db-dir", { labels: helm, annotations: { "helm.sh/resource-policy": "keep" } });
    claim("claim-ada", {
      labels: { component: "singleuser-storage" },
      annotations: { "hub.jupyter.org/username": "ada" },
    });
  });

  const destroy = async (deleteHomes = false): Promise<Destroyed> =>
    app.destroy(await app.present(["hub/alpha"]), { deleteHomes, deleteEnvironments: false }, world.watch);
  const left = (): readonly string[] =>
    ["Pod", "ConfigMap", "Secret", "PersistentVolumeClaim"]
      .flatMap((kind) => cluster.select({ apiVersion: "v1", kind, namespace: "alpha" }))
      .concat(cluster.select({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: "alpha" }))
      .map(({ metadata }) => metadata.name);
  const namespaces = (): readonly string[] =>
    cluster.select({ apiVersion: "v1", kind: "Namespace" }).map(({ metadata }) => metadata.name);

  it("ends everything and keeps people's disks, the database and secrets", async () => {
    expect(await app.running(["alpha"])).toEqual(["alpha"]);

    const { hubs, rest } = await destroy();

    expect(left()).toEqual(["hubfleet-made", "claim-ada", "hub-db-dir"]);
    expect(rest).toBeUndefined();
    expect(hubs).toMatchObject([{ hub: "alpha", wasDown: false, leftBehind: [] }]);
    expect(hubs[0]?.kept.map(({ what, bytes }) => [what, bytes])).toEqual([
      ["home of ada", 1024 ** 3],
      ["database", 1024 ** 3],
      ["secrets", 0],
    ]);
    expect(await app.running(["alpha"])).toEqual([]);
    expect((await destroy()).hubs).toMatchObject([{ wasDown: true, leftBehind: [] }]);
  });

  it("deletes disks, secrets and the namespace when asked to", async () => {
    expect((await destroy(true)).hubs).toMatchObject([{ kept: [], leftBehind: [] }]);

    expect(left()).toEqual([]);
    expect(namespaces()).not.toContain("alpha");
    expect((await destroy(true)).hubs).toMatchObject([{ wasDown: true, kept: [], leftBehind: [] }]);
  });

  it("leaves what is somebody else's, and the namespace for it", async () => {
    give("v1", "ConfigMap", "theirs");
    release("other", {});
    claim("data", {});

    const { hubs } = await destroy(true);

    expect(left()).toEqual(["theirs", "sh.helm.release.v1.other.v1", "data"]);
    expect(namespaces()).toContain("alpha");
    expect(hubs[0]?.leftBehind).toEqual([]);
    expect(hubs[0]?.kept).toMatchObject([{ what: expect.stringContaining("ConfigMap theirs") as string }]);
  });

  it("changes nothing where Helm would delete the database", async () => {
    claim("hub-db-dir", { labels: { "app.kubernetes.io/managed-by": "Helm", release: "alpha" } });
    const before = left();

    await expect(destroy()).rejects.toMatchObject({ code: "DISKS_UNPROTECTED" });

    expect(left()).toEqual(before);
    expect((await destroy(true)).hubs).toMatchObject([{ leftBehind: [] }]);
  });

  it("names what a finalizer keeps", async () => {
    give("v1", "Pod", "jupyter-ada", {
      labels: { component: "singleuser-server" },
      finalizers: ["example.org/backup"],
    });

    const { hubs } = await destroy();

    expect(hubs[0]?.leftBehind).toEqual([
      "Pod jupyter-ada (kept by finalizer example.org/backup) in namespace alpha of cluster cloud",
    ]);
  });

  it("changes nothing while the cluster does not answer", async () => {
    cluster.failure = "CLUSTER_UNREACHABLE";

    await expect(destroy()).rejects.toMatchObject({ code: "CLUSTER_UNREACHABLE" });

    cluster.failure = undefined;
    expect(left()).toContain("hub-1");
  });

  it("is ended by the same command when it was killed anywhere", async () => {
    const take = cluster.take.bind(cluster);
    for (let survived = 0; survived < 12; survived++) {
      let taken = 0;
      cluster.take = (reference) => {
        if (taken >= survived) throw new Error("killed");
        taken += 1;
        return take(reference);
      };
      await destroy(true).catch(() => undefined);
      cluster.take = take;
    }

    expect((await destroy(true)).hubs).toMatchObject([{ kept: [], leftBehind: [] }]);
    expect(namespaces()).not.toContain("alpha");
  });

  describe("whose file is gone", () => {
    const goneDestroy = async (...targets: readonly string[]): Promise<Destroyed> =>
      app.destroy(await app.present(targets), { deleteHomes: false, deleteEnvironments: false }, world.watch);

    beforeEach(async () => {
      const { hubs, clusters } = builder.build();
      const [hub, of] = [hubs.get("alpha"), clusters.get("cloud")];
      const applied = { version: 1, hub, cluster: of, images: {}, releases: {}, objects: [], code: {} };
      const data = { "applied.json": Buffer.from(JSON.stringify(applied)).toString("base64") };
      const secret = cluster.find({ apiVersion: "v1", kind: "Secret", namespace: "alpha", name: "hubfleet-applied" });
      give("v1", "Secret", "hubfleet-applied", { labels: own, annotations: secret?.metadata.annotations }, { data });
      app = await world.open(builder.without("hubs/alpha.yaml"));
    });

    it.each(["hub/alpha", "alpha", "cluster/cloud"])("goes as it was applied, named by %s", async (target) => {
      expect(await app.present([target])).toEqual(["alpha"]);
      expect(await app.running(["alpha"])).toEqual(["alpha"]);

      const { hubs } = await goneDestroy(target);

      expect(hubs).toMatchObject([{ hub: "alpha", wasDown: false, leftBehind: [] }]);
      expect(left()).toEqual(["hubfleet-made", "claim-ada", "hub-db-dir"]);
    });

    it("is a remark of the plan, and nothing that apply does", async () => {
      const { changes, remarks } = await app.plan(await app.selectAnywhere([]));

      expect(changes.filter(({ target }) => target === "hub/alpha")).toEqual([]);
      expect(remarks.join("\n")).toContain(
        "hub/alpha is in namespace alpha of cluster cloud, and its file is gone: hubfleet destroy hub/alpha",
      );
    });

    it("is said to be disks and secrets when it was taken down before", async () => {
      await goneDestroy("hub/alpha");

      await expect(app.present(["hub/alpha"])).rejects.toMatchObject({
        code: "UNKNOWN_TARGET",
        message: expect.stringContaining(
          "disks and secrets of hub/alpha are in namespace alpha of cluster cloud",
        ) as string,
      });
    });

    it("is no reason to guess while its cluster does not answer", async () => {
      cluster.failure = "CLUSTER_UNREACHABLE";

      const unreachable = { problems: [{ code: "CLUSTER_UNREACHABLE" }] };
      await expect(app.present(["hub/alpha"])).rejects.toMatchObject(unreachable);
      await expect(app.present(["cluster/cloud"])).rejects.toMatchObject(unreachable);
    });

    it("is not found where the file of its cluster is gone, too, and how it would be is said", async () => {
      app = await world.open(builder.without("hubs/alpha.yaml").without("clusters/cloud.yaml"));

      await expect(app.present(["hub/alpha"])).rejects.toMatchObject({
        code: "UNKNOWN_TARGET",
        hint: expect.stringContaining("put that back first") as string,
      });
    });
  });

  it("leaves a hub alone that somebody else installed and nobody took over", async () => {
    cluster.take({ apiVersion: "v1", kind: "Secret", namespace: "alpha", name: "hubfleet-applied" });
    release("alpha", {});
    const before = left();

    await expect(destroy(true)).rejects.toMatchObject({ code: "HUB_NOT_OURS" });

    expect(left()).toEqual(before);
  });
});
