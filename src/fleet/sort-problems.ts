import type { HubfleetError } from "../errors/hubfleet-error.ts";

/**
 * Problems by file, line and column. A wrong value that many hubs share is one problem: of those with the same code
 * that point at the same value, the first is kept. What points at a whole file, or lacks a key, is told apart by words.
 */
export function sortProblems(problems: readonly HubfleetError[]): HubfleetError[] {
  const unique = new Map<string, HubfleetError>();
  for (const problem of problems) {
    const isOfValue = problem.at?.length !== undefined && problem.code !== "MISSING_KEY";
    const key = `${problem.code} ${place(problem)} ${isOfValue ? "" : problem.message}`;
    if (!unique.has(key)) unique.set(key, problem);
  }
  return [...unique.values()].sort(byPlace);
}

function place({ at }: HubfleetError): string {
  return at === undefined ? "" : `${at.path}:${at.line}:${at.column}`;
}

function byPlace(left: HubfleetError, right: HubfleetError): number {
  return (
    compare(left.at?.path ?? "", right.at?.path ?? "") ||
    (left.at?.line ?? 0) - (right.at?.line ?? 0) ||
    (left.at?.column ?? 0) - (right.at?.column ?? 0) ||
    compare(left.code, right.code)
  );
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
