import { stricterPolicy } from "../../bundle/stricter-policy.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet, Person, Stage } from "../../fleet/fleet.ts";
import { normalizeStages } from "../../fleet/normalize-stages.ts";
import type { FleetReading } from "../../fleet/read-fleet.ts";

/** What a fleet asked of bundles at a commit, and who its people were. */
export interface FleetThen {
  readonly stages: readonly Stage[];
  readonly people: readonly Person[];
  /** Names of the hubs of a stage. */
  readonly hubsOf: (stage: string) => readonly string[];
}

/** The fleet of a commit, for its gates; as far as it can be read, when it was not sound. */
export function fleetThen({ fleet, written }: FleetReading): FleetThen {
  const { stages = [], team, people = [] } = written.fleet?.value ?? {};
  const soundest: Pick<Fleet, "stages" | "people"> = fleet ?? {
    stages: normalizeStages(stages, { teamSize: team?.size ?? 1, people }),
    people: [],
  };
  const hubs = [...written.hubs.files.values()];
  return {
    stages: soundest.stages,
    people: soundest.people ?? [],
    hubsOf: (stage) => hubs.filter(({ value }) => value.stage === stage).map(({ name }) => name),
  };
}

/** What either asked; people are those of the first. */
export function strictest(first: FleetThen, then: FleetThen): FleetThen {
  const both = first.stages.map((stage) => {
    const later = then.stages.find(({ name }) => name === stage.name);
    return later === undefined ? stage : { ...stage, policy: stricterPolicy(stage.policy, later.policy) };
  });
  const added = then.stages.filter(({ name }) => !first.stages.some((stage) => stage.name === name));
  return {
    stages: [...both, ...added],
    people: first.people,
    hubsOf: (stage) => [...new Set([...first.hubsOf(stage), ...then.hubsOf(stage)])],
  };
}

export function commitNotHere(commit: string): HubfleetError {
  return new HubfleetError("COMMIT_NOT_HERE", {
    message: `this clone does not have commit ${commit.slice(0, 12)}, which says what stages asked before`,
    hint: "git fetch --unshallow",
  });
}
