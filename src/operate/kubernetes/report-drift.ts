import { fromUnknown } from "../../errors/from-unknown.ts";
import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import { findDrift, type FindDriftProps, type HubDrift } from "./find-drift.ts";
import type { RemotePlan } from "./plan-remotes.ts";

/** Hubs as they are against what was put in place. */
export interface DriftReport {
  readonly hubs: readonly DriftedHub[];
}

export interface DriftedHub extends HubDrift {
  readonly target: string;
  /** Why nobody knows. */
  readonly errors: readonly HubfleetError[];
}

/** Looks at hubs one after another, each with everything it has; never throws for a hub or a cluster. */
export async function reportDrift(
  plans: readonly RemotePlan[],
  props: Omit<FindDriftProps, "connection">,
): Promise<DriftReport> {
  const hubs: DriftedHub[] = [];
  for (const plan of plans) {
    const nothing = { target: `hub/${plan.remote.hub.name}`, objects: [], looked: 0, remarks: [], errors: [] };
    if (plan.kind === "not-given") hubs.push({ ...nothing, remarks: ["nobody gave it a bundle yet"] });
    else if (plan.kind === "failed") hubs.push({ ...nothing, errors: plan.errors });
    else {
      try {
        const connection = await plan.remote.connect();
        hubs.push({ ...nothing, ...(await findDrift(plan, { ...props, connection })) });
      } catch (thrown) {
        props.signal.throwIfAborted();
        hubs.push({ ...nothing, errors: fromUnknown(thrown) });
      }
    }
  }
  return { hubs };
}
