import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub } from "../../fleet/fleet.ts";
import type { SessionHub } from "../../ports/hub-session.ts";
import { reachHub, runningPod } from "./reach-hub.ts";
import type { RemoteHub } from "./remote-hubs.ts";

/** The way that people take into a hub, beside the operator's own; open until it is closed. */
export interface Entrance {
  readonly hub: SessionHub;
  close(): Promise<void>;
}

export type Enter = (remote: RemoteHub, signal: AbortSignal) => Promise<Entrance>;

/** Where the chart's proxy listens in its pod, for HTTP. */
const proxyPort = 8000;

/**
 * Opens both ways to a hub. Past whatever stands in front of its proxy: load balancers, ingresses and names are not what is
 * tried here. Only where HTTPS ends in the proxy itself, people's own address is taken, for a certificate goes with a name.
 * @throws HubfleetError HUB_UNREACHABLE
 */
export async function enterHub(remote: RemoteHub, signal: AbortSignal): Promise<Entrance> {
  const operator = await reachHub(remote, signal);
  try {
    const people = await reachProxy(remote, signal);
    const close = async (): Promise<void> => void (await Promise.all([operator.close(), people.close()]));
    return { hub: { operator: operator.address, url: people.url }, close };
  } catch (thrown) {
    await operator.close();
    throw thrown;
  }
}

async function reachProxy(
  remote: RemoteHub,
  signal: AbortSignal,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { hub, names } = remote;
  if (endsInProxy(hub)) return { url: `https://${hub.domain ?? ""}${hub.basePath}`, close: async () => {} };
  const connection = await remote.connect();
  const { namespace } = names;
  const pod = await runningPod(connection, { namespace, component: "proxy" }, signal);
  if (pod === undefined) {
    throw new HubfleetError("HUB_UNREACHABLE", {
      message: `the proxy of hub "${hub.name}" has no running pod in namespace "${namespace}" of cluster "${hub.cluster}"`,
      hint: `hubfleet why hub/${hub.name}`,
      retry: "later",
    });
  }
  const forward = await connection.forward({ namespace, pod, port: proxyPort }, signal);
  return { url: `http://127.0.0.1:${forward.port}${hub.basePath}`, close: () => forward.close() };
}

function endsInProxy({ network }: Hub): boolean {
  const isDirect = network?.entry.kind === "load-balancer" || network?.entry.kind === "node-port";
  return isDirect && network.https.kind === "secret";
}
