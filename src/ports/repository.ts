import type { RepositorySnapshot } from "../fleet/repository-snapshot.ts";

/** The directory of a fleet, as people edit it. */
export interface Repository {
  /**
   * Lists the files and reads those that a fleet is made of. Hidden directories and node_modules are left out.
   * Problems with single files are part of the answer; only a directory that cannot be listed at all rejects.
   */
  snapshot(): Promise<RepositorySnapshot>;
  /** Replaces a file at once or not at all, making its directory; refuses paths that lead out of the repository. */
  write(path: string, text: string): Promise<void>;
}
