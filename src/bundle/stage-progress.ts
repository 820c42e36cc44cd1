import type { StagePolicy } from "../fleet/stage-policy.ts";
import type { Deployed } from "./deployed.ts";
import { type Hold, holdsOf } from "./hold.ts";
import type { StageProgress } from "./waves.ts";

export interface StageProgressProps {
  readonly stage: string;
  readonly policy: StagePolicy;
  readonly deployed: Deployed;
  /** Its hubs, in the order in which they go. `isHere`: this hubfleet can change it. */
  readonly hubs: readonly { readonly name: string; readonly isHere: boolean }[];
  readonly holds: readonly Hold[];
  readonly now: number;
}

/**
 * How far a stage has come with its bundle.
 *
 * | hub | state |
 * | --- | ----- |
 * | is being changed, or was when a command ended | changing, on hold or not: it is brought to an end |
 * | on hold (itself; a hold of the stage stops the stage), or out of reach | kept |
 * | did, or did not do, well with the stage's bundle | done, failed |
 * | else | waiting |
 */
export function stageProgress({ stage, policy, deployed, hubs, holds, now }: StageProgressProps): StageProgress {
  const attempts = deployed.stages[stage]?.hubs ?? {};
  const own = holds.filter(({ target }) => target.startsWith("hub/"));
  return {
    policy,
    hubs: hubs.map(({ name, isHere }) => {
      const attempt = attempts[name];
      if (attempt === "changing" || attempt === "done") return { name, state: attempt };
      if (!isHere || holdsOf({ name, stage }, own, now).length > 0) return { name, state: "kept" };
      return { name, state: attempt ?? "waiting" };
    }),
  };
}
