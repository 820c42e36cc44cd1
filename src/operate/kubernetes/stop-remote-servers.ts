import { withLease } from "../../apply/lease.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { type RunningServer, serversOf, type StoppedServers, type StopProps, stopServersAt } from "../stop-servers.ts";
import type { Reach } from "./reach.ts";
import type { RemoteHub } from "./remote-hubs.ts";
import { announceRemote, withdrawRemote } from "./remote-notice.ts";

export interface RemoteServersProps {
  readonly reach: Reach;
  readonly world: LocalWorld;
  readonly signal: AbortSignal;
}

export type StopRemoteProps = Omit<StopProps, "hub"> & RemoteServersProps & { readonly fleetUuid: string };

/**
 * The servers that run on a hub, of the users named or of all.
 * @throws HubfleetError HUB_UNREACHABLE, UNKNOWN_TARGET for a user without a running server, and those of its cluster
 */
export async function remoteServers(
  remote: RemoteHub,
  users: readonly string[],
  { reach, world, signal }: RemoteServersProps,
): Promise<readonly RunningServer[]> {
  const way = await reach(remote, signal);
  try {
    return serversOf((await world.hubApi.state(way.address)).users, { hub: remote.hub.name, users });
  } finally {
    await way.close();
  }
}

/** Announces on the hub's pages, waits, ends the servers. The announcement has an end, so that it goes whatever happens. */
export async function stopRemoteServers(remote: RemoteHub, props: StopRemoteProps): Promise<StoppedServers> {
  const { fleetUuid, message, reach, report, signal, world } = props;
  const hub = remote.hub.name;
  let isAnnounced = false;
  return stopServersAt(
    { ...props, hub },
    {
      world,
      async announce(until) {
        isAnnounced = true;
        await announceRemote(remote, "stop-servers", { message, until, report });
      },
      withdraw: async () => void (isAnnounced && (await withdrawRemote(remote, "stop-servers"))),
      async enter(work) {
        const way = await reach(remote, signal);
        try {
          const lease = { fleetUuid, command: "stop-servers", world, report };
          return await withLease(lease, (steps) => work(way.address, steps));
        } finally {
          await way.close();
        }
      },
    },
  );
}
