import type { DesiredHub } from "./desired-hub.ts";
import { stableJson } from "./digest.ts";
import { mergeSpeeds } from "./draft.ts";
import type { ObservedHub } from "./observed-hub.ts";

/**
 * Whether what runs of a hub is the gated part of what it should run: images, look, settings, and its processes as they
 * would be started now. Live settings that wait for `apply` are no difference; neither is a process that ended.
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
  return (
    isSame &&
    wanted.every(({ name, specDigest }) => {
      const { process } = components[name];
      return process === undefined || process.specDigest === specDigest;
    })
  );
}
