import type { Fleet } from "../../fleet/fleet.ts";
import type { Charts, KeptChart } from "../../ports/helm.ts";
import { releasePart } from "../../runtime/kubernetes/remote-applied.ts";
import { type CheckChartValues, createChartValueCheck } from "./check-chart-values.ts";
import type { PlannedRemote, RemotePlan } from "./plan-remotes.ts";

/**
 * Plans as `apply` would take them: a hub with a release to be changed, whose chart would refuse its values, fails with what
 * is wrong with them. Charts that this machine does not have are not asked for; `apply` looks then.
 */
export async function refuseChartValues(
  plans: readonly RemotePlan[],
  {
    fleet,
    charts,
    signal,
  }: { readonly fleet: Fleet; readonly charts: () => Promise<Charts>; readonly signal: AbortSignal },
): Promise<readonly RemotePlan[]> {
  if (!plans.some((plan) => plan.kind === "planned" && changedReleases(plan).length > 0)) return plans;
  const opened = await charts();
  const check = createChartValueCheck(opened);
  return Promise.all(plans.map((plan) => refuse(plan, { fleet, charts: opened, check, signal })));
}

async function refuse(
  plan: RemotePlan,
  props: {
    readonly fleet: Fleet;
    readonly charts: Charts;
    readonly check: CheckChartValues;
    readonly signal: AbortSignal;
  },
): Promise<RemotePlan> {
  if (plan.kind !== "planned") return plan;
  const { fleet, charts, check, signal } = props;
  const kept = new Map<string, KeptChart>();
  for (const { release, chart: name, repository, version, digest } of changedReleases(plan)) {
    const found = await charts.find({ name, repository, version, digest }, signal);
    if (found !== undefined) kept.set(release, found);
  }
  const { rendered, hub } = plan.desired;
  const errors = await check({ hub, rendered, kept, fleet, signal });
  return errors.length === 0 ? plan : { kind: "failed", remote: plan.remote, errors };
}

function changedReleases({ desired, changes }: PlannedRemote): PlannedRemote["desired"]["rendered"]["releases"] {
  const parts = new Set(changes.map(({ part }) => part));
  const isNew = parts.has("hub");
  return desired.rendered.releases.filter(({ release }) => isNew || parts.has(releasePart(release)));
}
