import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nearestName } from "../../errors/nearest-name.ts";
import { fleetDirectories } from "../classify-path.ts";
import type { Rule } from "./rule.ts";

/** A directory or file beside fleet.yaml that is nearly named like one of the fleet's. */
export const nothingIsOverlooked: Rule = ({ written }) =>
  [...written.snapshot.entries].flatMap(([path, entry]) => {
    if (path.includes("/")) return [];
    const meant = entry.kind === "directory" ? meantDirectory(path) : meantFile(path);
    if (meant === undefined) return [];
    return [
      new HubfleetError("FILE_OVERLOOKED", {
        message: `"${path}" is not looked at`,
        hint: `if it belongs to the fleet, rename it to "${meant}"`,
        at: { path, line: 1, column: 1 },
      }),
    ];
  });

/** Singular, or another case: anything less alike may well be something else. */
function meantDirectory(path: string): string | undefined {
  const known = Object.keys(fleetDirectories);
  return known.find((name) => name !== path && [name, name.replace(/s$/, "")].includes(path.toLowerCase()));
}

function meantFile(path: string): string | undefined {
  const known = ["fleet.yaml", "platform.yaml"];
  if (!/\.ya?ml$/i.test(path) || known.includes(path) || known.includes(path.replace(/yml$/, "yaml"))) return undefined;
  return nearestName(path, known);
}
