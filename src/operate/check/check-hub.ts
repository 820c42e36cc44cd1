import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { fleetPaths, hubPaths } from "../../runtime/local/paths.ts";
import { hubPorts } from "../../runtime/local/ports.ts";
import { observeHub, operatorToken } from "../observe-hub.ts";
import type { FoundHub } from "./check-place.ts";
import type { CheckReport } from "./check-report.ts";
import { deferredHere } from "./deferred.ts";
import { type CheckProps, runCheck } from "./run-check.ts";

export type CheckHubProps = Omit<CheckProps, "place" | "world"> & { readonly world: LocalWorld };

/** Checks a hub of this machine. @throws HubfleetError UNKNOWN_STEP, CHECK_RUNNING */
export async function checkHub(props: CheckHubProps): Promise<CheckReport> {
  const { fleet, hub, world } = props;
  const { run } = hubPaths(world.machine.stateRoot, fleet.uuid, hub.name);
  return runCheck({
    ...props,
    place: {
      deferred: deferredHere(fleet.uuid, hub.name, world),
      serverMilliseconds: 180_000,
      findHub: () => findHub(fleet.uuid, hub, world),
      withTurn: (work) => withTurn(props, work),
      serverLog: (user) => world.files.tail(`${run}/servers/${user}.log`, 200),
      whyWaiting: async () => undefined,
      leave: async () => {},
    },
  });
}

/** One check at a time for each hub: each of them removes whatever other checks have there. */
export async function withTurn<Result>(
  { fleet, hub, world }: Pick<CheckHubProps, "fleet" | "hub" | "world">,
  work: () => Promise<Result>,
): Promise<Result> {
  const note = `${fleetPaths(world.machine.stateRoot, fleet.uuid).directory}/check-${hub.name}.json`;
  const turn = await world.locks.tryAcquire(`check/${fleet.uuid}/${hub.name}`, note, "check");
  if (turn.kind === "taken") {
    const who = turn.by === undefined ? "another check" : `another check (process ${turn.by.pid})`;
    throw new HubfleetError("CHECK_RUNNING", {
      message: `${who} is at work on hub "${hub.name}"`,
      hint: "wait until it is done",
      retry: "later",
    });
  }
  try {
    return await work();
  } finally {
    await turn.release();
  }
}

/** Where the hub is reached, as it runs and not as it is going to be. */
async function findHub(fleetUuid: string, { name }: Hub, world: LocalWorld): Promise<FoundHub> {
  const { applied, components } = await observeHub({ fleetUuid, name, port: undefined, basePath: undefined }, world);
  const paths = hubPaths(world.machine.stateRoot, fleetUuid, name);
  const token = await operatorToken(paths.secrets, world);
  if (applied?.hub.port === undefined || token === undefined) {
    throw unreachable(`hub "${name}" was not brought up on this machine: \`hubfleet up hub/${name}\``);
  }
  if (components.hub.process === undefined) {
    throw unreachable(`the hub process of "${name}" does not run: \`hubfleet apply hub/${name}\``);
  }
  const { hub, cluster } = applied;
  const ports = hubPorts(applied.hub.port);
  const scheme = cluster.https === undefined ? "http" : "https";
  // A certificate is for the name that people use; without one, this machine reaches itself best by its own address.
  const address = ["0.0.0.0", "::"].includes(cluster.address) ? "127.0.0.1" : cluster.address;
  const host = cluster.https === undefined ? address : (hub.domain ?? address);
  const healthUrl = `http://127.0.0.1:${ports.gatewayProxy}${hub.basePath}services/dask-gateway/api/health`;
  const whyGone = async (): Promise<string | undefined> =>
    (await world.processes.observe(`${paths.run}/gateway.json`)) === undefined ? "its process ended" : undefined;
  return {
    hub: {
      operator: { url: `http://127.0.0.1:${ports.hub}${hub.basePath}`, token },
      url: `${scheme}://${host}:${ports.public}${hub.basePath}`,
    },
    gateway: hub.dask.enabled ? { healthUrl, whyGone } : undefined,
  };
}

function unreachable(message: string): HubfleetError {
  return new HubfleetError("HUB_UNREACHABLE", { message, retry: "later" });
}
