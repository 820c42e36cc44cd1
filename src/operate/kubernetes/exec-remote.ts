import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { ExecResult } from "../../ports/kubernetes.ts";
import { serverLabels, serverOf } from "../../runtime/kubernetes/hub-components.ts";
import { findPods, type FoundPod } from "./find-pods.ts";
import type { RemoteHub } from "./remote-hubs.ts";

export interface ExecRemoteProps {
  /** A user, or USER/SERVER, in whose server's pod it runs; undefined: the hub's own. */
  readonly server: string | undefined;
  readonly command: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Runs a command to its end in the pod of a hub or of a user's server, without input or terminal.
 * @throws HubfleetError UNKNOWN_TARGET, HUB_UNREACHABLE, OBJECT_REFUSED where there is no such command, and those of its cluster
 */
export async function execInRemoteHub(
  remote: RemoteHub,
  { server, command, signal }: ExecRemoteProps,
): Promise<ExecResult> {
  const connection = await remote.connect();
  const labels = server === undefined ? { component: "hub" } : serverLabels;
  const pods = await findPods(connection, { namespace: remote.names.namespace, labels }, signal);
  const running = pods.filter(({ isRunning }) => isRunning);
  return connection.exec(choose(remote, running, server).container, command, signal);
}

function choose({ hub }: RemoteHub, pods: readonly FoundPod[], server: string | undefined): FoundPod {
  if (server === undefined) {
    const [pod] = pods;
    if (pod !== undefined) return pod;
    throw new HubfleetError("HUB_UNREACHABLE", {
      message: `hub "${hub.name}" has no running pod on cluster "${hub.cluster}"`,
      hint: `hubfleet why hub/${hub.name}`,
      retry: "later",
    });
  }
  const wanted = server.replace("/", "--");
  const found = pods.find(({ annotations }) => serverOf(annotations) === wanted);
  if (found !== undefined) return found;
  const names = pods.flatMap(({ annotations }) => serverOf(annotations)?.replace("--", "/") ?? []);
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `"${server}" has no running server on hub "${hub.name}", and with it no pod to run anything in`,
    hint: nameHint(server, names) ?? "no server runs there",
  });
}
