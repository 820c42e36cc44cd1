import type { ClusterConnection } from "../../ports/kubernetes.ts";
import type { WorkloadReference } from "../../operate/kubernetes/await-ready.ts";

const kinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;

/** What runs the pods of releases; Helm says on each object of whose release it is. */
export async function findWorkloads(
  connection: ClusterConnection,
  {
    namespace,
    releases,
    signal,
  }: { readonly namespace: string; readonly releases: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<readonly WorkloadReference[]> {
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const objects = await connection.listMetadata({ apiVersion: "apps/v1", kind, namespace }, signal);
      return objects
        .filter(({ annotations }) => releases.has(annotations?.["meta.helm.sh/release-name"] ?? ""))
        .map(({ name }): WorkloadReference => ({ kind, name }));
    }),
  );
  return found.flat();
}
