import { access } from "node:fs/promises";

import { parseLock } from "../../image/lock/parse-lock.ts";
import type { Clock } from "../../ports/clock.ts";
import type { BuildRequest, Environments, LockRequest } from "../../ports/environments.ts";
import type { Locks } from "../../ports/locks.ts";
import type { Processes } from "../../ports/processes.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import type { Run } from "../run.ts";
import { buildEnvironment, completeMark } from "./build-environment.ts";
import { compileRequirements } from "./compile-requirements.ts";
import { type CondaDriver, createCondaDriver } from "./conda-driver.ts";
import { findPython, listPythonMinors } from "./find-python.ts";
import { lockConda } from "./lock-conda.ts";

export interface EnvironmentsUvProps {
  readonly run: Run;
  readonly files: StateFiles;
  readonly locks: Locks;
  readonly clock: Pick<Clock, "sleep">;
  readonly processes: Pick<Processes, "findMarked" | "stop">;
  readonly path: readonly string[];
  readonly forEverybody: boolean;
  /** Where what installs conda packages comes from, is made, and keeps what it fetched. */
  readonly conda: { readonly source: string; readonly runtime: string; readonly cache: string };
}

interface Tools extends EnvironmentsUvProps {
  readonly driver: CondaDriver;
}

/**
 * Environments made by uv, and by py-rattler where an image asks for conda packages: locks that hold on all platforms
 * and patches, environments named by content.
 */
export function createEnvironmentsUv(props: EnvironmentsUvProps): Environments {
  const driver = createCondaDriver({
    ...props.conda,
    run: props.run,
    ensure: (request, signal) => ensure(request, signal, tools),
  });
  const tools: Tools = { ...props, driver };
  return {
    findPython: (minor) => findPython(minor, props),
    listPythonMinors: () => listPythonMinors(props),
    isComplete,
    lock: (request, signal) => lock(request, signal, tools),
    ensure: (request, signal) => ensure(request, signal, tools),
    remove: (directory, isUnused) => removeUnused(directory, isUnused, props),
  };
}

async function isComplete(directory: string): Promise<boolean> {
  return access(completeMark(directory)).then(
    () => true,
    () => false,
  );
}

async function lock(request: LockRequest, signal: AbortSignal, tools: Tools): Promise<string> {
  signal.throwIfAborted();
  if (request.conda !== undefined) return lockConda(request, request.conda, { ...tools, signal });
  const text = await tools.files.read(request.lock);
  const present = text === undefined ? undefined : parseLock(text).pipText;
  const pipText = await compileRequirements(
    { request, sources: [request.requirements], present },
    { ...tools, signal },
  );
  return `${request.header.join("\n")}\n${pipText}`;
}

async function ensure(request: BuildRequest, signal: AbortSignal, tools: Tools): Promise<void> {
  if (await isComplete(request.directory)) return;
  const name = `environment/${request.directory}`;
  const note = `${request.directory}.building`;
  for (;;) {
    const turn = await tools.locks.tryAcquire(name, note, "build");
    if (turn.kind === "taken") {
      await tools.clock.sleep(200);
      signal.throwIfAborted();
      continue;
    }
    try {
      if (!(await isComplete(request.directory))) await buildEnvironment(request, { ...tools, signal });
      return;
    } finally {
      await turn.release();
    }
  }
}

/**
 * Whoever wants an environment says so and then looks for its mark; here the mark goes first and the saying is looked at
 * afterwards. So either they find no mark and build it, after us, or we find what they said. A kill in between leaves half
 * an environment, which is never used.
 */
async function removeUnused(
  directory: string,
  isUnused: () => Promise<boolean>,
  { locks, files, processes }: EnvironmentsUvProps,
): Promise<boolean> {
  const turn = await locks.tryAcquire(`environment/${directory}`, `${directory}.building`, "prune");
  if (turn.kind === "taken") return false;
  try {
    const wasComplete = await isComplete(directory);
    await files.remove(completeMark(directory));
    if (!(await isUnused())) {
      if (wasComplete) await files.ensureFile(completeMark(directory), "", 0o644);
      return false;
    }
    // An installer whose command was killed.
    await processes.stop(await processes.findMarked(`build:${directory}`), 0);
    await files.remove(directory);
    return true;
  } finally {
    await turn.release();
  }
}
