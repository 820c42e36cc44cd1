import { applyDraft } from "../apply/apply-draft.ts";
import { withLease } from "../apply/lease.ts";
import type { Outcome } from "../apply/outcome.ts";
import { HubfleetError, HubfleetErrors } from "../errors/hubfleet-error.ts";
import type { Fleet, Hub } from "../fleet/fleet.ts";
import type { FleetReading } from "../fleet/read-fleet.ts";
import type { Assign } from "../operate/bundles/assign-bundles.ts";
import type { Intent } from "../operate/bundles/read-intent.ts";
import { findEndings } from "../operate/find-endings.ts";
import { unwrittenWords } from "../operate/kubernetes/find-unwritten.ts";
import { mergePlans } from "../operate/kubernetes/merge-plans.ts";
import { planFleet } from "../operate/plan-fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { isLocal } from "../runtime/local/draft.ts";
import type { Remotes, SoundReading } from "./remotes.ts";
import type { App } from "./use-cases.ts";

export interface PlanAndApplyProps {
  readonly directory: string;
  readonly local: LocalWorld;
  readonly remotes: Remotes;
  readonly fleet: () => Promise<Fleet>;
  readonly read: () => Promise<FleetReading>;
  readonly intent: () => Promise<Intent>;
  readonly assign: Assign;
}

/** What is wanted of hubs against what is there, wherever they are. */
export function createPlanAndApply(
  props: PlanAndApplyProps,
): Pick<App, "plan" | "drift" | "mendDrift" | "apply" | "endings"> {
  const { directory, local, remotes, fleet, read, intent, assign } = props;
  const split = async (hubs: readonly Hub[]): Promise<{ now: Fleet; here: readonly Hub[]; away: readonly Hub[] }> => {
    const now = await fleet();
    const isHere = ({ cluster }: Hub): boolean => isLocal(now.clusters.get(cluster));
    return { now, here: hubs.filter(isHere), away: hubs.filter((hub) => !isHere(hub)) };
  };
  const sound = async (): Promise<SoundReading> => {
    const reading = await read();
    if (reading.fleet === undefined) throw new HubfleetErrors(reading.problems);
    return { ...reading, fleet: reading.fleet };
  };
  return {
    plan: async (hubs, { remove, clusters = [] } = { remove: false }) => {
      const { now, here, away } = await split(hubs);
      const own = await planFleet({ fleet: now, directory, hubs: here, assign, remove, world: local });
      const never = new AbortController().signal;
      const isWhole = hubs.length === now.hubs.size;
      const unwritten = isWhole ? remotes.unwritten(now, never) : undefined;
      const remarks = async (): Promise<readonly string[]> =>
        ((await unwritten)?.hubs ?? []).map((hub) => unwrittenWords(now, hub));
      if (away.length + clusters.length === 0) return { ...own, remarks: [...own.remarks, ...(await remarks())] };
      const reading = await sound();
      const plans = await remotes.plan(reading, away, await intent(), never);
      const whole = await remotes.planClusters(reading, plans, clusters, never);
      const merged = mergePlans(own, { hubs: await remotes.refuse(reading, plans, never), clusters: whole }, now);
      return { ...merged, remarks: [...merged.remarks, ...(await remarks())] };
    },
    drift: async (hubs, signal) => {
      const { away } = await split(hubs);
      return remotes.drift(await remotes.plan(await sound(), away, await intent(), signal), signal);
    },
    mendDrift: async (hubs, watch) => {
      const { now, away } = await split(hubs);
      const plans = await remotes.plan(await sound(), away, await intent(), watch.signal);
      const lease = { fleetUuid: now.uuid, command: "apply", world: local, report: watch.report };
      return withLease(lease, (steps) => remotes.mend(now, plans, { ...watch, steps }));
    },
    apply: async (hubs, watch, saved, options) => {
      const { now, here, away } = await split(hubs);
      const outcomes: Outcome[] = [];
      const { clusters = [] } = options ?? {};
      if (here.length > 0 || away.length + clusters.length === 0 || options?.remove === true) {
        const about = { fleet: now, directory, hubs: here, assign, saved, ...options, world: local, ...watch };
        outcomes.push(
          ...(await applyDraft(about).catch((thrown: unknown) => orNone(thrown, away.length + clusters.length > 0))),
        );
      }
      if (away.length + clusters.length > 0) outcomes.push(...(await applyAway(now, away)));
      return outcomes;

      async function applyAway({ uuid }: Fleet, far: readonly Hub[]): Promise<readonly Outcome[]> {
        const [reading, wanted] = [await sound(), await intent()];
        const lease = { fleetUuid: uuid, command: "apply", world: local, report: watch.report };
        const { ending } = options ?? {};
        const applied = await withLease(lease, (steps) =>
          remotes.apply(reading, far, { ...watch, intent: wanted, command: "apply", saved, ending, clusters, steps }),
        );
        if (applied.length === 0 && outcomes.length === 0 && far.length > 0) throw nothingGiven(far);
        return applied;
      }
    },
    endings: async (hubs, command) => {
      const { now, here, away } = await split(hubs);
      const chosen = here.map((hub) => now.hubs.get(hub.name) ?? hub);
      const near = await findEndings({ fleet: now, directory, hubs: chosen, command, assign, world: local });
      // `up` never touches them.
      if (away.length === 0 || command === "up") return near;
      return [...near, ...(await remotes.endings(await sound(), away, await intent()))];
    },
  };
}

/** That nothing is brought up on this machine is no reason to leave hubs elsewhere as they are. */
function orNone(thrown: unknown, isMore: boolean): readonly Outcome[] {
  if (isMore && thrown instanceof HubfleetError && thrown.code === "NO_DRAFT") return [];
  throw thrown;
}

function nothingGiven(hubs: readonly Hub[]): HubfleetError {
  const names = hubs.map(({ name }) => name).join(", ");
  return new HubfleetError("NO_BUNDLE_GIVEN", {
    message: `nobody gave ${names} a bundle yet, and hubs on Kubernetes run nothing else`,
    hint: "`hubfleet bundle new`, then `hubfleet promote BUNDLE --to STAGE`",
  });
}
