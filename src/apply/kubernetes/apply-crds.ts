import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { type ClusterCrds, lookAtCrds } from "../../operate/kubernetes/cluster-crds.ts";
import type { PlannedRemote } from "../../operate/kubernetes/plan-remotes.ts";
import type { Charts } from "../../ports/helm.ts";
import type { CrdRecord } from "../../runtime/kubernetes/remote-applied.ts";
import type { Outcome } from "../outcome.ts";
import type { Steps } from "../steps.ts";
import { holdCluster, type HoldClusterProps } from "./hold-cluster.ts";
import { putCrds } from "./put-crds.ts";

export interface ApplyCrdsProps extends Omit<HoldClusterProps, "cluster" | "connection"> {
  readonly fleetUuid: string;
  readonly hubs: readonly PlannedRemote[];
  readonly charts: () => Promise<Charts>;
  readonly steps: Steps;
}

export interface AppliedCrds {
  /** Of clusters that were changed, or should have been. */
  readonly outcomes: readonly Outcome[];
  /** Hub → why it can't have what its charts need. */
  readonly refused: ReadonlyMap<string, readonly HubfleetError[]>;
  readonly recordOf: (hub: string) => CrdRecord | undefined;
}

/** Sees to it that each cluster has the definitions of kinds that its hubs' charts bring, before any of the hubs is changed. */
export async function applyCrds(props: ApplyCrdsProps): Promise<AppliedCrds> {
  const groups = Map.groupBy(props.hubs, ({ remote }) => remote.cluster.name);
  const applied = await Promise.all([...groups].map(([cluster, hubs]) => applyOne(cluster, { ...props, hubs })));
  const records = new Map(applied.flatMap(({ crds, hubs }) => hubs.map((hub) => [hub, crds] as const)));
  return {
    outcomes: applied.flatMap(({ outcomes }) => outcomes),
    refused: new Map(applied.flatMap(({ refused }) => [...refused])),
    recordOf: (hub) => records.get(hub)?.recordOf(hub),
  };
}

interface AppliedCluster extends Omit<AppliedCrds, "recordOf"> {
  readonly crds?: ClusterCrds;
  readonly hubs: readonly string[];
}

async function applyOne(cluster: string, props: ApplyCrdsProps): Promise<AppliedCluster> {
  const { hubs, world, steps, signal } = props;
  const names = hubs.map(({ remote }) => remote.hub.name);
  const target = `cluster/${cluster}`;
  const begun = world.clock.now().getTime();
  try {
    const [first] = hubs;
    if (first === undefined) return { outcomes: [], refused: new Map(), hubs: names };
    const connection = await first.remote.connect();
    const about = { ...props, cluster, connection, addOns: [], fetches: true };
    const before = await lookAtCrds(about);
    const refused = refusals(before);
    if (before.objects.length === 0) return { outcomes: [], refused, crds: before, hubs: names };
    await holdCluster({ ...props, cluster, connection }, async (held) => {
      const { objects } = await lookAtCrds({ ...about, signal: held });
      await steps.run(target, "put definitions of kinds in place", () =>
        putCrds(objects, { connection, clock: world.clock, signal: held }),
      );
    });
    const crds = await lookAtCrds(about);
    const milliseconds = world.clock.now().getTime() - begun;
    return { outcomes: [{ target, kind: "changed", milliseconds }], refused, crds, hubs: names };
  } catch (thrown) {
    signal.throwIfAborted();
    const errors = fromUnknown(thrown).map((error) => withWayOut(error, cluster));
    // A hub that needs nothing new of the cluster is no worse off.
    const needing = names.filter((name) =>
      hubs.some(({ remote, changes }) => remote.hub.name === name && changes.length > 0),
    );
    return {
      outcomes: [{ target, kind: "failed", errors }],
      refused: new Map(needing.map((name) => [name, [behind(cluster, errors)]])),
      hubs: names,
    };
  }
}

function refusals({ refused }: ClusterCrds): ReadonlyMap<string, readonly HubfleetError[]> {
  return new Map([...refused].map(([by, error]) => [by.replace("hub/", ""), [error]]));
}

/** Who may change hubs may not always change what belongs to the whole cluster. */
function withWayOut(error: HubfleetError, cluster: string): HubfleetError {
  if (error.code !== "CLUSTER_DENIED") return error;
  return new HubfleetError("CLUSTER_DENIED", {
    message: error.message,
    hint: `whoever may change the whole cluster puts in place what its hubs need: hubfleet apply cluster/${cluster}`,
    retry: error.retry,
    cause: error,
  });
}

function behind(cluster: string, errors: readonly HubfleetError[]): HubfleetError {
  const [first] = errors;
  return new HubfleetError(first?.code ?? "CLUSTER_DENIED", {
    message: `cluster/${cluster} is not ready for it: ${first?.message ?? ""}`,
    ...(first?.hint === undefined ? {} : { hint: first.hint }),
    retry: first?.retry ?? "later",
  });
}
