import type { Description } from "../image/tag/chartpress-tag.ts";
import type { History } from "../image/tag/history.ts";

/** A Git work tree, as far as a fleet needs one: made, committed to, and asked what became of its files. */
export interface Git extends GitHistory, GitTrees {
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

/**
 * What Git knows of files and their past, for many paths at once: few processes, whatever the number of images.
 * Directories may lie anywhere in a work tree; every path, given or answered, is relative to the directory, and is
 * taken as it is written: no pattern means anything.
 */
export interface GitHistory {
  /** Files that are tracked, or would be with the next `git add --all`. Undefined: no repository. */
  listFiles(directory: string, paths: readonly string[]): Promise<ListedFiles | undefined>;
  /** Of those, the ones that HEAD does not have as they are now; removed ones too. Undefined: no repository. */
  uncommitted(directory: string, paths: readonly string[]): Promise<readonly string[] | undefined>;
  /** All commits of HEAD, with their changes to the paths alone. Undefined: no repository. */
  history(directory: string, paths: readonly string[]): Promise<History | undefined>;
  /** How many commits HEAD has beyond this one that changed any of the paths; undefined where the commit is not here. */
  countSince(directory: string, commit: string, paths: readonly string[]): Promise<number | undefined>;
  /**
   * Who wrote the commits of a range that changed any of the paths, each address once; who merged them did not. Without
   * a beginning: its last commit, whatever it changed. Undefined: this clone does not have them, or there is no repository.
   */
  authors(directory: string, range: CommitRange, paths: readonly string[]): Promise<readonly GitAuthor[] | undefined>;
  /**
   * Commits of HEAD that were made since a moment and changed any of the paths, the newest first; no merges, whose changes are
   * those of others. Undefined: no repository, or nothing was committed yet.
   */
  commitsSince(
    directory: string,
    since: Date,
    paths: readonly string[],
  ): Promise<readonly CommittedChange[] | undefined>;
  /** The nearest tag of each commit, annotated or not; none for commits that no tag is before. */
  describe(directory: string, commits: readonly string[]): Promise<ReadonlyMap<string, Description>>;
  /** The digits that this repository needs to tell each commit from every other object, and at least seven. */
  abbreviate(directory: string, commits: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** What commits hold, without a checkout; replacements (`git replace`) count for nothing. */
export interface GitTrees {
  /**
   * Everything below the directory as a commit has it, by path relative to the directory; empty where the commit does
   * not have the directory. Undefined: this clone does not have the commit, or there is no repository.
   */
  treeAt(directory: string, commit: string): Promise<GitTree | undefined>;
  /** Contents of files, and targets of links, by the ids that a tree has for them; without those that are not here. */
  contents(directory: string, entries: readonly GitTreeEntry[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** A file as a checkout of the commit would have it (line ends, large files); undefined where it cannot be had. */
  checkedOut(directory: string, commit: string, path: string): Promise<Uint8Array | undefined>;
}

/** What `to` has that `from` has not. */
export interface CommitRange {
  readonly from: string | undefined;
  readonly to: string;
}

/** A commit as people read it. */
export interface CommittedChange {
  readonly id: string;
  /** The commit before it; undefined: it is the first one, or the clone does not have that. */
  readonly parent: string | undefined;
  /** When it was committed; milliseconds since 1970. */
  readonly at: number;
  readonly author: GitAuthor;
  /** The first line of its message. */
  readonly subject: string;
  /** Of the paths, those that it changed, relative to the directory. */
  readonly paths: readonly string[];
}

/** As the commit says, which proves nothing. */
export interface GitAuthor {
  readonly email: string;
}

export type GitTree = ReadonlyMap<string, GitTreeEntry>;

export interface GitTreeEntry {
  /** "link": a symbolic one. "repository": another one, as a submodule. */
  readonly kind: "file" | "link" | "repository";
  readonly id: string;
  /** 0 for a repository. */
  readonly bytes: number;
}

export interface ListedFiles {
  /** Sorted. A tracked one may have been removed meanwhile. */
  readonly paths: readonly string[];
  /** Where Git is told not to believe this file system's executable bits (`core.fileMode`): what it has recorded. */
  readonly executables?: ReadonlySet<string>;
  /** Tracked, but left out of this checkout (sparse), or in a repository of their own: submodules, clones in clones. */
  readonly elsewhere: readonly string[];
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
