import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { hubComponents, serverLabels, serverOf } from "../../runtime/kubernetes/hub-components.ts";
import type { Log } from "../hub-logs.ts";
import { findPods, type FoundPod } from "./find-pods.ts";
import type { RemoteHub } from "./remote-hubs.ts";

export interface RemoteLogsProps {
  /** "hub", "proxy", "gateway", "gateway-controller", "gateway-proxy", "server/USER"; undefined: all but users'. */
  readonly component: string | undefined;
  /** Of the container before its last restart. */
  readonly previous: boolean;
  readonly signal: AbortSignal;
}

/**
 * The logs of a hub's pods, or of one component or user's server. A pod that was replaced takes its log along.
 * @throws HubfleetError UNKNOWN_TARGET when it has no such log, and those of its cluster
 */
export async function remoteLogs(remote: RemoteHub, props: RemoteLogsProps): Promise<readonly Log[]> {
  const { hub, names } = remote;
  const connection = await remote.connect();
  const { namespace } = names;
  const find = (labels: Readonly<Record<string, string>>): Promise<readonly FoundPod[]> =>
    findPods(connection, { namespace, labels }, props.signal);
  const logOf = (component: string, look: () => Promise<FoundPod | undefined>): Log => ({
    component,
    tail: async (lines) => tail(connection, { pod: await look(), lines, ...props }),
  });

  const components = hubComponents(names, { dask: hub.dask.enabled });
  const own = components.map(({ name, labels }) => ({ name, look: async () => (await find(labels))[0] }));
  const present = await Promise.all(own.map(async ({ look }) => (await look()) !== undefined));
  const running = own.filter((_, index) => present[index]);
  if (props.component === undefined) return running.map(({ name, look }) => logOf(name, look));

  const wanted = props.component;
  const named = running.find(({ name }) => name === wanted);
  if (named !== undefined) return [logOf(named.name, named.look)];
  const servers = (await find(serverLabels)).flatMap(({ annotations }) => serverOf(annotations) ?? []);
  const owner = servers.find((server) => wanted === `server/${server}`);
  if (owner !== undefined) {
    const look = async (): Promise<FoundPod | undefined> =>
      (await find(serverLabels)).find(({ annotations }) => serverOf(annotations) === owner);
    return [logOf(wanted, look)];
  }
  const all = [...running.map(({ name }) => name), ...servers.map((server) => `server/${server}`)];
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `hub "${hub.name}" has no pod of "${wanted}" on cluster "${hub.cluster}"`,
    hint: nameHint(wanted, all) ?? (all.length === 0 ? `hubfleet why hub/${hub.name}` : `it has: ${all.join(", ")}`),
  });
}

/** Nothing where the pod is gone, its container has not started yet, or was never restarted. */
async function tail(
  connection: ClusterConnection,
  { pod, lines, previous, signal }: RemoteLogsProps & { readonly pod: FoundPod | undefined; readonly lines: number },
): Promise<readonly string[]> {
  if (pod === undefined) return [];
  try {
    const text = await connection.podLogs(pod.container, { lines, isPrevious: previous }, signal);
    return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  } catch (thrown) {
    const isNone =
      thrown instanceof HubfleetError && (thrown.code === "OBJECT_ABSENT" || thrown.code === "OBJECT_REFUSED");
    if (isNone) return [];
    throw thrown;
  }
}
