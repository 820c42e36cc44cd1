import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { createGitCli } from "../../src/adapters/git/git-cli.ts";
import { createRun, type Run } from "../../src/adapters/run.ts";
import type { Git } from "../../src/ports/git.ts";

/** A directory of its own in which Git may be asked to do anything; what this machine's Git is told does not count. */
export interface GitScratch {
  readonly root: string;
  /** The port, run in the same surroundings. */
  readonly port: Git;
  /** Runs `git` in a directory below the root (or anywhere, for an absolute one); throws when it fails. */
  git(directory: string, ...words: readonly string[]): Promise<string>;
  /** The same, with something to read. */
  feed(directory: string, input: string, ...words: readonly string[]): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** Commits everything, at a time of the test's choosing. */
  commit(message: string, at?: { readonly directory?: string; readonly seconds?: number }): Promise<void>;
  /** Who writes commits from now on. */
  writeAs(email: string): void;
  sweep(): Promise<void>;
}

export const plainGit = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "user.name",
  GIT_CONFIG_VALUE_0: "Somebody",
  GIT_CONFIG_KEY_1: "user.email",
  GIT_CONFIG_VALUE_1: "somebody@example.org",
} as const;

export async function createGitScratch(): Promise<GitScratch> {
  const root = await mkdtemp(join(tmpdir(), "hubfleet-git-"));
  let author: string = plainGit.GIT_CONFIG_VALUE_1;
  const run: Run = (argv, options) => {
    const own = { ...plainGit, GIT_CONFIG_VALUE_1: author, HOME: root };
    return createRun()(argv, { ...options, environment: { ...own, ...options.environment } });
  };
  const git = async (
    directory: string,
    words: readonly string[],
    { seconds = 1_700_000_000, input }: { readonly seconds?: number | undefined; readonly input?: string } = {},
  ): Promise<string> => {
    const environment = { GIT_COMMITTER_DATE: `${seconds} +0000`, GIT_AUTHOR_DATE: `${seconds} +0000` };
    const place = directory.startsWith("/") ? directory : join(root, directory);
    const result = await run(["git", "-C", place, ...words], {
      timeoutMilliseconds: 60_000,
      environment,
      ...(input === undefined ? {} : { input }),
    });
    if (result.exitCode !== 0) throw new Error(`git ${words.join(" ")}: ${result.stderr}`);
    return result.stdout;
  };
  return {
    root,
    port: createGitCli(run),
    git: (directory, ...words) => git(directory, words),
    feed: (directory, input, ...words) => git(directory, words, { input }),
    write: async (path, text) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    commit: async (message, { directory = ".", seconds } = {}) => {
      await git(directory, ["add", "--all"]);
      await git(directory, ["commit", "--quiet", "--allow-empty", "--message", message], { seconds });
    },
    writeAs: (email) => {
      author = email;
    },
    sweep: () => rm(root, { recursive: true, force: true }),
  };
}

/** Every file of a directory, as a repository that is only remembered wants them. */
export async function readTree(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [path.slice(directory.length + 1), await readFile(path, "utf8")] as const),
    ),
  );
}
