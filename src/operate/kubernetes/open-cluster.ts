import type { Fleet, RemoteCluster } from "../../fleet/fleet.ts";
import type { Clusters } from "../../ports/clusters.ts";
import type { Helm } from "../../ports/helm.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { clusterSettings } from "./cluster-target.ts";

/** A cluster as a whole, and how to get there. */
export interface OpenCluster {
  readonly cluster: RemoteCluster;
  readonly helm: Helm;
  /** Of the fleet, on it. */
  readonly hubs: readonly string[];
  /** @throws HubfleetError KUBECONFIG_UNUSABLE, CLUSTER_MISMATCH */
  readonly connect: () => Promise<ClusterConnection>;
}

/** The clusters of these names that are on Kubernetes. */
export function openClusters(
  fleet: Pick<Fleet, "clusters" | "hubs">,
  names: readonly string[],
  { kubernetes, helm }: Clusters,
): readonly OpenCluster[] {
  return names.flatMap((name): OpenCluster[] => {
    const cluster = fleet.clusters.get(name);
    if (cluster === undefined || cluster.provider === "local") return [];
    const { target, helm: major } = clusterSettings(cluster);
    const hubs = [...fleet.hubs.values()].filter((hub) => hub.cluster === name).map((hub) => hub.name);
    return [{ cluster, helm: helm(major), hubs: hubs.toSorted(), connect: () => kubernetes.connect(target) }];
  });
}

/** Whether a cluster's file names add-ons: of others nothing is asked. */
export function hasAddOns({ cluster }: Pick<OpenCluster, "cluster">): boolean {
  return Object.keys(Object(cluster.settings?.["addOns"])).length > 0;
}
