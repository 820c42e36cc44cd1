import { type Deployed, holdsIn } from "../../bundle/deployed.ts";
import { stageProgress } from "../../bundle/stage-progress.ts";
import type { StageProgress } from "../../bundle/waves.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { StagePolicy } from "../../fleet/stage-policy.ts";

/** How far a stage has come. */
export function progressOf(
  deployed: Deployed,
  now: number,
  { fleet, stage }: { readonly fleet: Fleet; readonly stage: string },
): StageProgress {
  const hubs = [...fleet.hubs.values()].filter((hub) => hub.stage === stage);
  return stageProgress({
    stage,
    policy: policyIn(fleet, stage),
    deployed,
    hubs: hubs.map((hub) => ({ name: hub.name, renamedFrom: hub.renamedFrom })),
    holds: holdsIn(deployed),
    now,
  });
}

function policyIn({ stages }: Pick<Fleet, "stages">, name: string): StagePolicy {
  const stage = stages.find((one) => one.name === name);
  if (stage === undefined) throw new TypeError(`no stage "${name}"`); // the gate knows all names
  return stage.policy;
}
