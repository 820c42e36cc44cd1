import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";

/** A hub's namespace. Who may only work in some was given them: those are left as they are. */
export async function putNamespace(
  connection: ClusterConnection,
  namespace: KubernetesObject,
  signal: AbortSignal,
): Promise<void> {
  try {
    await connection.apply(namespace, { takesOver: true }, signal);
  } catch (thrown) {
    if (!(thrown instanceof HubfleetError) || thrown.code !== "CLUSTER_DENIED") throw thrown;
  }
}
