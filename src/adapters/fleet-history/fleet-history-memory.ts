import { namedWords } from "../../image/retention/named-words.ts";
import type { FleetHistory } from "../../ports/fleet-history.ts";

export interface FleetHistoryMemory extends FleetHistory {
  /** Adds a commit to a branch; answers its digits. */
  commit(branch: string, files: Readonly<Record<string, string>>): string;
  writeWorkTree(text: string): void;
  /** From now on the history cannot be read as a whole. */
  loseSight(why: string): void;
}

const stateBranch = "hubfleet/state";

/** A repository that is only remembered. */
export function createFleetHistoryMemory(): FleetHistoryMemory {
  const branches = new Map<string, string[]>();
  const commits: string[] = [];
  let workTree = "";
  let problem: string | undefined;
  return {
    commit: (branch, files) => {
      const text = Object.entries(files).flat().join("\n");
      branches.set(branch, [...(branches.get(branch) ?? []), text]);
      const id = (commits.length + 1).toString(16).padStart(40, "0");
      commits.push(id);
      return id;
    },
    writeWorkTree: (text) => void (workTree = text),
    loseSight: (why) => void (problem = why),
    read: async (_directory, question) => {
      if (problem !== undefined) return { kind: "incomplete", why: problem, hint: "run `git fetch --all`" };
      const texts = [...branches].flatMap(([name, versions]) => (name === stateBranch ? versions : versions.slice(-1)));
      const named = [workTree, ...texts].flatMap((text) => [...namedWords(text, question.words)]);
      return {
        kind: "complete",
        named: new Set(named),
        commits: new Set(commits.filter((commit) => question.commits.has(commit))),
      };
    },
  };
}
