/** The commits of the branch `hubfleet/state`, as far as a clone has them. */
export interface PastOfState {
  /** Each after those that it follows. */
  readonly commits: readonly PastCommit[];
  /** The clone lacks what was before some of them: it is shallow. */
  readonly isCut: boolean;
}

export interface PastCommit {
  readonly id: string;
  readonly parents: readonly string[];
  /** What differs from each parent, in their order; of a first commit, from nothing. */
  readonly changes: readonly (readonly PastChange[])[];
  /** The text of anchor.json, where the commit changed it to be there. */
  readonly anchor: string | undefined;
}

export interface PastChange {
  readonly path: string;
  readonly what: "added" | "removed" | "changed";
  /** It is a file now; not a link or another repository. */
  readonly isFile: boolean;
}
