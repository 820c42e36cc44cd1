import { describe, expect, it } from "vitest";

import { aKubernetesFleet } from "../../../test/support/a-kubernetes-hub.ts";
import { makeCertificate } from "../../../test/support/certificates.ts";
import { createHelmMemory } from "../../adapters/helm/helm-memory.ts";
import { type ClusterMemory, createClusterMemory } from "../../adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../adapters/kubernetes/kubernetes-memory.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub, RemoteCluster } from "../../fleet/fleet.ts";
import type { Clusters } from "../../ports/clusters.ts";
import { clusterNeeds } from "./cluster-deeds.ts";
import { examineCluster } from "./examine-cluster.ts";
import type { DoctorLine } from "./line.ts";

const address = {
  context: "campus",
  server: "https://campus.example.org:6443",
  certificateAuthority: `sha256:${"a".repeat(64)}`,
};
const pins = { server: address.server, certificateAuthority: address.certificateAuthority };
const campus = (settings: Readonly<Record<string, unknown>>): RemoteCluster => ({
  name: "campus",
  provider: "kubeconfig",
  settings,
});

function aCluster(): ClusterMemory {
  const cluster = createClusterMemory({ identity: { user: "ada", groups: ["operators", "system:authenticated"] } });
  const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
  const fast = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "fast", annotations } };
  cluster.give(fast, { manager: "cluster", takesOver: false, isTrial: false });
  return cluster;
}

function examine(
  cluster: ClusterMemory,
  file: RemoteCluster,
  more: Partial<Clusters> = {},
  hubs: readonly Hub[] = [],
): Promise<readonly DoctorLine[]> {
  const clusters = {
    kubernetes: createKubernetesMemory({ contexts: [{ ...address, cluster }] }),
    helm: (major: "3" | "4") => createHelmMemory({ major, charts: {} }),
    ...more,
  };
  const signal = new AbortController().signal;
  return examineCluster({ cluster: file, hubs, clusters, now: new Date("2026-11-21T12:00:00Z"), signal });
}

const giving = { manager: "test", takesOver: false, isTrial: false };

function hubOf(domain: string): Readonly<Record<string, unknown>> {
  const charts = { jupyterhub: { version: "4.4.0" }, "dask-gateway": { version: "2026.3.0" } };
  return { cluster: "cloud", domain, charts, access: { login: { kind: "sign-up" }, users: [], admins: ["ada"] } };
}

