import { type Effect, worstEffect } from "../../plan/effect.ts";
import { serversPart } from "../../plan/plan-remote-hub.ts";
import type { Change } from "../../plan/plan.ts";
import { describeNumbers } from "../../plan/stranded.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { type PeoplesWork, readPeoplesWork, strandedWork } from "../../runtime/kubernetes/peoples-work.ts";
import { livePart } from "../../runtime/kubernetes/remote-applied.ts";
import type { Ending } from "../find-endings.ts";
import type { PlannedRemote, RemotePlan } from "./plan-remotes.ts";

/** What would end on hubs on clusters, for asking before it begins. A hub that cannot be looked at ends nothing: it fails. */
export async function findRemoteEndings(plans: readonly RemotePlan[], signal: AbortSignal): Promise<readonly Ending[]> {
  const found = await Promise.all(
    plans.map(async (plan) => {
      if (plan.kind !== "planned") return [];
      const what = await describeEnding(plan, signal);
      return what === undefined ? [] : [{ hub: plan.remote.hub.name, what }];
    }),
  );
  return found.flat();
}

/**
 * What of people's work a plan ends that runs now, in words: "2 servers and 1 Dask cluster"; undefined: nothing. Costs a
 * request only where the plan says that something may end. Those who lost access are not counted: they are put out.
 */
export async function describeEnding(plan: PlannedRemote, signal: AbortSignal): Promise<string | undefined> {
  const harsh = plan.changes.filter(({ part, effect }) => part !== livePart && isHarsh(effect));
  if (harsh.length === 0) return undefined;
  const { remote, desired } = plan;
  const stranded = await findStranded(await remote.connect(), { ...desired, names: remote.names }, signal);
  const servers = stranded.filter(({ kind }) => kind === "server").length;
  const work = describeNumbers({ servers, clusters: stranded.length - servers });
  const leaving = plan.adoption?.leaving ?? [];
  const theirs = leaving.length === 0 ? "" : `the servers of ${leaving.join(", ")}, whom nothing lets in any more`;
  const words = [work, theirs, ...harsh.flatMap(describeLoss)].filter((text) => text !== "");
  return words.length === 0 ? undefined : words.join(" and ");
}

export interface StrandedProps {
  readonly names: PlannedRemote["remote"]["names"];
  readonly hub: PlannedRemote["desired"]["hub"];
}

/** Servers and Dask clusters that run and that cannot go on with the hub as it is to be. */
export async function findStranded(
  connection: ClusterConnection,
  { names: { namespace }, hub }: StrandedProps,
  signal: AbortSignal,
): Promise<readonly PeoplesWork[]> {
  const pods = await connection.list({ apiVersion: "v1", kind: "Pod", namespace }, signal);
  return strandedWork(readPeoplesWork(pods), hub);
}

/** Whether somebody has to agree to it. */
function isHarsh(effect: Effect): boolean {
  return worstEffect([effect, "servers end"]) === effect;
}

function describeLoss({ part, effect }: Change): string[] {
  return effect === "data at risk" && part !== serversPart ? [`${part} with all that it made`] : [];
}
