import type { GitTree, GitTreeEntry, GitTrees } from "../../ports/git.ts";
import { inBatches, parseBatch } from "../git-batch.ts";
import { outsideHooks } from "../outside-hooks.ts";
import type { Run, RunResult } from "../run.ts";
import { refusal } from "./git-history-cli.ts";

const timeoutMilliseconds = 120_000;
const environment = {
  ...outsideHooks,
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  LC_ALL: "C",
};

/** What commits hold, by the `git` on PATH. */
export function createGitTreesCli(run: Run): GitTrees {
  const git = (directory: string, words: readonly string[], input?: string): Promise<RunResult> => {
    const options = { timeoutMilliseconds, environment, ...(input === undefined ? {} : { input }) };
    return run(["git", "-C", directory, ...words], {
      ...options,
      ...(isBytes(words) ? { isBinary: true } : { isExact: true }),
    });
  };
  return {
    treeAt: async (directory, commit) => {
      const listed = await git(directory, ["ls-tree", "-r", "-z", "-l", "--end-of-options", `${commit}^{commit}`]);
      if (listed.exitCode === 0) return parseTree(listed.stdout);
      if (/not a git repository|[Nn]ot a valid object name|not a tree object/.test(listed.stderr)) return undefined;
      throw refusal(directory, "ls-tree", listed.stderr);
    },
    contents: async (directory, entries) => {
      const found = new Map<string, Uint8Array>();
      const sizes = new Map(entries.flatMap(({ kind, id, bytes }) => (kind === "repository" ? [] : [[id, bytes]])));
      for (const ids of inBatches(sizes)) {
        const said = await git(directory, ["cat-file", "--batch"], `${ids.join("\n")}\n`);
        if (said.exitCode !== 0) throw refusal(directory, "cat-file", said.stderr);
        for (const [id, bytes] of parseBatch(said.stdout, ids)) found.set(id, bytes);
      }
      return found;
    },
    checkedOut: async (directory, commit, path) => {
      const said = await git(directory, ["cat-file", "--filters", `${commit}:./${path}`]);
      return said.exitCode === 0 ? Buffer.from(said.stdout, "latin1") : undefined;
    },
  };
}

function isBytes([command]: readonly string[]): boolean {
  return command === "cat-file";
}

/** "MODE TYPE ID SIZE⇥PATH" */
function parseTree(output: string): GitTree {
  const lines = output.split("\0").filter((line) => line !== "");
  return new Map(
    lines.map((line): [string, GitTreeEntry] => {
      const tab = line.indexOf("\t");
      const [mode = "", type = "", id = "", size] = line.slice(0, tab).split(/ +/);
      const kind = type === "commit" ? "repository" : mode === "120000" ? "link" : "file";
      return [line.slice(tab + 1), { kind, id, bytes: kind === "repository" ? 0 : Number(size) }];
    }),
  );
}
