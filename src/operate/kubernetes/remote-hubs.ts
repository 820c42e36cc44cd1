import type { Fleet, Hub, RemoteCluster } from "../../fleet/fleet.ts";
import type { Clusters } from "../../ports/clusters.ts";
import type { Helm } from "../../ports/helm.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { kubernetesNames, type KubernetesNames } from "../../runtime/kubernetes/kubernetes-names.ts";
import { clusterSettings } from "./cluster-target.ts";

/** A hub on a Kubernetes cluster, and how to get there. */
export interface RemoteHub {
  readonly hub: Hub;
  readonly cluster: RemoteCluster;
  readonly names: KubernetesNames;
  readonly helm: Helm;
  /** "1.34", where the cluster's file says so. */
  readonly kubernetesVersion: string | undefined;
  /**
   * The cluster's connection, the same for all hubs there; asks the cluster nothing.
   * @throws HubfleetError KUBECONFIG_UNUSABLE, CLUSTER_MISMATCH
   */
  connect(): Promise<ClusterConnection>;
}

/** The hubs of these that are on Kubernetes clusters, each cluster connected once and when it is first needed. */
export function openRemoteHubs(
  fleet: Pick<Fleet, "clusters">,
  hubs: readonly Hub[],
  { kubernetes, helm }: Clusters,
): readonly RemoteHub[] {
  const connections = new Map<string, Promise<ClusterConnection>>();
  return hubs.flatMap((hub): RemoteHub[] => {
    const cluster = fleet.clusters.get(hub.cluster);
    if (cluster === undefined || cluster.provider === "local") return [];
    const { target, helm: major, kubernetesVersion } = clusterSettings(cluster);
    const connect = async (): Promise<ClusterConnection> => {
      const connection = connections.get(cluster.name) ?? kubernetes.connect(target);
      connections.set(cluster.name, connection);
      return connection;
    };
    return [{ hub, cluster, names: kubernetesNames(hub), helm: helm(major), kubernetesVersion, connect }];
  });
}
