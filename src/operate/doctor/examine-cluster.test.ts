import { describe, expect, it } from "vitest";

import { createHelmMemory } from "../../adapters/helm/helm-memory.ts";
import { type ClusterMemory, createClusterMemory } from "../../adapters/kubernetes/cluster-memory.ts";
import { createKubernetesMemory } from "../../adapters/kubernetes/kubernetes-memory.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RemoteCluster } from "../../fleet/fleet.ts";
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
): Promise<readonly DoctorLine[]> {
  const clusters = {
    kubernetes: createKubernetesMemory({ contexts: [{ ...address, cluster }] }),
    helm: (major: "3" | "4") => createHelmMemory({ major, charts: {} }),
    ...more,
  };
  return examineCluster(file, clusters, new AbortController().signal);
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
