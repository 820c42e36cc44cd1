import type { DesiredHub } from "./desired-hub.ts";
import { stableJson } from "./digest.ts";
import { mergeSpeeds } from "./draft.ts";
import type { ObservedHub } from "./observed-hub.ts";

/**
 * Whether a hub runs the gated part of what it should: images, look, settings, and its processes as this hubfleet starts
 * them. Live settings that wait for `apply` are no difference.
 */
export function runsAsDesired(desired: DesiredHub, { applied, components }: ObservedHub): boolean {
  if (applied === undefined) return false;
  const { hub, images, look = {}, cluster } = applied;
  const isSame =
    stableJson(mergeSpeeds(hub, desired.hub)) === stableJson(desired.hub) &&
    stableJson({ images, look, cluster }) ===
      stableJson({ images: desired.images, look: desired.look, cluster: desired.cluster });
  // The culler is told about idle times by its arguments, and those are live.
  const wanted = desired.components.filter(({ name }) => name !== "culler");
  return isSame && wanted.every(({ name, specDigest }) => components[name].process?.specDigest === specDigest);
}
