import type { Description } from "../../image/tag/chartpress-tag.ts";
import { countedPaths } from "../../image/tag/counted-paths.ts";
import type { GitHistory } from "../../ports/git.ts";

export interface MemoryCommit {
  readonly message: string;
  readonly id: string;
  readonly tree: Readonly<Record<string, string>>;
  readonly tags: string[];
  /** Who wrote it: an address. */
  readonly author: string;
}

interface GitHistoryMemoryProps {
  /** One branch for each directory, the oldest first. */
  readonly commits: ReadonlyMap<string, readonly MemoryCommit[]>;
  /** The work tree. */
  readonly tree: (directory: string) => Promise<MemoryCommit["tree"]>;
  readonly shallow: readonly string[];
}

/** The past of repositories that are only remembered: no branches, nothing ignored, a second between commits. */
export function createGitHistoryMemory({ commits, tree, shallow }: GitHistoryMemoryProps): GitHistory {
  return {
    listFiles: async (directory, paths) => {
      const made = commits.get(directory);
      if (made === undefined) return undefined;
      const known = { ...made.at(-1)?.tree, ...(await tree(directory)) };
      return { paths: Object.keys(known).filter(countedPaths(paths)).sort(), elsewhere: [] };
    },
    uncommitted: async (directory, paths) => {
      const made = commits.get(directory);
      return made === undefined
        ? undefined
        : differences(made.at(-1)?.tree ?? {}, await tree(directory)).filter(countedPaths(paths));
    },
    history: async (directory, paths) => {
      const made = commits.get(directory);
      if (made === undefined) return undefined;
      const known = made.map(({ id, tree: after }, index) => {
        const before = made[index - 1];
        const changes = [differences(before?.tree ?? {}, after).filter(countedPaths(paths))];
        return { id, parents: before === undefined ? [] : [before.id], committedAtSeconds: index + 1, changes };
      });
      return {
        head: made.at(-1)?.id,
        isShallow: shallow.includes(directory),
        commits: new Map(known.map((commit) => [commit.id, commit])),
      };
    },
    countSince: async (directory, commit, paths) => {
      const made = commits.get(directory) ?? [];
      const start = made.findIndex(({ id }) => id === commit);
      if (start === -1) return undefined;
      const trees = made.slice(start).map(({ tree: content }) => content);
      return trees.slice(1).filter((after, index) => differences(trees[index] ?? {}, after).some(countedPaths(paths)))
        .length;
    },
    authors: async (directory, { from, to }, paths) => {
      const made = commits.get(directory);
      const last = made?.findIndex(({ id }) => id === to) ?? -1;
      const first = from === undefined ? last - 1 : (made?.findIndex(({ id }) => id === from) ?? -1);
      if (made === undefined || last === -1 || (from !== undefined && first === -1)) return undefined;
      const wrote = made.slice(first + 1, last + 1).filter(({ tree: after }, index) => {
        const before = made[first + index]?.tree ?? {};
        return from === undefined || differences(before, after).some(countedPaths(paths));
      });
      return [...new Set(wrote.map(({ author }) => author))].toSorted().map((email) => ({ email }));
    },
    commitsSince: async (directory, since, paths) => {
      const made = commits.get(directory) ?? [];
      if (made.length === 0) return undefined;
      const known = made.map(({ id, author, message, tree: after }, index) => ({
        id,
        parent: made[index - 1]?.id,
        at: (index + 1) * 1000,
        author: { email: author },
        subject: message.split("\n")[0] ?? "",
        paths: differences(made[index - 1]?.tree ?? {}, after).filter(countedPaths(paths)),
      }));
      return known.filter(({ at, paths: changed }) => at >= since.getTime() && changed.length > 0).toReversed();
    },
    describe: async (directory, asked) => {
      const made = commits.get(directory) ?? [];
      return new Map(
        asked.flatMap((id) => {
          const index = made.findIndex((commit) => commit.id === id);
          const tagged = made.slice(0, index + 1).findLastIndex(({ tags }) => tags.length > 0);
          const [tag] = made[tagged]?.tags ?? [];
          if (tag === undefined) return [];
          const description: Description = { tag, distance: index - tagged, tagged: made[tagged]?.id ?? "" };
          return [[id, description] as const];
        }),
      );
    },
    abbreviate: async (_directory, asked) => new Map(asked.map((id) => [id, id.slice(0, 7)])),
  };
}

function differences(before: MemoryCommit["tree"], after: MemoryCommit["tree"]): string[] {
  return Object.keys({ ...before, ...after })
    .filter((path) => before[path] !== after[path])
    .sort();
}
