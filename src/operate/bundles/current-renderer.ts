import { dirname } from "node:path";

import type { LocalWorld } from "../../ports/local-world.ts";

/**
 * Raised when hubfleet makes another hub of the same settings, so that bundles made by it are tried anew. What hubs run
 * of hubfleet's own Python is told apart by its digest.
 */
const rendererRevision = 1;

/** Names how this hubfleet makes hubs of settings: a revision, its Python for all hubs, and what those on Kubernetes get beside. */
export async function currentRenderer({
  files,
  pythonSource,
}: Pick<LocalWorld, "files" | "pythonSource">): Promise<string> {
  const onKubernetes = `${dirname(pythonSource)}/hubfleet_kubernetes`;
  const [python = "", more] = await Promise.all([files.digest(pythonSource), files.digest(onKubernetes)]);
  const parts = [python, ...(more === undefined ? [] : [more])];
  return [rendererRevision, ...parts.map((digest) => digest.slice(0, 12))].join(".");
}
