import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ClusterConnection, KubernetesObject, ObjectKind } from "../../ports/kubernetes.ts";
import type { NamespaceSight } from "../../runtime/kubernetes/pod-troubles.ts";

/** Everything that troubles of pods are told from, in one go. What one may not look at counts as empty, but the pods. */
export async function lookAtNamespace(
  connection: ClusterConnection,
  namespace: string,
  signal: AbortSignal,
): Promise<NamespaceSight> {
  const list = (apiVersion: string, kind: string): Promise<readonly KubernetesObject[]> =>
    connection.list({ apiVersion, kind, namespace }, signal);
  const [pods, events, claims, deployments, statefulSets, nodes] = await Promise.all([
    list("v1", "Pod"),
    orNone(connection.events(namespace, signal)),
    orNone(list("v1", "PersistentVolumeClaim")),
    orNone(list("apps/v1", "Deployment")),
    orNone(list("apps/v1", "StatefulSet")),
    orNone(connection.list(nodeKind, signal)),
  ]);
  return { pods, events, claims, workloads: [...deployments, ...statefulSets], nodes };
}

const nodeKind: ObjectKind = { apiVersion: "v1", kind: "Node" };

async function orNone<Item>(asked: Promise<readonly Item[]>): Promise<readonly Item[]> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HubfleetError && error.code === "CLUSTER_DENIED") return [];
    throw error;
  }
}