describe("examineCluster", () => {
  it("says which cluster it is, as whom it sees us, and that all is there", async () => {
    const count = clusterNeeds.flatMap(({ verbs }) => verbs).length;

    expect(await examine(aCluster(), campus({ ...pins, helm: "3", kubernetesVersion: "1.34" }))).toEqual([
      {
        level: "ok",
        about: "cluster",
        says: 'context "campus" leads to https://campus.example.org:6443, the one that is pinned',
        todo: "",
      },
      { level: "ok", about: "Kubernetes", says: "1.34.4", todo: "" },
      { level: "ok", about: "identity", says: 'the cluster sees us as "ada" of operators', todo: "" },
      { level: "ok", about: "permissions", says: `all ${count} that hubfleet needs, in every namespace`, todo: "" },
      { level: "ok", about: "disks", says: "of class fast where a hub names no other (fast)", todo: "" },
      { level: "ok", about: "Helm", says: "3.0.0, as the cluster wants Helm 3", todo: "" },
    ]);
  });

  it("says what to write where the cluster is not pinned", async () => {
    const [line] = await examine(aCluster(), campus({ server: pins.server }));

    expect(line).toMatchObject({
      level: "warn",
      todo: `write into clusters/campus.yaml: certificateAuthority: ${address.certificateAuthority}`,
    });
  });

  it("asks another cluster nothing", async () => {
    const cluster = aCluster();
    cluster.forbids = () => {
      throw new Error("it was asked");
    };

    const lines = await examine(cluster, campus({ server: "https://other.example.org" }));

    expect(lines.map(({ level, about }) => [level, about])).toEqual([
      ["fail", "cluster"],
      ["ok", "Helm"],
    ]);
    expect(lines[0]?.says).toContain("CLUSTER_MISMATCH");
  });

  it("names each verb that is missing, what it is for and what to ask for", async () => {
    const cluster = aCluster();
    cluster.forbids = ({ verb, resource }) => resource === "namespaces" && ["create", "delete"].includes(verb);

    const lines = await examine(cluster, campus(pins));

    expect(lines.filter(({ level }) => level === "fail")).toEqual([
      {
        level: "fail",
        about: "permissions",
        says: "may not create, delete namespaces: needed for a namespace for each hub",
        todo: "ask whoever runs the cluster for the verbs create, delete on namespaces",
      },
    ]);
  });

  describe("with hubs on the cluster", () => {
    const fleet = aKubernetesFleet({
      network: { https: { kind: "secret", name: "alpha-tls" }, entry: { kind: "ingress" } },
    })
      .withHub("beta", { ...hubOf("beta.example.org"), namespace: "second" })
      .build();
    const hubs = [...fleet.hubs.values()];
    const space = (cluster: ClusterMemory, name: string): void =>
      void cluster.give({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, giving);
    const aCrowded = (): ClusterMemory => {
      const cluster = aCluster();
      for (const name of ["alpha", "second"]) space(cluster, name);
      return cluster;
    };
    const secret = (cluster: ClusterMemory, name: string, data: Record<string, string>): void => {
      const metadata = { name, namespace: "alpha" };
      cluster.give({ apiVersion: "v1", kind: "Secret", metadata, data }, giving);
    };
    const certificate = (to: string, host = "alpha.example.org"): Record<string, string> => {
      const { certificate: text } = makeCertificate({
        name: host,
        hosts: [host],
        from: new Date("2026-01-01"),
        to: new Date(to),
      });
      return { "tls.crt": Buffer.from(text).toString("base64") };
    };
    const about = async (cluster: ClusterMemory, what: string): Promise<readonly DoctorLine[]> =>
      (await examine(cluster, campus(pins), {}, hubs)).filter((line) => line.about === what);

    it("is content with roles in the hubs' namespaces", async () => {
      const cluster = aCrowded();
      const isOfNamespaces = (resource: string): boolean =>
        clusterNeeds.some((need) => need.resource === resource && !need.isClusterWide);
      cluster.forbids = ({ resource, namespace }) => isOfNamespaces(resource) && namespace === undefined;

      const [line] = await about(cluster, "permissions");

      expect(line).toMatchObject({
        level: "ok",
        says: expect.stringContaining("in the namespaces of its hubs: alpha, second") as string,
      });
    });

    it("names the namespaces in which something is missing", async () => {
      const cluster = aCrowded();
      cluster.forbids = ({ verb, resource, namespace }) =>
        (resource === "secrets" && namespace !== "alpha") ||
        (resource === "pods/exec" && verb === "get") ||
        resource === "nodes";

      expect((await about(cluster, "permissions")).map(({ says }) => says)).toEqual([
        "may not get, list, create, patch, update, delete secrets in namespace second: needed for releases of Helm, passwords of hubs",
        "may not get pods/exec in namespaces alpha, second: needed for commands in a hub",
        "may not get, list nodes: needed for whether pods find room",
      ]);
    });

    it.each([
      ["2027-05-01T00:00:00Z", "ok", 'Secret "alpha-tls" of namespace "alpha" holds until 2027-05-01, 160 days more'],
      ["2026-12-01T00:00:00Z", "warn", 'Secret "alpha-tls" of namespace "alpha" holds until 2026-12-01, 9 days more'],
      ["2026-11-20T00:00:00Z", "fail", 'Secret "alpha-tls" of namespace "alpha" ended on 2026-11-20'],
    ])("looks until when a hub's certificate holds: %s", async (to, level, says) => {
      const cluster = aCrowded();
      secret(cluster, "alpha-tls", certificate(to));

      expect(await about(cluster, "certificate of hub/alpha")).toMatchObject([{ level, says }]);
    });

    it.each([
      [undefined, 'Secret "alpha-tls" of namespace "alpha" is not there'],
      [{ "tls.crt": "bm9uZQ==" }, 'Secret "alpha-tls" of namespace "alpha" has no certificate as tls.crt'],
      [
        certificate("2027-05-01", "other.example.org"),
        'Secret "alpha-tls" of namespace "alpha" is not for alpha.example.org',
      ],
    ])("says that there is no certificate for the hub", async (data, says) => {
      const cluster = aCrowded();
      if (data !== undefined) secret(cluster, "alpha-tls", data);

      expect(await about(cluster, "certificate of hub/alpha")).toMatchObject([{ level: "fail", says }]);
    });

    it("says how old a hub's random values are", async () => {
      const cluster = aCrowded();
      secret(cluster, "hubfleet-made", {});

      expect(await about(cluster, "secrets of hub/alpha")).toMatchObject([
        { level: "ok", says: "its random values were made 20778 days ago" },
      ]);
    });
  });

  it("goes on where one thing may not be looked at", async () => {
    const cluster = aCluster();
    cluster.forbids = ({ resource }) => resource === "storageclasses";

    const lines = await examine(cluster, campus(pins));

    expect(lines.find(({ about }) => about === "disks")).toMatchObject({ level: "fail" });
    expect(lines.find(({ about }) => about === "identity")).toMatchObject({ level: "ok" });
  });

  it("says in one line that a cluster does not answer, and that Helm is missing", async () => {
    const cluster = aCluster();
    cluster.failure = "CLUSTER_UNREACHABLE";
    const helm = createHelmMemory({ major: "4", charts: {} });
    const missing = async (): Promise<string> => {
      throw new HubfleetError("HELM_MISSING", {
        message: "Helm 4 is wanted, and there is none on PATH",
        hint: "install it",
      });
    };

    const lines = await examine(cluster, campus(pins), { helm: () => ({ ...helm, version: missing }) });

    expect(lines.map(({ level, about, todo }) => [level, about, todo])).toEqual([
      ["fail", "cluster", ""],
      ["fail", "Helm", "install it"],
    ]);
  });
});
