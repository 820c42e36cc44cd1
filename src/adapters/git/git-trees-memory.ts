import { createHash } from "node:crypto";

import type { GitTree, GitTrees } from "../../ports/git.ts";
import type { MemoryCommit } from "./git-history-memory.ts";

/** Trees of repositories that are only remembered: files alone, and checkouts that change nothing. */
export function createGitTreesMemory(commits: ReadonlyMap<string, readonly MemoryCommit[]>): GitTrees {
  const texts = new Map<string, string>();
  const find = (directory: string, commit: string): MemoryCommit | undefined =>
    commits.get(directory)?.find(({ id }) => id === commit);
  return {
    treeAt: async (directory, commit) => {
      const made = find(directory, commit);
      if (made === undefined) return undefined;
      const entries = Object.entries(made.tree).sort(([one], [other]) => (one < other ? -1 : 1));
      const tree: GitTree = new Map(
        entries.map(([path, text]) => {
          const id = createHash("sha1").update(text).digest("hex");
          texts.set(id, text);
          return [path, { kind: "file", id, bytes: Buffer.byteLength(text) }];
        }),
      );
      return tree;
    },
    contents: async (_directory, entries) =>
      new Map(
        entries.flatMap(({ id }) => {
          const text = texts.get(id);
          return text === undefined ? [] : [[id, Buffer.from(text)] as const];
        }),
      ),
    checkedOut: async (directory, commit, path) => {
      const text = find(directory, commit)?.tree[path];
      return text === undefined ? undefined : Buffer.from(text);
    },
  };
}
