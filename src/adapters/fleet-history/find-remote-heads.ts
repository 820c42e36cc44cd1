import { type GitReader, HistoryProblem } from "./git-reader.ts";

/**
 * The branches of every remote, as it has them now. All of them must have been fetched: one that was not may name any
 * image. @throws HistoryProblem
 */
export async function findRemoteHeads(git: GitReader): Promise<readonly { commit: string; name: string }[]> {
  const heads: { commit: string; name: string }[] = [];
  for (const remote of await git.lines("remote")) {
    const told = await git.ask("ls-remote", "--heads", "--", remote);
    if (told.exitCode !== 0) {
      const said = told.stderr.trim().split("\n")[0] ?? "";
      throw new HistoryProblem(
        `the remote "${remote}" does not say which branches it has: ${said}`,
        `run the command again when \`git ls-remote ${remote}\` works, or take the remote away if it is of no use`,
      );
    }
    const found = told.stdout.split("\n").flatMap((line) => {
      const [commit, name] = line.split("\t");
      return commit === undefined || name === undefined ? [] : [{ commit, name }];
    });
    const present = await git.present(found.map(({ commit }) => commit));
    const missing = found
      .filter(({ commit }) => !present.has(commit))
      .map(({ name }) => name.replace("refs/heads/", ""));
    if (missing.length > 0) {
      const shown = missing.toSorted(stateFirst).slice(0, 3).join(", ");
      const more = missing.length > 3 ? ` and ${missing.length - 3} more` : "";
      throw new HistoryProblem(
        `the remote "${remote}" has what was not fetched: ${shown}${more}`,
        `run \`git fetch ${remote} '+refs/heads/*:refs/remotes/${remote}/*'\``,
      );
    }
    heads.push(...found);
  }
  return heads;
}

function stateFirst(one: string, other: string): number {
  return Number(other === "hubfleet/state") - Number(one === "hubfleet/state") || one.localeCompare(other);
}
