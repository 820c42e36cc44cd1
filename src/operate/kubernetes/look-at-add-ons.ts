import { fromUnknown } from "../../errors/from-unknown.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { type AddOnPlan, planAddOns } from "../../plan/plan-add-ons.ts";
import type { HelmRelease } from "../../ports/helm.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { renderAddOns } from "../../runtime/kubernetes/cluster/add-ons.ts";
import { sha256, stableJson } from "../../runtime/local/digest.ts";
import type { OpenCluster } from "./open-cluster.ts";

export interface AddOnSight extends AddOnPlan {
  readonly connection: ClusterConnection;
  readonly releases: readonly HelmRelease[];
  /** Of what was wanted and what was seen: a saved plan holds while it is the same. */
  readonly fingerprint: string;
}

/** What a cluster has of its add-ons, by one list of metadata. @throws HubfleetError those of a cluster that does not answer */
export async function lookAtAddOns(
  { cluster, helm, hubs, connect }: OpenCluster,
  fleet: Pick<Fleet, "uuid" | "origins">,
  signal: AbortSignal,
): Promise<AddOnSight> {
  const rendered = renderAddOns(cluster);
  const connection = await connect();
  const releases = await helm.releases(connection, undefined, signal);
  const positionOf = (addOn: string): ReturnType<Fleet["origins"]["at"]> =>
    fleet.origins.at(`clusters.${cluster.name}.addOns.${addOn}`);
  const plan = planAddOns({ ...rendered, cluster: cluster.name, fleet: fleet.uuid, releases, hubs, positionOf });
  const places = new Set(rendered.addOns.map(({ namespace }) => namespace));
  const seen = releases.filter(({ namespace }) => places.has(namespace));
  const fingerprint = sha256(stableJson({ wanted: rendered.addOns, seen })).slice(0, 32);
  return { ...plan, connection, releases, fingerprint };
}

/** The same; undefined for who may not look at the whole cluster. */
export async function lookIfAllowed(
  open: OpenCluster,
  fleet: Pick<Fleet, "uuid" | "origins">,
  signal: AbortSignal,
): Promise<AddOnSight | undefined> {
  try {
    return await lookAtAddOns(open, fleet, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (fromUnknown(thrown).every(({ code }) => code === "CLUSTER_DENIED")) return undefined;
    throw thrown;
  }
}

export function mayNotLook(cluster: string): string {
  return `cluster/${cluster}: you may not look at the whole cluster, so its add-ons are left to who may`;
}
