import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Description } from "../../image/tag/chartpress-tag.ts";
import { countedPaths } from "../../image/tag/counted-paths.ts";
import { type Commit, type Counts, rememberCounts } from "../../image/tag/history.ts";
import type { GitHistory, ListedFiles } from "../../ports/git.ts";
import { outsideHooks } from "../outside-hooks.ts";
import type { Run } from "../run.ts";

const timeoutMilliseconds = 120_000;
const environment = {
  ...outsideHooks,
  GIT_TERMINAL_PROMPT: "0",
  GIT_LITERAL_PATHSPECS: "1",
  GIT_OPTIONAL_LOCKS: "0",
  LC_ALL: "C",
};

/** What the `git` on PATH knows of the past. */
export function createGitHistoryCli(run: Run): Omit<GitHistory, "authors" | "commitsSince"> {
  const ask: Ask = async (directory, words, input) => {
    const options = { timeoutMilliseconds, environment, isExact: true, ...(input === undefined ? {} : { input }) };
    const result = await run(["git", "-C", directory, ...words], options);
    if (result.exitCode === 0) return result.stdout;
    throw refusal(directory, words[0] ?? "", result.stderr);
  };

  return {
    listFiles: async (directory, paths) => {
      const found = await inRepository(
        Promise.all([
          ask(directory, ["ls-files", "-t", "--stage", "-z", "--", ...paths]),
          ask(directory, ["ls-files", "--others", "--exclude-standard", "-z", "--", ...paths]),
          ask(directory, ["config", "--type=bool", "--default=true", "core.fileMode"]),
        ]),
      );
      return found === undefined ? undefined : parseListing(...found);
    },
    uncommitted: async (directory, paths) => {
      const words = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", ...paths];
      const found = await inRepository(
        Promise.all([ask(directory, words), ask(directory, ["rev-parse", "--show-prefix"])]),
      );
      const [changed = "", prefix = ""] = found ?? [];
      // Its paths are the whole repository's, wherever it is asked.
      const start = "XY ".length + prefix.trimEnd().length;
      return found === undefined ? undefined : splitNull(changed).map((line) => line.slice(start));
    },
    history: async (directory, paths) => {
      const words = ["log", "--no-show-signature", "--format=%H %T %ct %P", "HEAD", "--"];
      const shallow = await inRepository(ask(directory, ["rev-parse", "--is-shallow-repository"]));
      if (shallow === undefined) return undefined;
      const isShallow = shallow.trim() === "true";
      const listed = await ask(directory, words).catch(async (thrown: unknown) => {
        const isEmpty = await ask(directory, ["rev-parse", "--verify", "--quiet", "HEAD"]).then(
          () => false,
          () => true,
        );
        if (isEmpty) return "";
        throw thrown;
      });
      const commits = splitLines(listed).map(parseCommit);
      return { head: commits[0]?.id, isShallow, commits: await withChanges(commits, { directory, paths, ask }) };
    },
    countSince: async (directory, commit, paths) => {
      const words = ["rev-list", "--count", "--end-of-options", `${commit}..HEAD`, "--", ...paths];
      const counted = await inRepository(ask(directory, words)).catch((thrown: unknown) => {
        if (/bad revision|Invalid revision range|bad object/.test(String(thrown))) return undefined;
        throw thrown;
      });
      return counted === undefined ? undefined : Number(counted);
    },
    describe: async (directory, commits) => {
      if (commits.length === 0) return new Map();
      // With `--always` a commit that no tag is before says its digits alone, instead of ending everything.
      const said = await ask(directory, ["describe", "--tags", "--long", "--always", ...commits]);
      const near = splitLines(said).map((line) => /^(.+)-(\d+)-g[0-9a-f]+$/.exec(line));
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
      const lines = splitLines(await ask(directory, words));
      return new Map(lines.map((line) => line.split(" ") as [string, string])); // the format's two words
    },
  };
}

type Ask = (directory: string, words: readonly string[], input?: string) => Promise<string>;

/** Undefined where there is none. */
async function inRepository<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  return asking.catch((thrown: unknown) => {
    const said = thrown instanceof HubfleetError ? thrown.message : "";
    if (/not a git repository|must be run in a work tree/.test(said)) return undefined;
    throw thrown;
  });
}

function parseListing(tracked: string, others: string, fileMode: string): ListedFiles {
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

/** Git's name of a tree without entries, by its length: SHA-1 or SHA-256. */
const emptyTrees: Readonly<Record<number, string>> = {
  40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

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
  const empty = emptyTrees[commits[0]?.tree.length ?? 0] ?? "";
  const pairsOf = ({ tree, parents }: ListedCommit): string[] =>
    (parents.length === 0 ? [empty] : parents.map((parent) => trees.get(parent) ?? empty)).map(
      (before) => `${before} ${tree}`,
    );
  const pairs = [...new Set(commits.flatMap(pairsOf))].filter((pair) => !isSame(pair));
  // Git compares every entry of a tree with every path, so it is given few: the first steps of them.
  const roots = [...new Set(paths.map((path) => path.replace(/^(?:\.\/+)+/, "").replace(/\/.*/s, "")))];
  const words = ["diff-tree", "--stdin", "-r", "-z", "--name-only", "--no-renames", "--relative", "--", ...roots];
  const said = pairs.length === 0 ? "" : await ask(directory, words, `${pairs.join("\n")}\n`);
  const changes = parsePairs(said, rememberCounts(countedPaths(paths)));
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
function parsePairs(text: string, counts: Counts): ReadonlyMap<string, readonly string[]> {
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
    const path = text.slice(at, end === -1 ? text.length : end);
    if (counts(path)) paths.push(path);
    at = end === -1 ? text.length : end + 1;
  }
  return found;
}

/** The commits that tags are on, however many tag objects lie between. */
async function peel(directory: string, tags: readonly string[], ask: Ask): Promise<readonly string[]> {
  if (tags.length === 0) return [];
  const said = await ask(directory, ["rev-parse", ...tags.map((tag) => `${tag}^{commit}`)]);
  return splitLines(said);
}

function splitLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function splitNull(text: string): string[] {
  return text.split("\0").filter((part) => part !== "");
}

export function refusal(directory: string, command: string, stderr: string): HubfleetError {
  if (stderr.includes("ENOENT")) {
    return new HubfleetError("TOOL_MISSING", { message: '"git" is not on PATH', hint: "install Git 2.30 or newer" });
  }
  const isForeign = stderr.includes("dubious ownership");
  return new HubfleetError("SERVICE_FAILED", {
    message: `git ${command} failed: ${isForeign ? (stderr.trim().split("\n")[0] ?? "") : stderr.trim()}`,
    ...(isForeign ? { hint: `if you trust it: git config --global --add safe.directory ${directory}` } : {}),
    retry: "later",
  });
}
