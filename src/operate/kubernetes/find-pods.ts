import type { ClusterConnection, ContainerReference, KubernetesObject } from "../../ports/kubernetes.ts";

export interface FoundPod {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isRunning: boolean;
  /** Its first container, which is what it is there for; charts and operators put others behind it. */
  readonly container: ContainerReference;
}

interface WrittenPod {
  readonly spec?: { readonly containers?: readonly { readonly name: string }[] };
  readonly status?: { readonly phase?: string };
}

/** Pods with these labels: those that run first, and of these the newest. */
export async function findPods(
  connection: ClusterConnection,
  query: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<readonly FoundPod[]> {
  const pods = await connection.list({ apiVersion: "v1", kind: "Pod", ...query }, signal);
  return pods
    .map((pod) => ({ ...readPod(pod, query.namespace), createdAt: pod.metadata.creationTimestamp ?? "" }))
    .sort(
      (one, other) => Number(other.isRunning) - Number(one.isRunning) || (other.createdAt > one.createdAt ? 1 : -1),
    );
}

function readPod(pod: KubernetesObject, namespace: string): FoundPod {
  const { metadata } = pod;
  const { spec, status } = pod as WrittenPod; // the API server holds pods to their schema
  const container = spec?.containers?.[0]?.name;
  return {
    name: metadata.name,
    annotations: metadata.annotations ?? {},
    isRunning: status?.phase === "Running" && metadata.deletionTimestamp === undefined,
    container: { namespace, pod: metadata.name, ...(container === undefined ? {} : { container }) },
  };
}
