import { applyDraftHeld } from "../apply/apply-draft.ts";
import { stopGraceMilliseconds } from "../apply/components.ts";
import { withLease } from "../apply/lease.ts";
import type { Outcome } from "../apply/outcome.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import { nothingAssigned } from "./bundles/assign-bundles.ts";
import { readDraft } from "./draft-store.ts";
import { findEndings } from "./find-endings.ts";
import { observeHub } from "./observe-hub.ts";

export interface RestartHubProps {
  readonly fleet: Fleet;
  readonly hub: Hub;
  /** The proxy instead of hub, gateway and culler. */
  readonly proxy: boolean;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Ends a hub's own processes and puts them in place again as `apply` does. Users' servers and Dask clusters are no part
 * of it and go on. Killed in between, `apply` finishes it.
 * @throws HubfleetError LEASE_HELD, NO_DRAFT, CONFIRMATION_NEEDED for a hub with a change that ends servers
 */
export async function restartHub(props: RestartHubProps): Promise<readonly Outcome[]> {
  const { fleet, hub, proxy, world, report } = props;
  return withLease({ fleetUuid: fleet.uuid, command: "restart", world, report }, async (steps) => {
    const drafted = (await readDraft(fleet.uuid, world)).hubs[hub.name];
    if (drafted === undefined) {
      throw new HubfleetError("NO_DRAFT", {
        message: `hub "${hub.name}" was not brought up on this machine`,
        hint: `hubfleet up hub/${hub.name}`,
      });
    }
    await refuseToEndServers(props);
    const { port, basePath } = drafted.hub;
    const { components } = await observeHub({ fleetUuid: fleet.uuid, name: hub.name, port, basePath }, world);
    // The culler first: it complains to its log when the hub that it asks is gone.
    const order = proxy ? ([["proxy"]] as const) : ([["culler"], ["hub", "gateway"]] as const);
    for (const names of order) {
      const running = names.flatMap((name) => components[name].process ?? []);
      if (running.length === 0) continue;
      await steps.run(`hub/${hub.name}`, `stop ${names.join(" and ")}`, () =>
        world.processes.stop(running, stopGraceMilliseconds),
      );
    }
    return applyDraftHeld({ ...props, hubs: [hub], assign: async () => nothingAssigned }, steps);
  });
}

/** A restart promises that servers go on, and puts in place what is pending: then it must not be something that ends them. */
async function refuseToEndServers({ fleet, hub, world }: RestartHubProps): Promise<void> {
  const [ending] = await findEndings({
    ...{ fleet, directory: "", hubs: [hub], command: "apply", world },
    assign: async () => nothingAssigned,
  });
  if (ending === undefined) return;
  throw new HubfleetError("CONFIRMATION_NEEDED", {
    message: `hub "${hub.name}" has a change to be applied that ends ${ending.what}, and a restart ends none`,
    hint: `see \`hubfleet plan hub/${hub.name}\`; then hubfleet apply hub/${hub.name} --yes`,
  });
}
