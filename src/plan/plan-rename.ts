import type { Origins } from "../fleet/fleet.ts";
import { componentNames, type DesiredHub } from "../runtime/local/desired-hub.ts";
import type { ObservedHub } from "../runtime/local/observed-hub.ts";
import type { Effect } from "./effect.ts";
import type { Change } from "./plan.ts";
import { countOf, describeCount } from "./stranded.ts";

/** What it takes to give a hub another name: `observed` is how it is found under the old one. Pure. */
export function planRename(desired: DesiredHub, observed: ObservedHub, origins: Origins): Change {
  const { name, hub } = desired;
  const at = origins.at(`hubs.${name}.renamedFrom`);
  const before = observed.applied?.hub.basePath;
  return {
    target: `hub/${name}`,
    action: "update",
    part: "name",
    effect: effectOfEnding(observed),
    because: [
      `it is hub/${observed.name} under a new name: homes, database, secrets and user ids are kept`,
      ...describeEnding(observed),
      ...(before === undefined || before === hub.basePath ? [] : [`basePath: "${before}" → "${hub.basePath}"`]),
    ],
    at: at === undefined ? [] : [at],
  };
}

/** What it takes to take a hub down whose file is gone. */
export function planRemoval(observed: ObservedHub, newHubs: readonly string[]): Change {
  const { name } = observed;
  return {
    target: `hub/${name}`,
    action: "delete",
    part: "hub",
    effect: effectOfEnding(observed),
    because: [
      `hubs/${name}.yaml is not there any more`,
      ...describeEnding(observed),
      "homes, shared directories, database and secrets are kept",
      ...newHubs.map(
        (other) => `if hub/${other} is this hub under a new name: renamedFrom: ${name} in hubs/${other}.yaml`,
      ),
    ],
    at: [],
  };
}

function effectOfEnding({ components, userProcesses }: ObservedHub): Effect {
  const isRunning = componentNames.some((name) => components[name].process !== undefined);
  return isRunning || userProcesses.length > 0 ? "servers end" : "none";
}

function describeEnding({ userProcesses }: ObservedHub): readonly string[] {
  if (userProcesses.length === 0) return [];
  const { servers, clusters } = countOf(userProcesses);
  return [`${describeCount(userProcesses)} ${servers + clusters === 1 ? "ends" : "end"}`];
}
