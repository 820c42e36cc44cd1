import type { HelmRelease } from "../../ports/helm.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { readReleases } from "./read-releases.ts";

/** One list of metadata, the same for every version of Helm; what is in the secrets is not read. */
export async function listReleases(
  cluster: ClusterConnection,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<readonly HelmRelease[]> {
  const records = { apiVersion: "v1", kind: "Secret", labels: { owner: "helm" }, namespace };
  return readReleases(await cluster.listMetadata(records, signal));
}
