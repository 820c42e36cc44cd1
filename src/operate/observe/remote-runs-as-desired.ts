import { stableJson } from "../../runtime/local/digest.ts";
import { mergeSpeeds } from "../../runtime/local/draft.ts";
import { livePart, secretsPart } from "../../runtime/kubernetes/remote-applied.ts";
import type { PlannedRemote } from "../kubernetes/plan-remotes.ts";

const live: ReadonlySet<string> = new Set([livePart, secretsPart, "notes"]);

/**
 * Whether what was put in place of a hub on Kubernetes is the gated part of what it should run, and still as hubfleet left
 * it. Live settings and secrets that wait for `apply` are no difference. What runs its pods and was deleted shows in its
 * health.
 */
export async function remoteRunsAsDesired({ desired, observed, changes, problems }: PlannedRemote): Promise<boolean> {
  if (observed.applied === undefined || problems !== undefined) return false;
  if (changes.every(({ part }) => live.has(part))) return true;
  const { releases: seen, applied } = observed;
  const isAsLeft = Object.entries(applied.revisions).every(([name, revision]) =>
    seen.some((one) => one.name === name && one.revision === revision && one.status === "deployed"),
  );
  const whole = isAsLeft ? await observed.whole() : undefined;
  if (whole === undefined) return false;
  // Some live settings are in a chart's values, too: the culler is told by them.
  const gatedOf = ({ images, code }: Pick<typeof whole, "images" | "code">, hub: typeof whole.hub): string =>
    stableJson({ hub, images, code, cluster: whole.cluster });
  return (
    gatedOf(whole, mergeSpeeds(whole.hub, desired.hub)) === gatedOf(desired, desired.hub) &&
    stableJson(whole.cluster) === stableJson(desired.remote.cluster)
  );
}
