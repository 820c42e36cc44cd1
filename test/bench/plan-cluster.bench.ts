import { openClusters } from "../../src/main/open-clusters.ts";
import type { ClusterMemory } from "../../src/adapters/kubernetes/cluster-memory.ts";
import type { ClusterConnection, KubernetesObject } from "../../src/ports/kubernetes.ts";
import { aClusterFleet, aTwoClusterFleet, clusterHub } from "../support/a-cluster-fleet.ts";
import { targetHere } from "../support/kubernetes/cluster-here.ts";

/**
 * The same as plan-kubernetes.bench.ts with the cluster of KUBECONFIG, which must have no namespace of these names: 50 hubs are
 * promoted on pretended clusters; what `plan` looks at of them is put into the real one, and planned from there. Nothing runs.
 */
const count = 50;
const hubs = Array.from({ length: count - 2 }, (_, index) => `bench-${String(index).padStart(2, "0")}`);
const tree = hubs.reduce(
  (fleet, name, index) => fleet.withHub(name, clusterHub(name, index % 2 === 0 ? "cloud" : "campus")),
  aTwoClusterFleet(),
);
const never = new AbortController().signal;
const fleet = await aClusterFleet(tree);
await fleet.promote(await fleet.bundle());
const real = await openClusters();
const { context } = targetHere();
const connection = await real.kubernetes.connect({ name: "bench", context });
const namespaces = ["alpha", "beta", ...hubs];
try {
  for (const cluster of fleet.clusters.values()) await copy(cluster, connection);
  fleet.machine.askClusters({
    ...real,
    kubernetes: { connect: ({ name }) => real.kubernetes.connect({ name, context }) },
  });
  for (const time of ["first", "second", "third"]) {
    await fleet.become((same) => same); // what a command has read before is forgotten
    const begun = performance.now();
    const { changes, unseen = [], hubs: seen } = await fleet.plan();
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    const found = `${changes.length} changes, ${unseen.length} not seen`;
    console.log(`${time} plan of ${seen.length} hubs on a real cluster: ${seconds} s, ${found} (goal 2 s)`);
  }
} finally {
  for (const name of namespaces) await connection.delete({ apiVersion: "v1", kind: "Namespace", name }, never);
}

/** Namespaces first; Deployments without pods. */
async function copy(cluster: ClusterMemory, to: ClusterConnection): Promise<void> {
  const kinds = [
    { apiVersion: "v1", kind: "Namespace" },
    { apiVersion: "v1", kind: "Secret" },
    { apiVersion: "apps/v1", kind: "Deployment" },
  ];
  for (const kind of kinds) {
    for (const object of cluster.select(kind)) await to.apply(plain(object), { takesOver: true }, never);
  }
}

function plain(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata, data, stringData, type } = object;
  const { name, namespace, labels, annotations } = metadata;
  const kept = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: labels ?? {},
    annotations: annotations ?? {},
  };
  const pod = { metadata: { labels: { of: name } }, spec: { containers: [{ name: "none", image: "none" }] } };
  const spec = { replicas: 0, selector: { matchLabels: { of: name } }, template: pod };
  return {
    ...{ apiVersion, kind, metadata: kept },
    ...(data === undefined ? {} : { data }),
    ...(stringData === undefined ? {} : { stringData }),
    ...(type === undefined ? {} : { type }),
    ...(kind === "Deployment" ? { spec } : {}),
  };
}
