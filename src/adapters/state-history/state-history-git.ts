import { stateLayout } from "../../evidence/state-layout.ts";
import type { PastChange, PastCommit, PastOfState } from "../../evidence/verify/past.ts";
import type { SeenState, StateHistory } from "../../ports/state-history.ts";
import { createGitCommand, type GitCommand, type GitCommandProps } from "../state-ref/git-command.ts";
import { createGitObjects, type GitObjects } from "../state-ref/git-objects.ts";
import { seenRef } from "../state-ref/state-errors.ts";

/** The past of the branch in the repository that `directory` belongs to; replacements (`git replace`) count for nothing. */
export function createStateHistoryGit(props: GitCommandProps): StateHistory {
  const git = createGitCommand(props);
  const objects = createGitObjects(git);
  return {
    seen: () => seen(git),
    async find(revision) {
      const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
      const { exitCode, stdout } = await git.try(words);
      return exitCode === 0 ? stdout.trim() : undefined;
    },
    commits: (tip, signal) => commits(git, objects, { tip, signal }),
    files: (commit) => objects.files(commit),
  };
}

async function seen(git: GitCommand): Promise<SeenState | undefined> {
  const { exitCode, stdout } = await git.try(["rev-parse", "--verify", "--quiet", seenRef]);
  if (exitCode !== 0) return undefined;
  const log = await git.try(["log", "--walk-reflogs", "--format=%gd", "--date=unix", "--no-show-signature", seenRef]);
  const oldest = /@\{(\d+)\}$/.exec(log.stdout.trimEnd())?.[1];
  return { commit: stdout.trim(), since: oldest === undefined ? undefined : new Date(Number(oldest) * 1000) };
}

/** Two processes for the whole history, and one for the anchors, however long it is. */
async function commits(
  git: GitCommand,
  objects: GitObjects,
  { tip, signal }: { readonly tip: string; readonly signal: AbortSignal | undefined },
): Promise<PastOfState> {
  const words = ["rev-list", "--topo-order", "--reverse", "--parents", tip];
  // Grafts are another way to pretend another past.
  const listed = await git.must(words, { signal, environment: { GIT_GRAFT_FILE: "/dev/null" } });
  const line = listed
    .trimEnd()
    .split("\n")
    .map((ids) => ids.split(" "));
  const pairs = line.flatMap(([id = "", ...parents]) =>
    parents.length === 0 ? [`${id}\n`] : parents.map((parent) => `${id} ${parent}\n`),
  );
  const compare = ["diff-tree", "--stdin", "--root", "--always", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"];
  const differences = parseDifferences(await git.must(compare, { input: pairs.join(""), signal }));
  if (differences.length !== pairs.length) throw new Error(`git diff-tree spoke of ${differences.length} commits`);

  const anchors = new Set(differences.flatMap(({ anchor }) => anchor ?? []));
  const texts = await objects.texts([...anchors]);
  let at = 0;
  const past = line.map(([id = "", ...parents]): PastCommit => {
    const mine = differences.slice(at, at + Math.max(parents.length, 1));
    at += mine.length;
    const anchor = mine[0]?.anchor;
    return {
      id,
      parents,
      changes: mine.map(({ changes }) => changes),
      anchor: anchor === undefined ? undefined : texts.get(anchor),
    };
  });
  return { commits: past, isCut: await isCut(git, past) };
}

interface Difference {
  readonly changes: readonly PastChange[];
  /** The id of the anchor's text. */
  readonly anchor: string | undefined;
}

/** For each pair the commit's id, then for each file `:MODE MODE ID ID LETTER`, its path; all ended by NUL. */
function parseDifferences(output: string): readonly Difference[] {
  const found: { changes: PastChange[]; anchor: string | undefined }[] = [];
  const words = output.split("\0");
  for (let index = 0; index < words.length; index += 1) {
    const word = (words[index] ?? "").replace(/^\n/, "");
    if (word === "") continue;
    if (!word.startsWith(":")) {
      found.push({ changes: [], anchor: undefined });
      continue;
    }
    const [, mode = "", , id = "", letter = ""] = word.split(" ");
    const path = words[(index += 1)] ?? "";
    const current = found.at(-1);
    const what = letter === "A" ? "added" : letter === "D" ? "removed" : "changed";
    current?.changes.push({ path, what, isFile: mode.startsWith("100") });
    if (current !== undefined && path === stateLayout.anchor && what !== "removed") current.anchor = id;
  }
  return found;
}

/** Git shows the first commits of a shallow clone as if they had no parents; what they are made of says otherwise. */
async function isCut(git: GitCommand, past: readonly PastCommit[]): Promise<boolean> {
  for (const { id } of past.filter(({ parents }) => parents.length === 0)) {
    const text = await git.must(["cat-file", "commit", id]);
    if (/^parent /m.test(text.slice(0, text.indexOf("\n\n")))) return true;
  }
  return false;
}
