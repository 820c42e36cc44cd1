import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Description } from "../../image/tag/chartpress-tag.ts";
import type { Commit } from "../../image/tag/history.ts";
import type { GitHistory } from "../../ports/git.ts";
import type { Run } from "../run.ts";

const timeoutMilliseconds = 120_000;
const environment = { GIT_TERMINAL_PROMPT: "0", GIT_LITERAL_PATHSPECS: "1", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };

/** What the `git` on PATH knows of the past. */
export function createGitHistoryCli(run: Run): GitHistory {
  const ask: Ask = async (directory, words, input) => {
    const options = { timeoutMilliseconds, environment, isExact: true, ...(input === undefined ? {} : { input }) };
    const result = await run(["git", "-C", directory, ...words], options);
    if (result.exitCode === 0) return result.stdout;
    throw refusal(directory, words[0] ?? "", result.stderr);
  };

  return {
    listFiles: async (directory, paths) => {
      if ((await findRepository(directory, ask)) === undefined) return undefined;
      const [tracked, others, fileMode] = await Promise.all([
        ask(directory, ["ls-files", "-t", "--stage", "-z", "--", ...paths]),
        ask(directory, ["ls-files", "--others", "--exclude-standard", "-z", "--", ...paths]),
        ask(directory, ["config", "--type=bool", "--default=true", "core.fileMode"]),
      ]);
      const entries = splitNull(tracked).map(parseEntry);
      const untracked = splitNull(others);
      const isElsewhere = ({ state, mode }: IndexEntry): boolean => state === "S" || mode === "160000";
      const found = [
        ...entries.filter((entry) => !isElsewhere(entry)).map(({ path }) => path),
        ...untracked.filter((path) => !path.endsWith("/")),
      ];
      const executables = new Set(entries.filter(({ mode }) => mode === "100755").map(({ path }) => path));
      return {
        paths: [...new Set(found)].sort(),
        elsewhere: [
          ...entries.filter(isElsewhere).map(({ path }) => path),
          ...untracked.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1)),
        ],
        ...(fileMode.trim() === "false" ? { executables } : {}),
      };
    },
    uncommitted: async (directory, paths) => {
      const repository = await findRepository(directory, ask);
      if (repository === undefined) return undefined;
      const words = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", ...paths];
      // Its paths are the whole repository's, wherever it is asked.
      return splitNull(await ask(directory, words)).map((line) => line.slice("XY ".length + repository.prefix.length));
    },
    history: async (directory, paths) => {
      const repository = await findRepository(directory, ask);
      if (repository === undefined) return undefined;
      const { isShallow, head } = repository;
      if (head === undefined) return { head, isShallow, commits: new Map() };
      const words = ["log", "--no-show-signature", "--format=%H %T %ct %P", head, "--"];
      const listed = (await ask(directory, words)).trimEnd().split("\n").map(parseCommit);
      return { head, isShallow, commits: await withChanges(listed, { directory, paths, ask }) };
    },
    describe: async (directory, commits) => {
      if (commits.length === 0) return new Map();
      // With `--always` a commit that no tag is before says its digits alone, instead of ending everything.
      const said = await ask(directory, ["describe", "--tags", "--long", "--always", ...commits]);
      const near = said
        .trimEnd()
        .split("\n")
        .map((line) => /^(.+)-(\d+)-g[0-9a-f]+$/.exec(line));
      const tags = [...new Set(near.flatMap((match) => match?.[1] ?? []))];
      const tagged = new Map<string, string>();
      for (const [index, id] of (await peel(directory, tags, ask)).entries()) tagged.set(tags[index] ?? "", id);
      return new Map(
        near.flatMap((match, index) => {
          const [, tag = "", distance] = match ?? [];
          const description: Description = { tag, distance: Number(distance), tagged: tagged.get(tag) ?? "" };
          return match === null ? [] : [[commits[index] ?? "", description] as const];
        }),
      );
    },
    abbreviate: async (directory, commits) => {
      if (commits.length === 0) return new Map();
      const words = ["log", "--no-show-signature", "--no-walk=unsorted", "--format=%H %h", ...commits, "--"];
      const lines = (await ask(directory, words)).trimEnd().split("\n");
      return new Map(lines.map((line) => line.split(" ") as [string, string])); // the format's two words
    },
  };
}

type Ask = (directory: string, words: readonly string[], input?: string) => Promise<string>;

interface FoundRepository {
  /** The directory's place in the work tree: "", or "fleet/". */
  readonly prefix: string;
  readonly isShallow: boolean;
  readonly head: string | undefined;
}

