import type { Fleet, Hub } from "../fleet/fleet.ts";
import { checkHub } from "../operate/check/check-hub.ts";
import type { CheckReport } from "../operate/check/check-report.ts";
import { deferredHere, type DeferredPart } from "../operate/check/deferred.ts";
import { asApplied } from "../operate/kubernetes/as-applied.ts";
import { checkRemoteHub } from "../operate/kubernetes/check-remote.ts";
import { deferredThere } from "../operate/kubernetes/deferred-there.ts";
import { type Enter, enterHub } from "../operate/kubernetes/enter-hub.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { isLocal } from "../runtime/local/draft.ts";
import type { Remotes } from "./remotes.ts";
import type { Watch } from "./use-cases.ts";

export interface CheckAnywhereProps extends Watch {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly only: readonly string[] | undefined;
  readonly local: LocalWorld;
  readonly remotes: Pick<Remotes, "open">;
}

/** Checks a hub where it runs. @throws HubfleetError UNKNOWN_STEP, CHECK_RUNNING */
export async function checkAnywhere(
  hub: Hub,
  { local: world, remotes, ...props }: CheckAnywhereProps,
): Promise<CheckReport> {
  const isHere = isLocal(props.fleet.clusters.get(hub.cluster));
  const [remote] = isHere ? [] : await remotes.open(props.fleet, [hub]);
  return remote === undefined ? checkHub({ ...props, hub, world }) : checkRemoteHub({ ...props, remote, enter, world });
}

const enter: Enter = async (remote, signal) => enterHub(await asApplied(remote, signal), signal);

/** Parts of a hub's checks that wait for their time, where the hub is. */
export async function deferredAnywhere(
  hub: Hub,
  { fleet, local, remotes }: Pick<CheckAnywhereProps, "fleet" | "local" | "remotes">,
): Promise<readonly DeferredPart[]> {
  const isHere = isLocal(fleet.clusters.get(hub.cluster));
  const [remote] = isHere ? [] : await remotes.open(fleet, [hub]);
  const store = remote === undefined ? deferredHere(fleet.uuid, hub.name, local) : deferredThere(remote, fleet.uuid);
  return store.read();
}
