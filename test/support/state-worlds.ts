import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createRun, type Run } from "../../src/adapters/run.ts";
import { createStateHistoryGit } from "../../src/adapters/state-history/state-history-git.ts";
import { createStateRefGit } from "../../src/adapters/state-ref/state-ref-git.ts";
import {
  addStateRemote,
  createStateCloneMemory,
  createStateRefMemory,
  createStateRemoteMemory,
  listCommits,
  type StateCloneMemory,
} from "../../src/adapters/state-ref/state-ref-memory.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { StateHistory } from "../../src/ports/state-history.ts";
import type { StateRef } from "../../src/ports/state-ref.ts";

/** A remote and its clones, and what may happen to them. */
export interface StateWorld {
  /** A clone that has not seen the state yet. */
  clone(options?: { readonly hasRemote?: boolean }): Promise<StateClone>;
  /** Messages of the remote's commits, oldest first; empty without the branch. */
  messages(): Promise<readonly string[]>;
  files(): Promise<ReadonlyMap<string, string>>;
  cutOff(isCutOff: boolean): Promise<void>;
  refuse(words: string | undefined): Promise<void>;
  /** The next push arrives, and nobody is told. */
  loseAnswer(): Promise<void>;
  /** Takes the last commit of the remote away, or the branch. */
  damage(kind: "truncate" | "delete"): Promise<void>;
  remove(): Promise<void>;
}

export interface StateClone {
  readonly state: StateRef;
  /** The same clone in a new process. `beforeStep`: what happens before each of its steps, with the step's name. */
  again(beforeStep?: (step: string) => Promise<void>): StateRef;
  checkOut(): Promise<void>;
  /** To a clone that was made without one. */
  addRemote(): Promise<void>;
  /** What its people do to accept a remote that was damaged on purpose. */
  forget(): Promise<void>;
  /** Where it is; undefined for what is only remembered. */
  readonly directory: string | undefined;
  /** Of what is only remembered. */
  readonly memory: StateCloneMemory | undefined;
}

/** A clock that goes on a minute with every look at it. */
function createStateClock(): Clock {
  let minutes = 0;
  return {
    now: () => new Date(Date.UTC(2026, 10, 21, 9, (minutes += 1))),
    sleep: async () => {},
    every: () => () => {},
  };
}

const retries = { attempts: 8, delayMilliseconds: (): number => 0 };

export async function createMemoryStateWorld(): Promise<StateWorld> {
  const remote = createStateRemoteMemory();
  const clock = createStateClock();
  return {
    async clone({ hasRemote = true } = {}) {
      const clone = createStateCloneMemory(hasRemote ? remote : undefined);
      const again: StateClone["again"] = (beforeStep = async () => {}) =>
        createStateRefMemory({ clone, beforeStep, clock, ...retries });
      return {
        state: again(),
        again,
        checkOut: async () => void (clone.checkedOutAt = "/elsewhere"),
        addRemote: async () => addStateRemote(clone, remote),
        forget: async () => void Object.assign(clone, { local: undefined, seen: undefined }),
        directory: undefined,
        memory: clone,
      };
    },
    messages: async () => listCommits(remote, remote.tip).map(({ message }) => message),
    files: async () => listCommits(remote, remote.tip).at(-1)?.files ?? new Map(),
    cutOff: async (isCutOff) => void (remote.isReachable = !isCutOff),
    refuse: async (words) => void (remote.refusal = words),
    loseAnswer: async () => void (remote.losesAnswer = true),
    async damage(kind) {
      remote.tip = kind === "delete" ? undefined : remote.commits.get(remote.tip ?? "")?.parent;
    },
    remove: async () => {},
  };
}

/** A repository without a work tree below a temporary directory, and clones beside it. */
export interface GitStateWorld extends StateWorld {
  readonly root: string;
  /** Keeps the world as it is now; the answer brings it back to that. */
  keep(): Promise<() => Promise<void>>;
}

