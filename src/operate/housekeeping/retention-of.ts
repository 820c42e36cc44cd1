import type { Fleet } from "../../fleet/fleet.ts";
import { defaultRetention, type Retention } from "../../plan/plan-collection.ts";
import { isLocal } from "../../runtime/local/draft.ts";

/** How long a fleet keeps things on this machine: the longest that one of its local clusters says. */
export function retentionOf(fleet: Pick<Fleet, "clusters"> | undefined): Retention {
  const clusters = [...(fleet?.clusters.values() ?? [])].filter(isLocal);
  if (clusters.length === 0) return defaultRetention;
  const written = clusters.map(({ housekeeping }) => housekeeping ?? {});
  const { environmentsSeconds, logsSeconds } = defaultRetention;
  return {
    environmentsSeconds: Math.max(...written.map((one) => one.keepEnvironmentsSeconds ?? environmentsSeconds)),
    logsSeconds: Math.max(...written.map((one) => one.keepServerLogsSeconds ?? logsSeconds)),
  };
}
