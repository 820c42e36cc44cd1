import type { ErrorCode } from "../errors/codes.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import { classifyPath } from "./classify-path.ts";
import type { WrittenFleet } from "./written-fleet.ts";

export interface Found {
  readonly problems: readonly HubfleetError[];
  readonly warnings: readonly HubfleetError[];
}

/** What a hub lacks, or what names something that it lacks, while a file that many hubs build on says nothing. */
const consequences: ReadonlySet<ErrorCode> = new Set([
  "ACCESS_GROUP_STRANGER",
  "ACCESS_NOBODY",
  "ACCESS_NO_ADMIN",
  "ADDRESS_NEEDS_LOGIN",
  "DOMAIN_MISSING",
  "HUB_WITHOUT_IMAGE",
  "NO_PROFILE_LEFT",
  "UNKNOWN_ACCESS_GROUP",
  "UNKNOWN_PROFILE",
]);

/**
 * Leaves out what merely follows from a platform's or group's file that could not be read, and says of that file how many
 * they are. Nothing is lost by it: with the file mended, whatever is left of them is reported.
 */
export function foldConsequences({ problems, warnings }: Found, written: WrittenFleet): Found {
  const cause = problems.find(({ at }) => at !== undefined && isUnreadableLayer(at.path, written));
  if (cause === undefined) return { problems, warnings };
  const isOwn = ({ code }: HubfleetError): boolean => !consequences.has(code);
  const [keptProblems, keptWarnings] = [problems.filter(isOwn), warnings.filter(isOwn)];
  const folded = problems.length - keptProblems.length + warnings.length - keptWarnings.length;
  if (folded === 0) return { problems, warnings };
  return {
    problems: keptProblems.map((problem) => (problem === cause ? withHint(cause, folded) : problem)),
    warnings: keptWarnings,
  };
}

function isUnreadableLayer(path: string, { platform, groups }: WrittenFleet): boolean {
  const place = classifyPath(path);
  if (place.kind !== "document") return false;
  return place.file === "platform" ? platform === undefined : place.file === "group" && !groups.files.has(place.name);
}

function withHint({ code, message, hint, at, retry }: HubfleetError, folded: number): HubfleetError {
  const words = `${folded} ${folded === 1 ? "finding about other files follows" : "findings about other files follow"} from it`;
  return new HubfleetError(code, {
    message,
    hint: hint === undefined ? `mend this first: ${words}` : `${hint}; ${words}`,
    ...(at === undefined ? {} : { at }),
    retry,
  });
}
