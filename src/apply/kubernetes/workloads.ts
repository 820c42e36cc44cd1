import type { ClusterConnection } from "../../ports/kubernetes.ts";
import type { WorkloadReference } from "../../operate/kubernetes/await-ready.ts";

export interface ReleaseWorkload extends WorkloadReference {
  readonly release: string;
}

const kinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;

/** What runs the pods of releases; Helm says on each object of whose release it is. */
export async function findWorkloads(
  connection: ClusterConnection,
  {
    namespace,
    releases,
    signal,
  }: { readonly namespace: string; readonly releases: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<readonly ReleaseWorkload[]> {
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const objects = await connection.listMetadata({ apiVersion: "apps/v1", kind, namespace }, signal);
      return objects
        .map(({ name, annotations }) => ({ kind, name, release: annotations?.["meta.helm.sh/release-name"] ?? "" }))
        .filter(({ release }) => releases.has(release));
    }),
  );
  return found.flat();
}
