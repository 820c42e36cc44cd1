import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import { secretValue } from "./observe-remote.ts";
import type { WayToHub } from "./reach.ts";
import type { RemoteHub } from "./remote-hubs.ts";

/** Where the chart's hub listens in its pod. */
const hubPort = 8081;

/** Opens a way through the cluster's API server to the hub's own interface, past its proxy. @throws HubfleetError HUB_UNREACHABLE */
export async function reachHub(remote: RemoteHub, signal: AbortSignal): Promise<WayToHub> {
  const { hub, names } = remote;
  const connection = await remote.connect();
  const { namespace } = names;
  const [pod, made] = await Promise.all([
    runningPod(connection, { namespace, component: "hub" }, signal),
    connection.get({ apiVersion: "v1", kind: "Secret", name: names.made, namespace }, signal),
  ]);
  const token = secretValue(made, "operatorToken");
  if (pod === undefined || token === undefined) {
    throw new HubfleetError("HUB_UNREACHABLE", {
      message: `hub "${hub.name}" has no running pod in namespace "${namespace}" of cluster "${hub.cluster}"`,
      hint: `hubfleet why hub/${hub.name}`,
      retry: "later",
    });
  }
  const forward = await connection.forward({ namespace, pod, port: hubPort }, signal);
  return { address: { url: `http://127.0.0.1:${forward.port}${hub.basePath}`, token }, close: () => forward.close() };
}

/** The newest pod of a component of the jupyterhub chart that runs and is not on its way out. */
export async function runningPod(
  connection: ClusterConnection,
  { namespace, component }: { readonly namespace: string; readonly component: "hub" | "proxy" },
  signal: AbortSignal,
): Promise<string | undefined> {
  const pods = await connection.list({ apiVersion: "v1", kind: "Pod", namespace, labels: { component } }, signal);
  const running = pods.filter(isRunning).sort((one, other) => createdAt(other) - createdAt(one));
  return running[0]?.metadata.name;
}

function isRunning({ metadata, status }: KubernetesObject): boolean {
  const { phase } = Object(status) as { readonly phase?: string }; // as the API has it
  return phase === "Running" && metadata.deletionTimestamp === undefined;
}

function createdAt({ metadata }: KubernetesObject): number {
  return Date.parse(metadata.creationTimestamp ?? "");
}
