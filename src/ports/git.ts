/** A Git work tree, as far as making a fleet needs one. */
export interface Git {
  /** Makes the directory a repository with the branch `main`; nothing happens inside one that tracks it. */
  initialize(directory: string): Promise<void>;
  /**
   * Commits everything. "no-identity": Git does not know who commits (user.name, user.email), so the files are only
   * staged. "inside-another": the directory belongs to a larger repository, which is left to its people.
   */
  commitAll(directory: string, message: string): Promise<"committed" | "no-identity" | "inside-another">;
}