export async function createGitStateWorld({ isSha256 = false } = {}): Promise<GitStateWorld> {
  const root = await mkdtemp(join(tmpdir(), "hubfleet-state-"));
  const bare = join(root, "fleet.git");
  const clock = createStateClock();
  const format = isSha256 ? ["--object-format=sha256"] : [];
  runGit(root, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", ...format, bare);
  const branch = "refs/heads/hubfleet/state";
  let losesAnswer = false;
  let clones = 0;

  const lossy: Run = async (argv, options) => {
    const result = await createRun()(argv, options);
    if (!losesAnswer || !argv.includes("push")) return result;
    losesAnswer = false;
    return { exitCode: 128, stdout: "", stderr: "fatal: the remote end hung up unexpectedly" };
  };
  const hasBranch = (): boolean => runGit(bare, "for-each-ref", branch) !== "";

  return {
    root,
    async clone({ hasRemote = true } = {}) {
      const directory = join(root, `clone-${(clones += 1)}`);
      runGit(root, "init", "--quiet", "--template=", "--initial-branch=main", ...format, directory);
      if (hasRemote) runGit(directory, "remote", "add", "origin", "../fleet.git");
      await writeFile(join(directory, "fleet.yaml"), "version: 1\n");
      runGit(directory, "add", ".");
      runGit(directory, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "-m", "first");
      const again: StateClone["again"] = (beforeStep = async () => {}) =>
        openGitState(directory, {
          clock,
          run: async (argv, options) => {
            await beforeStep(subcommandOf(argv));
            return lossy(argv, options);
          },
        });
      return {
        state: again(),
        again,
        checkOut: async () => void runGit(directory, "switch", "--quiet", "hubfleet/state"),
        addRemote: async () => void runGit(directory, "remote", "add", "origin", "../fleet.git"),
        forget: async () => {
          runGit(directory, "update-ref", "-d", "refs/hubfleet/seen");
          runGit(directory, "update-ref", "-d", branch);
        },
        directory,
        memory: undefined,
      };
    },
    messages: async () =>
      hasBranch() ? runGit(bare, "log", "--reverse", "--format=%s", branch).trim().split("\n") : [],
    files: async () => {
      if (!hasBranch()) return new Map();
      const paths = runGit(bare, "ls-tree", "-r", "--name-only", branch).trim().split("\n");
      return new Map(paths.map((path) => [path, runGit(bare, "cat-file", "blob", `${branch}:${path}`)]));
    },
    async cutOff(isCutOff) {
      if (isCutOff) await rename(bare, `${bare}.away`);
      else await rename(`${bare}.away`, bare);
    },
    async refuse(words) {
      const hook = join(bare, "hooks/pre-receive");
      await mkdir(join(bare, "hooks"), { recursive: true });
      await rm(hook, { force: true });
      if (words === undefined) return;
      await writeFile(hook, `#!/bin/sh\necho "${words}" >&2\nexit 1\n`);
      await chmod(hook, 0o755);
    },
    loseAnswer: async () => void (losesAnswer = true),
    async damage(kind) {
      if (kind === "delete") runGit(bare, "update-ref", "-d", branch);
      else runGit(bare, "update-ref", branch, `${branch}~1`);
    },
    async keep() {
      const kept = `${root}.kept`;
      await cp(root, kept, { recursive: true });
      return async () => {
        await rm(root, { recursive: true });
        await cp(kept, root, { recursive: true });
      };
    },
    async remove() {
      for (const path of [root, `${root}.kept`]) await rm(path, { recursive: true, force: true });
    },
  };
}

function subcommandOf(argv: readonly string[]): string {
  return argv.find((word, index) => index > 2 && argv[index - 1] !== "-c" && word !== "-c") ?? "";
}

export interface OpenGitStateProps {
  readonly clock?: Clock;
  readonly run?: Run;
  readonly remoteMilliseconds?: number;
}

export function openGitState(directory: string, props: OpenGitStateProps = {}): StateRef {
  const { clock = createStateClock(), run = createRun(), remoteMilliseconds = 30_000 } = props;
  return createStateRefGit({
    directory,
    run,
    variable: (name) => process.env[name],
    timeLimits: { localMilliseconds: 30_000, remoteMilliseconds },
    clock,
    ...retries,
  });
}

export function openGitHistory(directory: string): StateHistory {
  return createStateHistoryGit({
    directory,
    run: createRun(),
    variable: (name) => process.env[name],
    timeLimits: { localMilliseconds: 30_000, remoteMilliseconds: 30_000 },
  });
}

export function runGit(directory: string, ...words: readonly string[]): string {
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", ["-C", directory, "-c", "core.hooksPath=/dev/null", ...words], {
    encoding: "utf8",
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Every byte of a clone that is not an object, a ref of hubfleet's or a log of one: what hubfleet must not touch. */
export async function readUntouched(directory: string): Promise<Readonly<Record<string, string>>> {
  const paths = ["HEAD", "index", "config", "refs/heads/main"];
  const contents = paths.map(async (path) => [path, await readFile(join(directory, ".git", path), "latin1")] as const);
  return { ...Object.fromEntries(await Promise.all(contents)), status: runGit(directory, "status", "--porcelain") };
}
