import { HubfleetError } from "../errors/hubfleet-error.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import type { Cluster, Fleet, Hub } from "../fleet/fleet.ts";
import { isLoopback } from "../fleet/rules/access-is-safe.ts";
import { requireLoginSecret } from "../operate/login-secret.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { isLocal } from "../runtime/local/draft.ts";
import { hubPaths } from "../runtime/local/paths.ts";

export type RefusalWorld = Pick<LocalWorld, "files" | "machine" | "variable" | "secretFiles">;

/** Why a hub cannot run here, seen before anything is built for it; empty when it can. */
export async function refusals(
  hub: Hub,
  { fleet, world }: { readonly fleet: Fleet; readonly world: RefusalWorld },
): Promise<readonly HubfleetError[]> {
  const exposed = exposedWithoutIsolation(hub, fleet.clusters.get(hub.cluster), { fleet, world });
  if (exposed !== undefined) return [exposed];
  const { secrets } = hubPaths(world.machine.stateRoot, fleet.uuid, hub.name);
  return requireLoginSecret(hub, secrets, world).then(() => [], fromUnknown);
}

/** Where all users are one account, each of them has everybody's files and the hub's secrets: for one team only. */
export function exposedWithoutIsolation(
  hub: Hub,
  cluster: Cluster | undefined,
  { fleet, world }: { readonly fleet: Fleet; readonly world: Pick<LocalWorld, "machine"> },
): HubfleetError | undefined {
  if (world.machine.isRoot || !isLocal(cluster) || isLoopback(cluster.address)) return undefined;
  const at = fleet.origins.at(`clusters.${cluster.name}.address`);
  return new HubfleetError("ADDRESS_NEEDS_ROOT", {
    message: `hub "${hub.name}" can be reached from other machines (at ${cluster.address}), and all of its users would run as one account`,
    hint: `run hubfleet as root, which gives every user an account, or set \`address: 127.0.0.1\` in clusters/${cluster.name}.yaml`,
    ...(at === undefined ? {} : { at }),
  });
}
