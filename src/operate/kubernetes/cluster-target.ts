import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet, RemoteCluster } from "../../fleet/fleet.ts";
import type { HelmMajor } from "../../ports/helm.ts";
import type { ClusterTarget } from "../../ports/kubernetes.ts";

export interface ClusterSettings {
  readonly target: ClusterTarget;
  readonly helm: HelmMajor;
  /** "1.34", where its file says so. */
  readonly kubernetesVersion: string | undefined;
  /** How far images are looked at before a hub is changed. */
  readonly pull: "nodes" | "registry" | "none";
}

/** What a cluster's file says about reaching it; the context is its name where the file names none. */
export function clusterSettings({ name, settings }: RemoteCluster): ClusterSettings {
  const written = (settings ?? {}) as Partial<
    Record<"context" | "server" | "certificateAuthority" | "kubernetesVersion", string>
  > & {
    readonly helm?: HelmMajor;
    readonly pull?: ClusterSettings["pull"];
  }; // the schema of clusters/NAME.yaml checked it
  const { context = name, server, certificateAuthority, kubernetesVersion, helm = "4", pull = "nodes" } = written;
  return { target: { name, context, server, certificateAuthority }, helm, kubernetesVersion, pull };
}

/**
 * The Kubernetes cluster that `cluster/NAME` names.
 * @throws HubfleetError UNKNOWN_TARGET
 */
export function remoteCluster(fleet: Fleet, target: string): RemoteCluster {
  const [, name] = /^cluster\/(.+)$/.exec(target) ?? [];
  const cluster = fleet.clusters.get(name ?? "");
  if (cluster !== undefined && cluster.provider !== "local") return cluster;
  const known = [...fleet.clusters.values()].filter(({ provider }) => provider !== "local").map((one) => one.name);
  const message =
    cluster === undefined
      ? name === undefined
        ? `"${target}" is no cluster`
        : `the fleet has no cluster "${name}"`
      : `cluster "${cluster.name}" is this machine`;
  const hint =
    cluster === undefined
      ? `write cluster/NAME; the fleet's on Kubernetes: ${known.length === 0 ? "none" : known.join(", ")}`
      : "`hubfleet doctor` without a target looks at it";
  throw new HubfleetError("UNKNOWN_TARGET", { message, hint });
}
