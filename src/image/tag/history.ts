/** A commit, with what it changed of the paths that were asked for. */
export interface Commit {
  /** All digits. */
  readonly id: string;
  readonly parents: readonly string[];
  /** Committer's time, in seconds since 1970. */
  readonly committedAtSeconds: number;
  /** Paths that differ from each parent, in the parents' order; one list against nothing for a first commit. */
  readonly changes: readonly (readonly string[])[];
}

/** All commits that HEAD contains. Paths are relative to the fleet's directory. */
export interface History {
  /** Undefined where nothing was committed yet. */
  readonly head: string | undefined;
  readonly commits: ReadonlyMap<string, Commit>;
  /** The clone has the newest commits only, and the oldest of them seem to have made every file. */
  readonly isShallow: boolean;
}

/** Whether a path belongs to what is asked about. */
export type Counts = (path: string) => boolean;

/**
 * The commit that `git log -1 -- PATHS` shows, by the same rules: what took these paths unchanged from one of its
 * parents is followed to the first such parent alone, so that there is never a choice between branches and no time is
 * looked at; what differs from all of its parents is the answer, also where it is a merge. It is here because a process for each of
 * 200 images takes seconds. https://git-scm.com/docs/git-log#_history_simplification
 */
export function lastChange({ head, commits }: History, counts: Counts): Commit | undefined {
  const isCounted = rememberCounts(counts);
  let commit = commits.get(head ?? "");
  while (commit !== undefined) {
    const unchanged = commit.changes.findIndex((paths) => !paths.some(isCounted));
    if (unchanged === -1) return commit;
    commit = commits.get(commit.parents[unchanged] ?? "");
  }
  return undefined;
}

/** The same answers, each found once. */
export function rememberCounts(counts: Counts): Counts {
  const known = new Map<string, boolean>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const now = counts(path);
    known.set(path, now);
    return now;
  };
}

/** The commits that contain a commit, itself among them. */
export function containing({ commits }: History, commit: string): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const { id, parents } of commits.values()) {
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  return reach(commit, (id) => children.get(id));
}

/** How many commits a commit contains, itself among them. */
export function countCommits({ commits }: History, commit: string): number {
  return reach(commit, (id) => commits.get(id)?.parents).size;
}

function reach(start: string, next: (id: string) => readonly string[] | undefined): ReadonlySet<string> {
  const found = new Set([start]);
  for (const id of found) for (const one of next(id) ?? []) found.add(one); // grows as it is read
  return found;
}
