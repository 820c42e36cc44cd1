import type { Fleet } from "../fleet/fleet.ts";
import { rememberConnections } from "../operate/kubernetes/remember-connections.ts";
import { openRemoteHubs } from "../operate/kubernetes/remote-hubs.ts";
import { whyRemote } from "../operate/kubernetes/why/why-remote.ts";
import type { ReadStages } from "../operate/read-stages.ts";
import type { HubStatus } from "../operate/status.ts";
import { wholeStatus } from "../operate/whole-status.ts";
import { watchStatus } from "../operate/watch-status.ts";
import { bundleNotes } from "../operate/why/bundle-notes.ts";
import { diagnose, type Diagnosis } from "../operate/why/diagnose.ts";
import { gatherEvidence } from "../operate/why/gather-evidence.ts";
import type { Clusters } from "../ports/clusters.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { isLocal } from "../runtime/local/draft.ts";
import type { App, FleetStatus } from "./use-cases.ts";

export interface LookUseCasesProps {
  readonly local: LocalWorld;
  /** How hubs are, as far as this machine can tell. */
  readonly here: (fleet: Fleet) => Promise<readonly HubStatus[]>;
  readonly clusters: () => Promise<Clusters>;
  readonly fleet: () => Promise<Fleet>;
  /** The hubs that are shown where no target names any. */
  readonly shown: () => Promise<Fleet>;
  readonly readStages: ReadStages;
  readonly isRehearsal: boolean;
}

/** How hubs are, and why, wherever they are. */
export function createLookUseCases(props: LookUseCasesProps): Pick<App, "status" | "overview" | "watchStatus" | "why"> {
  const { local, fleet, shown, readStages, isRehearsal } = props;
  let opened: Promise<Clusters> | undefined;
  const clusters = (): Promise<Clusters> => (opened ??= openOnce(props));
  const never = new AbortController().signal;
  const hubsOf = (now: Fleet, signal: AbortSignal): Promise<readonly HubStatus[]> =>
    wholeStatus(now, { here: props.here(now), clusters, clock: local.clock, signal });
  const overview = async (isWatching: boolean, signal: AbortSignal): Promise<FleetStatus> => {
    const hubs = shown().then((now) => hubsOf(now, signal));
    // A rehearsal is in no stage.
    const [seen, stages] = await Promise.all([
      hubs,
      isRehearsal ? undefined : readStages({ hubs, isWatching, signal }),
    ]);
    return { hubs: seen, stages };
  };
  const look = async (now: Fleet, name: string, signal: AbortSignal): Promise<Diagnosis> => {
    const hub = now.hubs.get(name);
    if (hub === undefined || isLocal(now.clusters.get(hub.cluster))) {
      return diagnose(await gatherEvidence(now, name, local));
    }
    const [remote] = openRemoteHubs(now, [hub], await clusters());
    if (remote === undefined) throw new TypeError("a hub that is elsewhere is on a cluster");
    return whyRemote({ remote, clock: local.clock, signal });
  };

  return {
    status: async () => hubsOf(await shown(), never),
    overview: async (signal) => overview(false, signal),
    watchStatus: async (tell, signal) =>
      watchStatus(() => overview(true, signal), tell, { clock: local.clock, signal }),
    why: async (name, signal = never) => {
      const now = await fleet();
      const hub = now.hubs.get(name);
      const hubs = hubsOf(now, signal);
      const [diagnosis, stages] = await Promise.all([
        look(now, name, signal),
        isRehearsal ? undefined : readStages({ hubs, isWatching: false }),
        hubs,
      ]);
      return hub === undefined || stages === undefined
        ? diagnosis
        : { ...diagnosis, bundles: bundleNotes(hub, stages) };
    },
  };
}

/** Whoever watches asks every two seconds: each cluster is connected once. */
async function openOnce({ clusters }: LookUseCasesProps): Promise<Clusters> {
  const { kubernetes, helm } = await clusters();
  return { kubernetes: rememberConnections(kubernetes), helm };
}
