import { stateLayout } from "../../evidence/state-layout.ts";
import type { PastChange } from "../../evidence/verify/past.ts";
import type { StateHistory } from "../../ports/state-history.ts";
import { listCommits, type StateCloneMemory } from "../state-ref/state-ref-memory.ts";

/** The past of a state that is only remembered. It is one line: nobody merges there. */
export function createStateHistoryMemory(clone: StateCloneMemory): StateHistory {
  return {
    seen: async () => (clone.seen === undefined ? undefined : { commit: clone.seen, since: undefined }),
    find: async (revision) => {
      const found = [...clone.commits.keys()].filter((id) => id.startsWith(revision));
      return revision.length >= 4 && found.length === 1 ? found[0] : undefined;
    },
    commits: async (tip) => {
      const line = listCommits(clone, tip);
      const commits = line.map(({ id, parent, files }, index) => {
        const changes = compare(line[index - 1]?.files ?? new Map<string, string>(), files);
        const isAnchored = changes.some(({ path }) => path === stateLayout.anchor);
        return {
          id,
          parents: parent === undefined ? [] : [parent],
          changes: [changes],
          anchor: isAnchored ? files.get(stateLayout.anchor) : undefined,
        };
      });
      return { commits, isCut: false };
    },
    files: async (commit) => clone.commits.get(commit)?.files ?? new Map(),
  };
}

function compare(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly PastChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path): readonly PastChange[] => {
    if (before.get(path) === after.get(path)) return [];
    const what = !before.has(path) ? "added" : !after.has(path) ? "removed" : "changed";
    return [{ path, what, isFile: what !== "removed" }];
  });
}
