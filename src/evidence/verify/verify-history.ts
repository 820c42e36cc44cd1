import type { PastChange, PastCommit, PastOfState } from "./past.ts";
import { anchorText } from "../anchor.ts";
import { stateFileKind, stateLayout } from "../state-layout.ts";
import { type Finding, shortName } from "./finding.ts";

export interface VerifyHistoryOptions {
  /** Parents of the records that are there now, by name. */
  readonly parentsOf: (record: string) => readonly string[] | undefined;
  /** Commits that were there before. */
  readonly anchors: readonly { readonly name: string; readonly commit: string }[];
}

export interface VerifiedHistory {
  readonly commits: number;
  readonly merges: number;
  readonly isCut: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Verifies how the evidence came to be as it is, by Git's history of the branch: every commit only added to what is never
 * rewritten, said so in the anchor, and follows the commits that were there before. Pure.
 */
export function verifyHistory({ commits, isCut }: PastOfState, options: VerifyHistoryOptions): VerifiedHistory {
  const merges = commits.filter(({ parents }) => parents.length > 1).length;
  return {
    commits: commits.length,
    merges,
    isCut,
    findings: [
      ...judgeAncestors(commits, isCut, options),
      ...commits.flatMap(judgeCommit),
      ...judgeBeginnings(commits, isCut),
      // Along a line it is known what each commit had; hubfleet makes no other history.
      ...(merges === 0 ? judgeAnchors(commits, options) : []),
    ],
  };
}

function judgeAncestors(
  commits: readonly PastCommit[],
  isCut: boolean,
  { anchors }: VerifyHistoryOptions,
): readonly Finding[] {
  const known = new Set(commits.map(({ id }) => id));
  return anchors
    .filter(({ commit }) => !known.has(commit))
    .map(({ name, commit }) => {
      const why = isCut ? ", as far as this shallow clone knows: git fetch --unshallow" : "";
      return {
        kind: "rewritten",
        at: commit,
        words: `the branch does not follow it any more, which ${name} names${why}`,
      };
    });
}

function judgeCommit({ id, parents, changes }: PastCommit): readonly Finding[] {
  const isMerge = parents.length > 1;
  return changes.flat().flatMap(({ path, what, isFile }): readonly Finding[] => {
    const kind = stateFileKind(path);
    if (kind === "document") return [];
    const at = `${shortName(id)}:${path}`;
    if (what === "removed") {
      if (kind === "output") return [];
      if (isMerge) return [{ kind: "dropped", at, words: "the merge left it out, though one side had it" }];
      return [{ kind: "taken-away", at, words: "the commit removed it" }];
    }
    if (what === "changed") return [{ kind: "changed-since", at, words: "the commit rewrote it" }];
    return isFile ? [] : [{ kind: "no-file", at, words: "it is a link, or another repository" }];
  });
}

function judgeBeginnings(commits: readonly PastCommit[], isCut: boolean): readonly Finding[] {
  const [, ...others] = commits.filter(({ parents }) => parents.length === 0);
  if (isCut) return [];
  return others.map(({ id }) => ({
    kind: "begins-anew",
    at: id,
    words: "another history was joined to the branch here",
  }));
}

/**
 * From the first commit that has an anchor on, each that adds records changes it to what is there then. As far as is known
 * what each record follows: of one that was edited it is not, which is a finding of its own.
 */
function judgeAnchors(commits: readonly PastCommit[], { parentsOf }: VerifyHistoryOptions): readonly Finding[] {
  const heads = new Set<string>();
  const followed = new Set<string>();
  let records = 0;
  let hasAnchor = false;
  const findings: Finding[] = [];
  for (const { id, changes, anchor } of commits) {
    const mine = changes[0] ?? [];
    const added = mine
      .filter(isNewRecord)
      .map(({ path }) => path.slice(path.lastIndexOf("/") + 1).replace(/\.json$/, ""));
    if (added.some((name) => parentsOf(name) === undefined)) return findings;
    records += added.length;
    for (const name of added) for (const parent of parentsOf(name) ?? []) followed.add(parent);
    for (const name of added) heads.add(name);
    for (const name of heads) if (followed.has(name)) heads.delete(name);
    const touched = mine.find(({ path }) => path === stateLayout.anchor);
    hasAnchor ||= touched !== undefined;
    if (!hasAnchor || (added.length === 0 && touched === undefined)) continue;
    if (anchor === anchorText({ heads: [...heads].sort(), records })) continue;
    const many = added.length === 1 ? "a record was" : `${added.length} records were`;
    const words = `${many} added, and anchor.json does not say what there is then`;
    findings.push({ kind: "anchor-skipped", at: id, words });
  }
  return findings;
}

function isNewRecord({ path, what }: PastChange): boolean {
  return what === "added" && path.startsWith(stateLayout.evidence);
}
