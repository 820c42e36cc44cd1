import pMap from "p-map";

import { withLease } from "../apply/lease.ts";
import type { Steps } from "../apply/steps.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import { nameHint } from "../errors/nearest-name.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { HubAddress, HubUser } from "../ports/hub-api.ts";
import type { LocalWorld, Report } from "../ports/local-world.ts";
import { hubPaths } from "../runtime/local/paths.ts";
import { hubPorts } from "../runtime/local/ports.ts";
import { announce, waitUntil, withdraw } from "./notice.ts";
import { observeHub, operatorToken } from "./observe-hub.ts";

/** One running server of a hub. */
export interface RunningServer {
  readonly user: string;
  /** "" for the user's default server. */
  readonly server: string;
}

export interface StopProps {
  readonly hub: string;
  readonly servers: readonly RunningServer[];
  /** Shown on the hub's pages until the servers end. */
  readonly message: string;
  readonly waitMilliseconds: number;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface StopServersProps extends StopProps {
  readonly fleetUuid: string;
  readonly world: LocalWorld;
}

/** What ending servers asks of the place where their hub runs. */
export interface StopPlace {
  readonly world: Pick<LocalWorld, "clock" | "hubApi">;
  announce(until: Date): Promise<void>;
  /** Takes it back; fine when there is none. */
  withdraw(): Promise<void>;
  enter<Result>(work: (address: HubAddress, steps: Pick<Steps, "run">) => Promise<Result>): Promise<Result>;
}

export interface StoppedServers {
  readonly stopped: readonly string[];
  readonly failed: readonly { readonly server: string; readonly reason: string }[];
  /** A person took the announcement back before the time was over. */
  readonly isInterrupted: boolean;
}

/**
 * The servers that run on a hub, of the users named or of all.
 * @throws HubfleetError HUB_UNREACHABLE, UNKNOWN_TARGET for a user without a running server
 */
export async function findServers(
  fleet: Fleet,
  hub: string,
  { users, world }: { readonly users: readonly string[]; readonly world: LocalWorld },
): Promise<readonly RunningServer[]> {
  const { state } = await observe(fleet.uuid, hub, world);
  if (state === undefined) {
    throw new HubfleetError("HUB_UNREACHABLE", {
      message: `hub "${hub}" does not answer, so its servers cannot be asked to stop`,
      hint: `hubfleet why hub/${hub}`,
      retry: "later",
    });
  }
  return serversOf(state.users, { hub, users });
}

/** The servers of these users, or of all. @throws HubfleetError UNKNOWN_TARGET */
export function serversOf(
  found: readonly HubUser[],
  { hub, users }: { readonly hub: string; readonly users: readonly string[] },
): readonly RunningServer[] {
  const all = found.flatMap(({ name, servers }) => servers.map((server) => ({ user: name, server: server.name })));
  for (const user of users) {
    if (all.some((one) => one.user === user)) continue;
    const names = [...new Set(all.map((one) => one.user))];
    throw new HubfleetError("UNKNOWN_TARGET", {
      message: `"${user}" has no running server on hub "${hub}"`,
      hint: nameHint(user, names) ?? "no server runs there",
    });
  }
  return users.length === 0 ? all : all.filter(({ user }) => users.includes(user));
}

/** Ends servers of a hub of this machine. */
export async function stopServers(props: StopServersProps): Promise<StoppedServers> {
  const { fleetUuid, hub, message, world, report } = props;
  const notice = { fleetUuid, hub, by: "stop-servers", world } as const;
  return stopServersAt(props, {
    world,
    announce: (until) => announce(notice, { message, until, report }),
    withdraw: () => withdraw(notice),
    enter: async (work) => {
      const address = await addressOf(fleetUuid, hub, world);
      return withLease({ fleetUuid, command: "stop-servers", world, report }, (steps) => work(address, steps));
    },
  });
}

/**
 * Announces on the hub's pages, waits, ends the servers. The announcement is a file of its own with an end, so it is no
 * change of the live settings, and one that a killed command left behind goes by itself.
 */
export async function stopServersAt(props: StopProps, place: StopPlace): Promise<StoppedServers> {
  const { hub, servers, signal } = props;
  const { clock, hubApi } = place.world;
  if (servers.length === 0) return { stopped: [], failed: [], isInterrupted: false };
  const until = new Date(clock.now().getTime() + props.waitMilliseconds);
  try {
    if (props.waitMilliseconds > 0 || props.message !== "") await place.announce(until);
    if (!(await waitUntil(until, { world: place.world, signal })))
      return { stopped: [], failed: [], isInterrupted: true };
    return await place.enter(async (address, steps) => {
      const stop = async (one: RunningServer): Promise<{ server: string; reason: string }> => {
        const server = one.server === "" ? one.user : `${one.user}/${one.server}`;
        try {
          await steps.run(`hub/${hub}`, `stop server of ${server}`, () =>
            hubApi.stopServer(address, one.user, one.server),
          );
          return { server, reason: "" };
        } catch (error) {
          return { server, reason: error instanceof Error ? error.message : String(error) };
        }
      };
      const results = await pMap(servers, stop, { concurrency: 4 });
      const stopped = results.filter(({ reason }) => reason === "").map(({ server }) => server);
      return { stopped, failed: results.filter(({ reason }) => reason !== ""), isInterrupted: false };
    });
  } finally {
    await place.withdraw();
  }
}

async function addressOf(fleetUuid: string, hub: string, world: LocalWorld): Promise<HubAddress> {
  const { applied } = await observe(fleetUuid, hub, world);
  const token = await operatorToken(hubPaths(world.machine.stateRoot, fleetUuid, hub).secrets, world);
  const { port = 0, basePath = "/" } = applied?.hub ?? {};
  return { url: `http://127.0.0.1:${hubPorts(port).hub}${basePath}`, token: token ?? "" };
}

function observe(fleetUuid: string, hub: string, world: LocalWorld): ReturnType<typeof observeHub> {
  return observeHub({ fleetUuid, name: hub, port: undefined, basePath: undefined }, world);
}
