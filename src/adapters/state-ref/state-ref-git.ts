import pMap from "p-map";

import type { FileChange } from "../../evidence/reapply-changes.ts";
import type { StateRef } from "../../ports/state-ref.ts";
import { createStateRef, type StateRefProps } from "./create-state-ref.ts";
import { createGitCommand, type GitCommand, type GitCommandProps, gitFailed } from "./git-command.ts";
import { createGitObjects } from "./git-objects.ts";
import { createGitRemote } from "./git-remote.ts";
import { seenRef, stateBranch } from "./state-errors.ts";
import type { StateRefs, StateStore, StoredCommit } from "./state-store.ts";

export type StateRefGitProps = StateRefProps & GitCommandProps;

/**
 * The state in the repository that `directory` belongs to, by the `git` on PATH. Objects and refs are all that it
 * writes: `refs/heads/hubfleet/state`, `refs/hubfleet/seen`, `refs/hubfleet/incoming`.
 */
export function createStateRefGit(props: StateRefGitProps): StateRef {
  return createStateRef(createGitStore(createGitCommand(props)), props);
}

/** The steps, done by Git. */
export function createGitStore(git: GitCommand): StateStore {
  const refNames = { local: `refs/heads/${stateBranch}`, seen: seenRef } as const;
  const objects = createGitObjects(git);

  const refs = async (signal?: AbortSignal): Promise<StateRefs> => {
    const format = "%(refname)%00%(objectname)%00%(worktreepath)";
    const names = Object.values(refNames);
    const listed = await git.must(["for-each-ref", `--format=${format}`, ...names], { signal });
    const found = new Map(
      listed
        .split("\n")
        .map((line) => line.split("\0"))
        .map(([name, ...rest]) => [name, rest]),
    );
    const [local, directory] = found.get(refNames.local) ?? [];
    const [seen] = found.get(refNames.seen) ?? [];
    return { local, seen, checkedOutAt: directory === "" ? undefined : directory };
  };

  const changesOf = async (commit: string, parent: string | undefined): Promise<StoredCommit["changes"]> => {
    const against = parent === undefined ? ["--root", commit] : [parent, commit];
    const output = await git.must(["diff-tree", "-r", "-z", "--no-renames", "--no-commit-id", ...against]);
    const words = output.split("\0");
    const changed: { readonly path: string; readonly ids: readonly [string | undefined, string | undefined] }[] = [];
    for (let index = 0; index + 1 < words.length; index += 2) {
      const [modeBefore = "", modeAfter = "", before = "", after = ""] = (words[index] ?? "").slice(1).split(" ");
      const id = (mode: string, name: string): string | undefined => (mode.startsWith("100") ? name : undefined);
      changed.push({ path: words[index + 1] ?? "", ids: [id(modeBefore, before), id(modeAfter, after)] });
    }
    const texts = await objects.texts(changed.flatMap(({ ids }) => ids.filter((id) => id !== undefined)));
    return new Map(
      changed.map(({ path, ids: [before, after] }): [string, FileChange] => [
        path,
        { before: before && texts.get(before), after: after && texts.get(after) },
      ]),
    );
  };

  return {
    ...createGitRemote(git),
    ...objects,
    refs,
    async isAncestor(older, newer) {
      if (older === newer) return true;
      const result = await git.try(["merge-base", "--is-ancestor", older, newer]);
      if (result.exitCode > 1 || result.exitCode < 0) throw gitFailed("merge-base", result);
      return result.exitCode === 0;
    },
    async missing(base, tip) {
      const range = base === undefined ? [tip] : [tip, `^${base}`];
      const format = "--format=%H%x00%P%x00%ct%x00%B%x01";
      const listed = await git.must([
        "rev-list",
        "--first-parent",
        "--reverse",
        "--no-commit-header",
        format,
        ...range,
      ]);
      const commits = listed.split("\u0001").map((commit) => commit.trimStart().split("\0"));
      return pMap(
        commits.filter(([commit]) => commit !== undefined && commit !== ""),
        async ([commit = "", parents = "", seconds = "", message = ""]) => ({
          message: message.trimEnd(),
          at: new Date(Number(seconds) * 1000),
          changes: await changesOf(commit, parents.split(" ")[0] || undefined),
        }),
        { concurrency: 4 },
      );
    },
    async move(ref, to, { from, note }) {
      const name = refNames[ref];
      const verb = from === undefined ? `create ${name} ${to}\n` : `update ${name} ${to} ${from}\n`;
      const words = ["update-ref", "--no-deref", "--create-reflog", "-m", note.replaceAll(/\s+/g, " "), "--stdin"];
      const moved = await git.try(words, { input: verb });
      if (moved.exitCode === 0) return true;
      if ((await refs())[ref] !== from) return false;
      throw gitFailed("update-ref", moved);
    },
    async lastNote() {
      const words = ["log", "--walk-reflogs", "--max-count=1", "--format=%gs", "--no-show-signature", refNames.local];
      const { exitCode, stdout } = await git.try(words);
      return exitCode === 0 ? stdout.trimEnd() : undefined;
    },
  };
}
