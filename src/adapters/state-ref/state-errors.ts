import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { StateConflict } from "../../evidence/reapply-changes.ts";

/** The branch on which hubfleet keeps the state, here as on the remote. */
export const stateBranch = "hubfleet/state";
/** The last commit of the remote's branch that this clone accepted. */
export const seenRef = "refs/hubfleet/seen";

export function rewritten(
  remote: string,
  { seen, found, isBehind }: { readonly seen: string; readonly found: string; readonly isBehind: boolean },
): HubfleetError {
  const what = isBehind
    ? `has lost commits: it is at ${short(found)}, this clone saw it at ${short(seen)} before`
    : `was rewritten: it is at ${short(found)}, which does not follow ${short(seen)} that this clone saw before`;
  return new HubfleetError("STATE_REWRITTEN", {
    message: `the branch ${stateBranch} of "${remote}" ${what}`,
    hint: hint(remote),
  });
}

export function deletedRemotely(remote: string, seen: string): HubfleetError {
  return new HubfleetError("STATE_DELETED", {
    message: `"${remote}" has no branch ${stateBranch} any more; this clone saw it at ${short(seen)}`,
    hint: hint(remote),
  });
}

export function conflicting(conflicts: readonly StateConflict[], remote: string | undefined): HubfleetError {
  const places = conflicts.map(({ path, keys }) => (keys.length === 0 ? path : `${path}: ${keys.join(", ")}`));
  return new HubfleetError("STATE_CONFLICT", {
    message: `what waits here to be pushed and what "${remote ?? ""}" has differ in ${places.join("; ")}`,
    hint:
      `compare: git diff ${seenRef} ${stateBranch}; to give up what waits here and do it again: ` +
      `git update-ref refs/heads/${stateBranch} ${seenRef}`,
  });
}

export function checkedOut(directory: string): HubfleetError {
  return new HubfleetError("STATE_CHECKED_OUT", {
    message: `the branch ${stateBranch} is checked out in ${directory}, and would change under its files`,
    hint: `git -C ${directory} switch main; look at files of the state with: git show ${stateBranch}:PATH`,
  });
}

export function raceLost(attempts: number): HubfleetError {
  return new HubfleetError("STATE_RACE_LOST", {
    message: `others wrote to the branch ${stateBranch} faster, ${attempts} times in a row`,
    hint: "nothing was written; run the command again",
    retry: "later",
  });
}

function hint(remote: string): string {
  return (
    `if that was a mistake, put back what this clone saw: git push --force ${remote} ${seenRef}:refs/heads/${stateBranch}; ` +
    `if it was meant, forget what was seen: git update-ref -d ${seenRef} && git update-ref -d refs/heads/${stateBranch}`
  );
}

function short(commit: string): string {
  return commit.slice(0, 10);
}
