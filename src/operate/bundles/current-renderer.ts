import type { LocalWorld } from "../../ports/local-world.ts";

/**
 * Raised when hubfleet makes another hub of the same settings, so that bundles made by it are tried anew. What hubs run
 * of hubfleet's own Python is told apart by its digest.
 */
const rendererRevision = 1;

/** Names how this hubfleet makes hubs of settings. */
export async function currentRenderer({
  files,
  pythonSource,
}: Pick<LocalWorld, "files" | "pythonSource">): Promise<string> {
  const python = (await files.digest(pythonSource)) ?? "";
  return `${rendererRevision}.${python.slice(0, 12)}`;
}
