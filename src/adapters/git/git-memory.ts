import type { Git } from "../../ports/git.ts";

export interface GitMemory extends Git {
  /** Messages of the commits, by directory. */
  readonly commits: ReadonlyMap<string, readonly string[]>;
}

interface Commit {
  readonly message: string;
  readonly id: string;
  readonly tree: Readonly<Record<string, string>>;
}

export interface GitMemoryProps {
  readonly hasIdentity?: boolean;
  /** Directories that the repository around them ignores. */
  readonly ignored?: readonly string[];
  /** Where a commit takes the content of a directory from: path → text. @default nothing */
  readonly tree?: (directory: string) => Promise<Readonly<Record<string, string>>>;
}

/** Repositories that are only remembered. */
export function createGitMemory(props: GitMemoryProps = {}): GitMemory {
  const { hasIdentity = true, ignored = [], tree = async (): Promise<Commit["tree"]> => ({}) } = props;
  const commits = new Map<string, Commit[]>();
  return {
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
      made.push({ message, id: String(made.length + 1).padStart(40, "0"), tree: await tree(directory) });
      return "committed";
    },
    commitFiles: async (directory, paths, message) => {
      const made = commits.get(directory);
      if (made === undefined) return { kind: "no-repository" };
      const before = made.at(-1)?.tree ?? {};
      const now = await tree(directory);
      if (paths.every((path) => before[path] === now[path])) return { kind: "unchanged" };
      const taken = Object.entries(now).filter(([path]) => paths.includes(path));
      const id = String(made.length + 1).padStart(40, "0");
      made.push({ message, id, tree: { ...before, ...Object.fromEntries(taken) } });
      return { kind: "committed", commit: id };
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
function findCommit(made: readonly Commit[], revision: string): Commit | undefined {
  const back = /^HEAD(?:~(\d+))?$/.exec(revision);
  return back === null ? made.find(({ id }) => id === revision) : made.at(-1 - Number(back[1] ?? 0));
}
