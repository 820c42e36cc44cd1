import type { Git } from "../../ports/git.ts";
import { createGitHistoryMemory, type MemoryCommit } from "./git-history-memory.ts";
import { createGitTreesMemory } from "./git-trees-memory.ts";

export interface GitMemory extends Git {
  /** Messages of the commits, by directory. */
  readonly commits: ReadonlyMap<string, readonly string[]>;
  /** Puts a tag on the last commit. */
  tag(directory: string, name: string): void;
  /** Who writes commits from now on. */
  writeAs(email: string): void;
}

export interface GitMemoryProps {
  readonly hasIdentity?: boolean;
  /** Directories that the repository around them ignores. */
  readonly ignored?: readonly string[];
  /** Where a commit takes the content of a directory from: path → text. @default nothing */
  readonly tree?: (directory: string) => Promise<Readonly<Record<string, string>>>;
  /** Clones that have the newest commits only. */
  readonly shallow?: readonly string[];
}

/** Repositories that are only remembered. */
export function createGitMemory(props: GitMemoryProps = {}): GitMemory {
  const { hasIdentity = true, ignored = [], tree = async (): Promise<MemoryCommit["tree"]> => ({}) } = props;
  const commits = new Map<string, MemoryCommit[]>();
  let author = "somebody@example.org";
  const add = (made: MemoryCommit[], message: string, content: MemoryCommit["tree"]): string => {
    const id = String(made.length + 1)
      .padStart(7, "0")
      .padEnd(40, "0");
    made.push({ message, id, tree: content, tags: [], author });
    return id;
  };
  return {
    ...createGitTreesMemory(commits),
    ...createGitHistoryMemory({ commits, tree, shallow: props.shallow ?? [] }),
    tag: (directory, name) => void commits.get(directory)?.at(-1)?.tags.push(name),
    writeAs: (email) => {
      author = email;
    },
    get commits() {
      return new Map([...commits].map(([directory, made]) => [directory, made.map(({ message }) => message)]));
    },
    initialize: async (directory) => {
      const isInside = [...commits.keys()].some((known) => directory === known || directory.startsWith(`${known}/`));
      if (!isInside || (ignored.includes(directory) && !commits.has(directory))) commits.set(directory, []);
    },
    commitAll: async (directory, message) => {
      const made = commits.get(directory);
      if (made === undefined) return "inside-another";
      if (!hasIdentity) return "no-identity";
      add(made, message, await tree(directory));
      return "committed";
    },
    commitFiles: async (directory, paths, message) => {
      const made = commits.get(directory);
      if (made === undefined) return { kind: "no-repository" };
      const before = made.at(-1)?.tree ?? {};
      const now = await tree(directory);
      if (paths.every((path) => before[path] === now[path])) return { kind: "unchanged" };
      const taken = Object.entries(now).filter(([path]) => paths.includes(path));
      const commit = add(made, message, { ...before, ...Object.fromEntries(taken) });
      return { kind: "committed", commit };
    },
    readAt: async (directory, revision, path) => {
      const made = commits.get(directory);
      if (made === undefined) return { kind: "no-repository" };
      const commit = findCommit(made, revision);
      if (commit === undefined) return { kind: "unknown-revision" };
      const text = commit.tree[path];
      return text === undefined ? { kind: "absent", commit: commit.id } : { kind: "file", commit: commit.id, text };
    },
  };
}

/** HEAD, HEAD~2, or all digits of a commit. */
function findCommit(made: readonly MemoryCommit[], revision: string): MemoryCommit | undefined {
  const back = /^HEAD(?:~(\d+))?$/.exec(revision);
  return back === null ? made.find(({ id }) => id === revision) : made.at(-1 - Number(back[1] ?? 0));
}
