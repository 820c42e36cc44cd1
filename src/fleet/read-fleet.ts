import { HubfleetError } from "../errors/hubfleet-error.ts";
import { collectFiles } from "./collect-files.ts";
import { foldConsequences } from "./fold-consequences.ts";
import type { Fleet } from "./fleet.ts";
import { type LayeredHub, layerHub } from "./hub-layers.ts";
import { normalizeFleet } from "./normalize-fleet.ts";
import { isLockPath, type RepositorySnapshot } from "./repository-snapshot.ts";
import { rules, warningRules } from "./rules/rules.ts";
import { sortProblems } from "./sort-problems.ts";
import type { WrittenFleet } from "./written-fleet.ts";

export interface FleetReading {
  /** Only when there is no problem. */
  readonly fleet?: Fleet;
  /** Also where nothing but locks has problems: for whatever makes them anew. */
  readonly lockable?: Fleet;
  /** All of them, by file and line. */
  readonly problems: readonly HubfleetError[];
  readonly warnings: readonly HubfleetError[];
  /** What the files say, as far as they could be read. */
  readonly written: WrittenFleet;
  /** Each hub with the layers of its settings. */
  readonly hubs: ReadonlyMap<string, LayeredHub>;
}

/**
 * Reads a fleet from what was found in its repository. Pure: the same listing always gives the same answer.
 * Never throws, whatever the files hold; reports every problem that it finds, not only the first.
 */
export function readFleet(repository: RepositorySnapshot): FleetReading {
  const { written, problems: fileProblems } = collectFiles(repository);
  const hubs = new Map([...written.hubs.files].map(([name, file]) => [name, layerHub(file, written)]));
  if (!repository.entries.has("fleet.yaml") && !repository.entries.has("fleet.yml")) {
    return { problems: [notAFleet()], warnings: [], written, hubs };
  }

  const layered = { written, hubs };
  const crowd = repository.truncated ? [tooManyFiles()] : [];
  const { problems, warnings } = foldConsequences(
    {
      problems: sortProblems([...crowd, ...fileProblems, ...rules.flatMap((rule) => rule(layered))]),
      warnings: sortProblems(warningRules.flatMap((rule) => rule(layered))),
    },
    written,
  );
  const reading = { problems, warnings, written, hubs };
  if (!problems.every(({ at }) => at !== undefined && isLockPath(at.path))) return reading;
  const lockable = normalizeFleet(written, hubs);
  return { ...reading, ...(problems.length === 0 ? { fleet: lockable } : {}), lockable };
}

function notAFleet(): HubfleetError {
  return new HubfleetError("NOT_A_FLEET", {
    message: "there is no fleet.yaml here",
    hint: "name the fleet's directory with -C, or make a fleet with `hubfleet init DIR`",
  });
}

function tooManyFiles(): HubfleetError {
  return new HubfleetError("TOO_MANY_FILES", {
    message: "the directory holds more files than a fleet can have; not all were looked at",
    hint: "keep data out of the fleet's directory",
  });
}
