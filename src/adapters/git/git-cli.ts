import { realpath } from "node:fs/promises";
import { dirname } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Git } from "../../ports/git.ts";
import { outsideHooks } from "../outside-hooks.ts";
import type { Run, RunResult } from "../run.ts";
import { createGitAuthorsCli } from "./git-authors-cli.ts";
import { createGitHistoryCli } from "./git-history-cli.ts";
import { createGitTreesCli } from "./git-trees-cli.ts";

const timeoutMilliseconds = 60_000;
const environment = { ...outsideHooks, GIT_TERMINAL_PROMPT: "0" };

/** The `git` on PATH. */
export function createGitCli(run: Run): Git {
  const git = (directory: string, ...words: readonly string[]): Promise<RunResult> =>
    run(["git", "-C", directory, ...words], { timeoutMilliseconds, environment });

  const require = async (directory: string, ...words: readonly string[]): Promise<void> => {
    const result = await git(directory, ...words);
    if (result.exitCode === 0) return;
    if (result.stderr.includes("ENOENT")) {
      throw new HubfleetError("TOOL_MISSING", { message: '"git" is not on PATH', hint: "install Git 2.30 or newer" });
    }
    throw failure(words[0] ?? "", result);
  };

  const topLevel = async (directory: string): Promise<string | undefined> => {
    const result = await git(directory, "rev-parse", "--show-toplevel");
    return result.exitCode === 0 ? realpath(result.stdout.trim()) : undefined;
  };

  return {
    ...createGitHistoryCli(run),
    ...createGitAuthorsCli(run),
    ...createGitTreesCli(run),
    async initialize(directory) {
      const isInside = (await topLevel(directory)) !== undefined;
      const isIgnored =
        isInside && (await git(dirname(directory), "check-ignore", "--quiet", directory)).exitCode === 0;
      if (!isInside || isIgnored) await require(directory, "init", "--quiet", "--initial-branch", "main");
    },
    async commitAll(directory, message) {
      if ((await topLevel(directory)) !== (await realpath(directory))) return "inside-another";
      await require(directory, "add", "--all");
      const identity = await git(directory, "var", "GIT_COMMITTER_IDENT");
      const isKnown = identity.exitCode === 0 && (await git(directory, "config", "user.email")).stdout.trim() !== "";
      if (!isKnown) return "no-identity";
      await require(directory, "commit", "--quiet", "--message", message);
      return "committed";
    },
    async commitFiles(directory, paths, message) {
      if ((await topLevel(directory)) === undefined) return { kind: "no-repository" };
      await require(directory, "add", "--", ...paths);
      if ((await git(directory, "diff", "--cached", "--quiet", "--", ...paths)).exitCode === 0) {
        return { kind: "unchanged" };
      }
      const isKnown = (await git(directory, "config", "user.email")).stdout.trim() !== "";
      const who = isKnown ? [] : ["-c", "user.name=hubfleet", "-c", "user.email=hubfleet@localhost"];
      const made = await git(directory, ...who, "commit", "--quiet", "--message", message, "--only", "--", ...paths);
      if (made.exitCode !== 0) throw failure("commit", made);
      return { kind: "committed", commit: (await git(directory, "rev-parse", "HEAD")).stdout.trim() };
    },
    async readAt(directory, revision, path) {
      if ((await topLevel(directory)) === undefined) return { kind: "no-repository" };
      const name = `${revision}^{commit}`;
      const found = await git(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", name);
      if (found.exitCode !== 0) return { kind: "unknown-revision" };
      const commit = found.stdout.trim();
      const listed = await git(directory, "ls-tree", "-z", commit, "--", path);
      const blob = /^100\d+ blob ([0-9a-f]+)\t/.exec(listed.stdout)?.[1];
      if (blob === undefined) return { kind: "absent", commit };
      const content = await run(["git", "-C", directory, "cat-file", "blob", blob], {
        timeoutMilliseconds,
        environment,
        isExact: true,
      });
      if (content.exitCode !== 0) throw failure("cat-file", content);
      return { kind: "file", commit, text: content.stdout };
    },
  };
}

function failure(command: string, { stderr }: RunResult): HubfleetError {
  return new HubfleetError("SERVICE_FAILED", { message: `git ${command} failed: ${stderr}`, retry: "later" });
}
