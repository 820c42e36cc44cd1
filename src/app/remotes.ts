import { applyAddOns } from "../apply/kubernetes/apply-add-ons.ts";
import { applyRemotes } from "../apply/kubernetes/apply-remotes.ts";
import { requireCleanClone } from "../apply/kubernetes/clone-is-current.ts";
import { mendDrift } from "../apply/kubernetes/mend-drift.ts";
import type { EndingPolicy } from "../apply/apply-with-notice.ts";
import { joinOutcomes, type Outcome } from "../apply/outcome.ts";
import type { Steps } from "../apply/steps.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../fleet/repository-snapshot.ts";
import type { WantedState } from "../operate/bundles/read-intent.ts";
import type { Ending } from "../operate/find-endings.ts";
import { findRemoteEndings } from "../operate/kubernetes/remote-endings.ts";
import { openClusters } from "../operate/kubernetes/open-cluster.ts";
import { type ClusterPlan, planClusters } from "../operate/kubernetes/plan-clusters.ts";
import { planRemotes, type RemotePlan } from "../operate/kubernetes/plan-remotes.ts";
import { reachHub } from "../operate/kubernetes/reach-hub.ts";
import { refuseChartValues } from "../operate/kubernetes/refuse-chart-values.ts";
import { findUnwritten, type Unwritten } from "../operate/kubernetes/find-unwritten.ts";
import { type DriftReport, reportDrift } from "../operate/kubernetes/report-drift.ts";
import { openRemoteHubs, type RemoteHub } from "../operate/kubernetes/remote-hubs.ts";
import type { Plan } from "../plan/plan.ts";
import type { Clusters } from "../ports/clusters.ts";
import type { Charts } from "../ports/helm.ts";
import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { isLocal } from "../runtime/local/draft.ts";
import type { Watch } from "./use-cases.ts";

export interface RemotesProps {
  readonly directory: string;
  readonly world: LocalWorld;
  readonly sources: () => Promise<ImageSources>;
  readonly clusters: () => Promise<Clusters>;
  readonly charts: () => Promise<Charts>;
  readonly snapshot: () => Promise<RepositorySnapshot>;
}

export interface ApplyRemotesOptions extends Watch {
  readonly intent: WantedState;
  readonly command: string;
  readonly saved?: Plan | undefined;
  readonly ending?: EndingPolicy | undefined;
  readonly isStrict?: boolean;
  /** Clusters that get their add-ons, too. @default none */
  readonly clusters?: readonly string[];
  readonly steps: Steps;
}

/** Hubs of a fleet that are on Kubernetes, for the use-cases that are about hubs wherever they are. */
export interface Remotes {
  plan(
    reading: SoundReading,
    hubs: readonly Hub[],
    intent: WantedState,
    signal: AbortSignal,
  ): Promise<readonly RemotePlan[]>;
  /** What clusters need as a whole: definitions for these hubs, and add-ons of the clusters that are named. */
  planClusters(
    reading: SoundReading,
    plans: readonly RemotePlan[],
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ClusterPlan[]>;
  /** Everything that these have against what was put in place. */
  drift(plans: readonly RemotePlan[], signal: AbortSignal): Promise<DriftReport>;
  /** Puts back what somebody changed of them. @throws HubfleetError CLONE_DIRTY */
  mend(
    fleet: Fleet,
    plans: readonly RemotePlan[],
    watch: Watch & { readonly steps: Steps },
  ): Promise<readonly Outcome[]>;
  /** What applying would end of what runs now. */
  endings(reading: SoundReading, hubs: readonly Hub[], intent: WantedState): Promise<readonly Ending[]>;
  /** Plans as `apply` would take them, with what their charts would refuse. */
  refuse(reading: SoundReading, plans: readonly RemotePlan[], signal: AbortSignal): Promise<readonly RemotePlan[]>;
  apply(reading: SoundReading, hubs: readonly Hub[], options: ApplyRemotesOptions): Promise<readonly Outcome[]>;
  /** Sees to it that hubs away from this machine would get what is committed. @throws HubfleetError CLONE_DIRTY */
  requireCommitted(fleet: Fleet, hubs: readonly Hub[]): Promise<void>;
  open(fleet: Fleet, hubs: readonly Hub[]): Promise<readonly RemoteHub[]>;
  /** Hubs of the fleet that are on its clusters where no file has them. */
  unwritten(fleet: Fleet, signal: AbortSignal): Promise<Unwritten>;
}

/** A fleet with nothing wrong. */
export type SoundReading = FleetReading & { readonly fleet: Fleet };

export function createRemotes({ directory, world, sources, clusters, charts, snapshot }: RemotesProps): Remotes {
  const plan: Remotes["plan"] = async (reading, hubs, intent, signal) => {
    const about = { fleet: reading.fleet, reading, hubs, intent, directory, sources, world, signal };
    return planRemotes({ ...about, clusters: await clusters() });
  };
  return {
    plan,
    async endings(reading, hubs, intent) {
      const { signal } = new AbortController();
      return hubs.length === 0 ? [] : findRemoteEndings(await plan(reading, hubs, intent, signal), signal);
    },
    drift: (plans, signal) => reportDrift(plans, { charts, signal }),
    async mend({ uuid }, plans, watch) {
      await requireCleanClone({ directory, snapshot: await snapshot(), sources });
      return mendDrift(plans, { fleetUuid: uuid, charts, world, ...watch });
    },
    async planClusters({ fleet }, plans, names, signal) {
      return planClusters({ fleet, plans, clusters: openClusters(fleet, names, await clusters()), charts, signal });
    },
    async apply(reading, hubs, { intent, clusters: names = [], ...options }) {
      const { fleet } = reading;
      const head = await requireCleanClone({ directory, snapshot: await snapshot(), sources });
      const about = { fleet: reading.fleet, reading, hubs, intent, directory, sources, charts, world, head };
      const open = openClusters(fleet, names, await clusters());
      const fingerprints = options.saved?.fingerprints;
      const addOns = await applyAddOns({ ...options, fleet, clusters: open, fingerprints, charts, world });
      const applied = await applyRemotes({ ...about, ...options, clusters: await clusters(), reach: reachHub });
      return joinOutcomes([...addOns, ...applied]);
    },
    async requireCommitted({ clusters: all }, hubs) {
      if (hubs.every(({ cluster }) => isLocal(all.get(cluster)))) return;
      await requireCleanClone({ directory, snapshot: await snapshot(), sources });
    },
    refuse: async ({ fleet }, plans, signal) => refuseChartValues(plans, { fleet, charts, signal }),
    open: async (fleet, hubs) => openRemoteHubs(fleet, hubs, await clusters()),
    async unwritten(fleet, signal) {
      const isAnywhere = [...fleet.clusters.values()].some((cluster) => !isLocal(cluster));
      return isAnywhere ? findUnwritten(fleet, await clusters(), signal) : { hubs: [], unseen: [] };
    },
  };
}
