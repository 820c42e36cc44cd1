import type { StateStanding, StateWaiting } from "../../../ports/state-ref.ts";

/** What there is to know of how this clone stands to the remote; nothing where all is as it should be. */
export function standingWords({ remote, reach, isFirstSight, waiting }: StateStanding): string {
  if (remote === undefined) return "the repository has no remote: bundles are kept in this clone alone\n";
  const lines = [
    ...(isFirstSight ? [`this clone saw the state of ${remote} for the first time, and trusts what it found`] : []),
    ...(reach.kind === "stale" && waiting === undefined
      ? [`${remote} was not reached, so this is what this clone knows: ${reach.words}`]
      : []),
    ...(waiting === undefined ? [] : [waitingWords(remote, waiting)]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function waitingWords(remote: string, { commits, records, since, words }: StateWaiting): string {
  const what = `${counted(commits, "commit")} with ${counted(records, "record")}`;
  const when = `${since.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `state waiting to be pushed to ${remote}: ${what}, since ${when}: ${words}`;
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
