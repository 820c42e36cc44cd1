/** A Git work tree, as far as making a fleet needs one. */
export interface Git {
  /** Makes the directory a repository with the branch `main`; nothing happens inside one that tracks it. */
  initialize(directory: string): Promise<void>;
  /**
   * Commits everything. "no-identity": Git does not know who commits (user.name, user.email), so the files are only
   * staged. "inside-another": the directory belongs to a larger repository, which is left to its people.
   */
  commitAll(directory: string, message: string): Promise<"committed" | "no-identity" | "inside-another">;
  /**
   * Commits these files, relative to the directory, and nothing else that is changed or staged; as hubfleet where Git
   * does not know who commits. Answers the commit, "unchanged" when it has them already, or "no-repository".
   */
  commitFiles(directory: string, paths: readonly string[], message: string): Promise<CommittedFiles>;
  /** A file of the directory as a commit has it; the work tree is not touched. `revision`: whatever Git takes for one. */
  readAt(directory: string, revision: string, path: string): Promise<FileAtRevision>;
}

export type CommittedFiles =
  | { readonly kind: "committed"; readonly commit: string }
  | { readonly kind: "unchanged" }
  | { readonly kind: "no-repository" };

/** "absent": that commit has no such file. `commit`: all its digits. */
export type FileAtRevision =
  | { readonly kind: "file"; readonly commit: string; readonly text: string }
  | { readonly kind: "absent"; readonly commit: string }
  | { readonly kind: "unknown-revision" }
  | { readonly kind: "no-repository" };
