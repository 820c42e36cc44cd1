import type { Git } from "../../ports/git.ts";

export interface GitMemory extends Git {
  /** Messages of the commits, by directory. */
  readonly commits: ReadonlyMap<string, readonly string[]>;
}

export interface GitMemoryProps {
  readonly hasIdentity?: boolean;
  /** Directories that the repository around them ignores. */
  readonly ignored?: readonly string[];
}

/** Repositories that are only remembered. */
export function createGitMemory({ hasIdentity = true, ignored = [] }: GitMemoryProps = {}): GitMemory {
  const commits = new Map<string, string[]>();
  return {
    commits,
    initialize: async (directory) => {
      const isInside = [...commits.keys()].some((known) => directory === known || directory.startsWith(`${known}/`));
      if (!isInside || ignored.includes(directory)) commits.set(directory, []);
    },
    commitAll: async (directory, message) => {
      const messages = commits.get(directory);
      if (messages === undefined) return "inside-another";
      if (!hasIdentity) return "no-identity";
      messages.push(message);
      return "committed";
    },
  };
}
