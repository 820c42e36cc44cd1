import type { HelmRelease } from "../../ports/helm.ts";
import type { ObjectMetadata } from "../../ports/kubernetes.ts";

/** Labels that are Helm's own. */
const own: ReadonlySet<string> = new Set(["name", "owner", "status", "version", "modifiedAt", "createdAt"]);

/** The newest record of each release, out of the metadata of the secrets in which Helm keeps them. */
export function readReleases(secrets: readonly ObjectMetadata[]): readonly HelmRelease[] {
  const newest = new Map<string, HelmRelease>();
  for (const { namespace = "", labels = {} } of secrets) {
    const { name, status, version } = labels;
    if (name === undefined || status === undefined || version === undefined) continue;
    const release = {
      name,
      namespace,
      revision: Number(version),
      status,
      labels: Object.fromEntries(Object.entries(labels).filter(([key]) => !own.has(key))),
    };
    const key = JSON.stringify([namespace, name]);
    if ((newest.get(key)?.revision ?? -1) < release.revision) newest.set(key, release);
  }
  return [...newest].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, release]) => release);
}
