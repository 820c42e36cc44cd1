import type { Fleet } from "../fleet/fleet.ts";
import type { Clock } from "../ports/clock.ts";
import type { Clusters } from "../ports/clusters.ts";
import { isLocal } from "../runtime/local/draft.ts";
import { openRemoteHubs } from "./kubernetes/remote-hubs.ts";
import { remoteStatus } from "./kubernetes/remote-status.ts";
import type { HubStatus } from "./status.ts";

export interface WholeStatusProps {
  /** As far as this machine can tell. */
  readonly here: Promise<readonly HubStatus[]>;
  /** Opened only where a hub is on Kubernetes. */
  readonly clusters: () => Promise<Clusters>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Looks at every hub of the fleet, on this machine and on clusters, all at once. */
export async function wholeStatus(
  fleet: Fleet,
  { here, clusters, clock, signal }: WholeStatusProps,
): Promise<readonly HubStatus[]> {
  const away = [...fleet.hubs.values()].filter(({ cluster }) => !isLocal(fleet.clusters.get(cluster)));
  const lookAway = async (): Promise<readonly HubStatus[]> => {
    if (away.length === 0) return [];
    const remotes = openRemoteHubs(fleet, away, await clusters());
    return remoteStatus({ fleetUuid: fleet.uuid, remotes, clock, signal });
  };
  const [own, seen] = await Promise.all([here, lookAway()]);
  const remote = new Map(seen.map((one) => [one.hub, one]));
  return own.map((one) => remote.get(one.hub) ?? one);
}
