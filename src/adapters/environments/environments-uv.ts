import { access, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { BuildRequest, Environments, LockRequest } from "../../ports/environments.ts";
import type { Locks } from "../../ports/locks.ts";
import type { Processes } from "../../ports/processes.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import type { Run, RunResult } from "../run.ts";
import { findPython, listPythonMinors } from "./find-python.ts";

export interface EnvironmentsUvProps {
  readonly run: Run;
  readonly files: StateFiles;
  readonly locks: Locks;
  readonly clock: Pick<Clock, "sleep">;
  readonly processes: Pick<Processes, "findMarked" | "stop">;
  readonly path: readonly string[];
  readonly forEverybody: boolean;
}

const lockMilliseconds = 10 * 60_000;
const buildMilliseconds = 30 * 60_000;
/** Never fetch an interpreter: an environment is built on what the machine's owner keeps up to date. */
const environment = { UV_PYTHON_DOWNLOADS: "never", UV_NO_PROGRESS: "1" };

/** Environments made by uv: locks that hold on all platforms and patches, virtual environments named by content. */
export function createEnvironmentsUv(props: EnvironmentsUvProps): Environments {
  return {
    findPython: (minor) => findPython(minor, props),
    listPythonMinors: () => listPythonMinors(props),
    isComplete,
    lock: (request, signal) => lock(request, signal, props),
    ensure: (request, signal) => ensure(request, signal, props),
  };
}

async function isComplete(directory: string): Promise<boolean> {
  return access(completeMark(directory)).then(
    () => true,
    () => false,
  );
}

/**
 * `--universal` with a Python minor resolves for every platform and for each patch from the minor's first on, splitting
 * a pin by marker where packages ask for a later patch. The present lock is given as output so that its pins are kept.
 */
async function lock(
  request: LockRequest,
  signal: AbortSignal,
  { run, files, processes }: EnvironmentsUvProps,
): Promise<string> {
  const marker = `lock:${request.lock}`;
  // As with a build: a resolver that outlived its command would write its draft beside ours.
  await processes.stop(await processes.findMarked(marker), 0);
  const draft = join(dirname(request.lock), `.${basename(request.lock)}.new`);
  const present = await files.read(request.lock);
  if (present !== undefined) await writeFile(draft, present);
  try {
    const argv = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"] as const;
    const result = await run(
      // prettier-ignore
      [...argv, "--python-version", request.pythonMinor, "--python", request.python.executable, "--output-file", draft, request.requirements],
      {
        directory: dirname(request.requirements),
        timeoutMilliseconds: lockMilliseconds,
        signal,
        environment: { ...environment, HUBFLEET_PROCESS: marker },
      },
    );
    signal.throwIfAborted();
    if (result.exitCode !== 0) throw failure("LOCK_FAILED", `"${request.requirements}" could not be resolved`, result);
    return `${request.header.join("\n")}\n${relativePaths(await readFile(draft, "utf8"), request)}`;
  } finally {
    await rm(draft, { force: true });
  }
}

/** uv notes which file asked for a package, by the path it was given: the lock must read the same on every machine. */
function relativePaths(text: string, request: LockRequest): string {
  return text.replaceAll(`${dirname(request.requirements)}/`, "");
}

async function ensure(request: BuildRequest, signal: AbortSignal, props: EnvironmentsUvProps): Promise<void> {
  if (await isComplete(request.directory)) return;
  const name = `environment/${request.directory}`;
  const note = `${request.directory}.building`;
  for (;;) {
    const turn = await props.locks.tryAcquire(name, note, "build");
    if (turn.kind === "taken") {
      await props.clock.sleep(200);
      signal.throwIfAborted();
      continue;
    }
    try {
      if (!(await isComplete(request.directory))) await build(request, signal, props);
      return;
    } finally {
      await turn.release();
    }
  }
}

/** The mark is written last: a build that was killed has none, is never used, and is started anew from nothing. */
async function build(request: BuildRequest, signal: AbortSignal, props: EnvironmentsUvProps): Promise<void> {
  const { run, files, processes } = props;
  const marker = `build:${request.directory}`;
  // The one who built it may have been killed and its installer live on: it must not write into what is made now.
  await processes.stop(await processes.findMarked(marker), 0);
  await files.remove(request.directory);
  await files.ensureDirectory(dirname(request.directory), 0o755);
  const python = join(request.directory, "bin", "python");
  const steps = [
    ["uv", "venv", "--quiet", "--python", request.python.executable, request.directory],
    // prettier-ignore
    ["uv", "pip", "install", "--quiet", "--python", python, "--require-hashes", "--no-deps", "--requirements", request.lock],
  ] as const;
  const marked = { ...environment, HUBFLEET_PROCESS: marker };
  for (const argv of steps) {
    const result = await run(argv, { timeoutMilliseconds: buildMilliseconds, signal, environment: marked });
    signal.throwIfAborted();
    if (result.exitCode !== 0) {
      await files.remove(request.directory);
      throw failure("ENVIRONMENT_FAILED", `the environment from "${request.lock}" could not be built`, result);
    }
  }
  await run(compile(request.directory), { timeoutMilliseconds: buildMilliseconds, signal, environment: marked });
  signal.throwIfAborted();
  await files.ensureFile(completeMark(request.directory), "", 0o644);
}

/**
 * Users' accounts may not write here, so what is not compiled now would be compiled at each start of each server.
 * Packages' own tests are a third of the work and never started. Files that don't compile (templates, code for other
 * Pythons) are left as they are, as any installer does.
 */
function compile(directory: string): readonly [string, ...string[]] {
  return [
    join(directory, "bin", "python"),
    "-m",
    "compileall",
    "-q",
    "-j",
    "0",
    "-x",
    "/tests?/",
    join(directory, "lib"),
  ];
}

function completeMark(directory: string): string {
  return join(directory, ".complete");
}

function failure(code: "LOCK_FAILED" | "ENVIRONMENT_FAILED", message: string, result: RunResult): HubfleetError {
  if (result.exitCode === -1 && result.stderr.includes("ENOENT")) {
    return new HubfleetError("TOOL_MISSING", {
      message: `"uv" is not on PATH; hubs on this machine are built with it`,
      hint: "install it (`pipx install uv`, or your package manager), then run the command again",
    });
  }
  return new HubfleetError(code, {
    hint: hints[code],
    message: `${message}\n${indent(result.stderr)}`,
    retry: "later",
  });
}

const hints = {
  LOCK_FAILED: "mend requirements.txt as the lines above say, then run the command again; what runs was not touched",
  ENVIRONMENT_FAILED: "mend what the lines above name, then run the command again; what runs was not touched",
} as const;

function indent(text: string): string {
  return text
    .trim()
    .split("\n")
    .slice(-20)
    .map((line) => `  ${line}`)
    .join("\n");
}
