import type { Stage } from "../fleet/fleet.ts";
import type { GateHub, GateInput, GateStage } from "./gate-input.ts";
import type { Hold } from "./hold.ts";
import type { Parts } from "./gate-evidence.ts";

export interface StageFacts {
  readonly hubs: (stage: string) => readonly GateHub[];
  readonly running: (stage: string) => Parts | undefined;
  readonly holds: readonly Hold[];
  /** The hubs that a stage had at the commit before the bundle, where it is there no more. */
  readonly hubsBefore: (stage: string) => readonly GateHub[];
}

/**
 * The stages that the gate of one stage looks at: those of today, in order, and those that were before it at the commit
 * before the bundle. Taking a stage out, or moving it behind, is loosening, and is asked for once more.
 */
export function planStages(
  target: string,
  { now, before }: { readonly now: readonly Stage[]; readonly before: readonly Stage[] },
  facts: StageFacts,
): Pick<GateInput, "stage" | "earlier"> | undefined {
  const stage = now.find(({ name }) => name === target);
  if (stage === undefined) return undefined;
  const policyBefore = (name: string): GateStage["before"] => before.find((one) => one.name === name)?.policy;
  const toGateStage = (one: Stage, isRemoved: boolean): GateStage => ({
    name: one.name,
    policy: one.policy,
    before: policyBefore(one.name),
    isRemoved,
    hubs: isRemoved ? facts.hubsBefore(one.name) : facts.hubs(one.name),
    running: facts.running(one.name),
    holds: facts.holds.filter((hold) => hold.target === `stage/${one.name}`),
  });
  const today = now.slice(0, now.indexOf(stage));
  const once = before.slice(
    0,
    Math.max(
      0,
      before.findIndex(({ name }) => name === target),
    ),
  );
  const moved = now.filter(
    (one) => !today.includes(one) && one !== stage && once.some(({ name }) => name === one.name),
  );
  const removed = once.filter(({ name }) => !now.some((one) => one.name === name));
  return {
    stage: toGateStage(stage, false),
    earlier: [
      ...removed.map((one) => toGateStage(one, true)),
      ...[...today, ...moved].map((one) => toGateStage(one, false)),
    ],
  };
}
