import { withLease } from "../../apply/lease.ts";
import type { KubernetesObject } from "../../ports/kubernetes.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { composeNotice } from "../notice.ts";
import { type RunningServer, serversOf, type StoppedServers, type StopProps, stopServersAt } from "../stop-servers.ts";
import type { Reach } from "./reach.ts";
import type { RemoteHub } from "./remote-hubs.ts";

export interface RemoteServersProps {
  readonly reach: Reach;
  readonly world: LocalWorld;
  readonly signal: AbortSignal;
}

export type StopRemoteProps = Omit<StopProps, "hub"> & RemoteServersProps & { readonly fleetUuid: string };

/** Its fields are apart from those of `apply`, which neither sees nor removes them. */
const manager = "hubfleet-notice";

/** What was announced is taken back after an interruption, too. */
const untilDone = new AbortController().signal;

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
        const { text, document } = composeNotice("stop-servers", { message, until });
        isAnnounced = true;
        await putNotice(remote, { "notice.json": Buffer.from(document).toString("base64") });
        await wakeKubelet(remote, until.toISOString());
        report({ target: `hub/${hub}`, text: `announced on its pages: ${text}`, state: "note" });
      },
      withdraw: async () => void (isAnnounced && (await putNotice(remote, {}))),
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

async function putNotice(remote: RemoteHub, data: Readonly<Record<string, string>>): Promise<void> {
  const { current: name, namespace } = remote.names;
  const secret: KubernetesObject = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, data };
  await (await remote.connect()).apply(secret, { takesOver: true, manager }, untilDone);
}

/** A pod sees a changed Secret when its kubelet looks: after a minute, or when the pod itself is changed. */
async function wakeKubelet(remote: RemoteHub, value: string): Promise<void> {
  const { namespace } = remote.names;
  const connection = await remote.connect();
  const query = { apiVersion: "v1", kind: "Pod", namespace, labels: { component: "hub" } };
  for (const { name } of await connection.listMetadata(query, untilDone)) {
    const metadata = { name, namespace, annotations: { "hubfleet.io/notice": value } };
    await connection.apply({ apiVersion: "v1", kind: "Pod", metadata }, { takesOver: true, manager }, untilDone);
  }
}