async function findRepository(directory: string, ask: Ask): Promise<FoundRepository | undefined> {
  try {
    const [shallow, prefix = ""] = (
      await ask(directory, ["rev-parse", "--is-shallow-repository", "--show-prefix"])
    ).split("\n");
    const head = await ask(directory, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).catch(() => "");
    return { prefix, isShallow: shallow === "true", head: head.trim() === "" ? undefined : head.trim() };
  } catch (thrown) {
    if (thrown instanceof HubfleetError && /not a git repository|must be run in a work tree/.test(thrown.message))
      return undefined;
    throw thrown;
  }
}

interface IndexEntry {
  /** "S": not in this checkout. */
  readonly state: string;
  readonly mode: string;
  readonly path: string;
}

/** "H 100644 DIGEST STAGE⇥PATH" */
function parseEntry(line: string): IndexEntry {
  const tab = line.indexOf("\t");
  const [state = "", mode = ""] = line.slice(0, tab).split(" ");
  return { state, mode, path: line.slice(tab + 1) };
}

type ListedCommit = Omit<Commit, "changes"> & { readonly tree: string };

function parseCommit(line: string): ListedCommit {
  const [id = "", tree = "", seconds, ...parents] = line.split(" ").filter((word) => word !== "");
  return { id, tree, committedAtSeconds: Number(seconds), parents };
}

/** Compares each commit's tree with those of its parents, all by one process. */
async function withChanges(
  commits: readonly ListedCommit[],
  { directory, paths, ask }: { readonly directory: string; readonly paths: readonly string[]; readonly ask: Ask },
): Promise<ReadonlyMap<string, Commit>> {
  const trees = new Map(commits.map(({ id, tree }) => [id, tree]));
  const empty = (await ask(directory, ["hash-object", "-t", "tree", "--stdin"], "")).trim();
  const pairsOf = ({ tree, parents }: ListedCommit): string[] =>
    (parents.length === 0 ? [empty] : parents.map((parent) => trees.get(parent) ?? empty)).map(
      (before) => `${before} ${tree}`,
    );
  const pairs = [...new Set(commits.flatMap(pairsOf))].filter((pair) => !isSame(pair));
  const words = ["diff-tree", "--stdin", "-r", "-z", "--name-only", "--no-renames", "--relative", "--", ...paths];
  const changes = parsePairs(pairs.length === 0 ? "" : await ask(directory, words, `${pairs.join("\n")}\n`));
  return new Map(
    commits.map((commit) => {
      const { tree: _tree, ...rest } = commit;
      return [commit.id, { ...rest, changes: pairsOf(commit).map((pair) => changes.get(pair) ?? []) }];
    }),
  );
}

function isSame(pair: string): boolean {
  const [before, after] = pair.split(" ");
  return before === after;
}

/** Each pair is told by a line of its own, before the paths that differ, each with a NUL behind it. */
function parsePairs(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const header = /([0-9a-f]{40,64} [0-9a-f]{40,64})\n/y;
  let at = 0;
  let paths: string[] = [];
  while (at < text.length) {
    header.lastIndex = at;
    const pair = header.exec(text)?.[1];
    if (pair !== undefined) {
      paths = [];
      found.set(pair, paths);
      at = header.lastIndex;
      continue;
    }
    const end = text.indexOf("\0", at);
    paths.push(text.slice(at, end === -1 ? text.length : end));
    at = end === -1 ? text.length : end + 1;
  }
  return found;
}

/** The commits that tags are on, however many tag objects lie between. */
async function peel(directory: string, tags: readonly string[], ask: Ask): Promise<readonly string[]> {
  if (tags.length === 0) return [];
  const said = await ask(directory, ["rev-parse", ...tags.map((tag) => `${tag}^{commit}`)]);
  return said.trimEnd().split("\n");
}

function splitNull(text: string): string[] {
  return text.split("\0").filter((part) => part !== "");
}

function refusal(directory: string, command: string, stderr: string): HubfleetError {
  if (stderr.includes("ENOENT")) {
    return new HubfleetError("TOOL_MISSING", { message: '"git" is not on PATH', hint: "install Git 2.30 or newer" });
  }
  const isForeign = stderr.includes("dubious ownership");
  return new HubfleetError("SERVICE_FAILED", {
    message: `git ${command} failed: ${stderr.trim()}`,
    ...(isForeign ? { hint: `if you trust it: git config --global --add safe.directory ${directory}` } : {}),
    retry: "later",
  });
}
