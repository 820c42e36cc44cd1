import { type Finding, finding } from "../../why/finding.ts";
import { findLast } from "../../why/log-lines.ts";

interface Told {
  readonly cause: Finding["cause"];
  readonly pattern: RegExp;
  readonly wrong: string;
  readonly because: (match: RegExpExecArray) => string;
  readonly next: (hub: string) => readonly string[];
}

/** What a hub says before it ends, and what that means; the first that fits. */
const table: readonly Told[] = [
  {
    cause: "database-newer",
    pattern: /Can't locate revision identified by '(\w+)'/,
    wrong: "the hub cannot start",
    because: ([, version]) =>
      `its database was changed by a newer JupyterHub (schema ${version}), which this one cannot read`,
    next: (hub) => [`# go back to the newer JupyterHub: hubfleet rollback hub/${hub} lists what ran before`],
  },
  {
    cause: "database-older",
    pattern: /Found database schema version (\w+) != (\w+)/,
    wrong: "the hub cannot start",
    because: ([, has, wants]) => `its database has schema ${has}, and this JupyterHub wants ${wants}`,
    next: (hub) => [
      "# the upgrade of the database is a step of apply, with a copy made before it:",
      `hubfleet apply hub/${hub}`,
    ],
  },
  {
    cause: "database-damaged",
    pattern: /file is not a database|database disk image is malformed/,
    wrong: "the hub cannot work",
    because: () => "its database is damaged",
    next: () => ["# restore a copy of it onto the hub's volume; without one the hub starts empty (homes stay)"],
  },
  {
    cause: "disk-full",
    pattern: /No space left on device|database or disk is full/,
    wrong: "the hub cannot work",
    because: () => "the volume with its database is full",
    next: () => ["# enlarge the volume claim hub-db-dir"],
  },
  {
    cause: "setting-refused",
    pattern: /(?:TraitError|Bad config encountered during initialization): (.*)$/,
    wrong: "the hub cannot start: it refuses a setting",
    because: ([, words]) => words ?? "",
    next: (hub) => [`# correct hubConfig (hubs/${hub}.yaml or its layers)`, "hubfleet validate"],
  },
  {
    cause: "code-missing",
    pattern: /ModuleNotFoundError: No module named '([\w.]+)'/,
    wrong: "the hub cannot start",
    because: ([, module]) => `its image has no Python module "${module}"`,
    next: () => ["# add the package to the hub's image, or give the hub the image that has it"],
  },
];

/** A cause from the last lines of a hub that ended; undefined: they say nothing that is known. */
export function hubLogFinding(hub: string, lines: readonly string[], since: Date | undefined): Finding | undefined {
  for (const { cause, pattern, wrong, because, next } of table) {
    const told = findLast(lines, pattern);
    if (told === undefined) continue;
    return finding({ cause, wrong, because: because(told.match), since, next: next(hub), lines: [told.line] });
  }
  return undefined;
}
