import type { LocalWorld } from "../ports/local-world.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import { stableJson } from "../runtime/local/digest.ts";
import type { AppliedHub } from "../runtime/local/observed-hub.ts";

/** Writes down what a hub was made of, where that is something else than was written. */
export async function recordApplied(
  desired: DesiredHub,
  before: AppliedHub | undefined,
  { files, clock }: Pick<LocalWorld, "files" | "clock">,
): Promise<void> {
  const applied: AppliedHub = {
    version: 1,
    at: clock.now().toISOString(),
    hub: desired.hub,
    cluster: desired.cluster,
    images: desired.images,
    look: desired.look,
    ...(desired.bundle === undefined ? {} : { bundle: desired.bundle }),
  };
  if (hasMoved(before, applied)) await files.ensureFile(desired.paths.applied, stableJson(applied), 0o600);
}

function hasMoved(before: AppliedHub | undefined, after: AppliedHub): boolean {
  return before === undefined || stableJson({ ...before, at: "" }) !== stableJson({ ...after, at: "" });
}
