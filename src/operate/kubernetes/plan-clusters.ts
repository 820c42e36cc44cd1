import { fromUnknown } from "../../errors/from-unknown.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { Change } from "../../plan/plan.ts";
import type { Charts } from "../../ports/helm.ts";
import type { RenderedAddOn } from "../../runtime/kubernetes/cluster/add-ons.ts";
import { lookAtCrds } from "./cluster-crds.ts";
import { lookIfAllowed, mayNotLook } from "./look-at-add-ons.ts";
import { hasAddOns, type OpenCluster } from "./open-cluster.ts";
import type { PlannedRemote, RemotePlan } from "./plan-remotes.ts";

/** What is to change of a cluster as a whole. */
export interface ClusterPlan {
  readonly cluster: string;
  readonly changes: readonly Change[];
  readonly remarks: readonly string[];
  /** Of its add-ons, where these were asked for. */
  readonly fingerprint?: string;
  /** Why nobody knows of the cluster, or why a hub can't have what it needs. */
  readonly unseen: readonly { readonly target: string; readonly errors: readonly HubfleetError[] }[];
}

export interface PlanClustersProps {
  readonly fleet: Pick<Fleet, "uuid" | "origins">;
  /** Hubs whose definitions are looked at. */
  readonly plans: readonly RemotePlan[];
  /** Those whose add-ons are looked at. */
  readonly clusters: readonly OpenCluster[];
  readonly charts: () => Promise<Charts>;
  readonly signal: AbortSignal;
}

/** What clusters need as a whole. Changes nothing; never throws for a cluster. */
export async function planClusters(props: PlanClustersProps): Promise<readonly ClusterPlan[]> {
  const planned = props.plans.flatMap((plan) => (plan.kind === "planned" ? [plan] : []));
  const groups = Map.groupBy(planned, ({ remote }) => remote.cluster.name);
  const names = new Set([...props.clusters.filter(hasAddOns).map(({ cluster }) => cluster.name), ...groups.keys()]);
  return Promise.all([...names].toSorted().map((name) => planOne(name, groups.get(name) ?? [], props)));
}

async function planOne(
  name: string,
  hubs: readonly PlannedRemote[],
  { fleet, clusters, charts, signal }: PlanClustersProps,
): Promise<ClusterPlan> {
  try {
    const open = clusters.find((one) => one.cluster.name === name && hasAddOns(one));
    const addOns = open === undefined ? undefined : await lookIfAllowed(open, fleet, signal);
    const notAllowed = open !== undefined && addOns === undefined ? [mayNotLook(name)] : [];
    const going: readonly RenderedAddOn[] = addOns?.going ?? [];
    const connection = addOns?.connection ?? (await hubs[0]?.remote.connect());
    if (connection === undefined || hubs.length + going.length === 0) {
      return {
        cluster: name,
        changes: [],
        remarks: addOns?.remarks ?? notAllowed,
        unseen: [],
        ...fingerprintOf(addOns),
      };
    }
    const about = { cluster: name, fleetUuid: fleet.uuid, charts, hubs, addOns: going, connection, fetches: false };
    const { changes, refused, unknown } = await lookAtCrds({ ...about, signal });
    const later = unknown.map(
      (chart) =>
        `cluster/${name}: chart ${chart} is not on this machine yet; which definitions of kinds it brings is looked at when it is applied`,
    );
    const unseen = [...refused].map(([by, error]) => ({
      target: by.startsWith("hub/") ? by : `cluster/${name}`,
      errors: [error],
    }));
    return {
      cluster: name,
      changes: [...changes, ...(addOns?.changes ?? [])],
      remarks: [...(addOns?.remarks ?? notAllowed), ...later],
      unseen,
      ...fingerprintOf(addOns),
    };
  } catch (thrown) {
    signal.throwIfAborted();
    const unseen = [{ target: `cluster/${name}`, errors: fromUnknown(thrown) }];
    return { cluster: name, changes: [], remarks: [], unseen };
  }
}

function fingerprintOf(sight: { readonly fingerprint: string } | undefined): { readonly fingerprint?: string } {
  return sight === undefined ? {} : { fingerprint: sight.fingerprint };
}
