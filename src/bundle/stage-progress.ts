import type { StagePolicy } from "../fleet/stage-policy.ts";
import { type Deployed, pointerOf } from "./deployed.ts";
import { type Hold, holdsOf } from "./hold.ts";
import type { StageProgress } from "./waves.ts";

export interface StageProgressProps {
  readonly stage: string;
  readonly policy: StagePolicy;
  readonly deployed: Deployed;
  /** Its hubs, in the order in which they go. */
  readonly hubs: readonly { readonly name: string; readonly renamedFrom?: string | undefined }[];
  readonly holds: readonly Hold[];
  readonly now: number;
}

/**
 * How far a stage has come with its bundle.
 *
 * | hub | state |
 * | --- | ----- |
 * | is being changed, or was when a command ended | changing, on hold or not: it is brought to an end |
 * | did well with the stage's bundle, and is to run it | done |
 * | on hold (itself; a hold of the stage stops the stage) | kept |
 * | did not do well with it | failed |
 * | else | waiting |
 */
export function stageProgress({ stage, policy, deployed, hubs, holds, now }: StageProgressProps): StageProgress {
  const { digest, hubs: attempts = {} } = deployed.stages[stage] ?? {};
  const own = holds.filter(({ target }) => target.startsWith("hub/"));
  return {
    policy,
    hubs: hubs.map((hub) => {
      const { name, renamedFrom = "" } = hub;
      const attempt = attempts[name] ?? attempts[renamedFrom];
      // Somebody who was offline may have said it of the bundle before.
      if (attempt === "done" && pointerOf(deployed, hub)?.digest === digest) return { name, state: "done" };
      if (attempt === "changing") return { name, state: "changing" };
      if (holdsOf({ ...hub, stage }, own, now).length > 0) return { name, state: "kept" };
      return { name, state: attempt === "failed" ? "failed" : "waiting" };
    }),
  };
}
