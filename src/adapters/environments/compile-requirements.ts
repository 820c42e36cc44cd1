import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

import type { LockRequest } from "../../ports/environments.ts";
import type { Processes } from "../../ports/processes.ts";
import type { Run } from "../run.ts";
import { endMarked } from "./end-marked.ts";
import { uvFailure } from "./environment-failure.ts";
import { ensureLockProject, withoutEnvironment } from "./lock-project.ts";
import { uvEnvironment } from "./uv-environment.ts";

export interface CompileProps {
  readonly run: Run;
  readonly processes: Pick<Processes, "findMarked" | "stop">;
  readonly signal: AbortSignal;
}

/** What the pip half of a lock is made of. */
export interface CompileRequest {
  readonly request: LockRequest;
  /** Requirement files; the lock names them by their path seen from the first one's directory. */
  readonly sources: readonly string[];
  /** The pip part of the present lock, whose pins are kept. */
  readonly present: string | undefined;
  /** Names and versions that something else installs. */
  readonly constraints?: readonly string[];
  /** Normalised names that are resolved but not written down. */
  readonly provided?: readonly string[];
}

const lockMilliseconds = 10 * 60_000;

/**
 * `--universal` with a Python minor resolves for each patch from the minor's first on, splitting a pin by marker where
 * packages ask for a later patch. The present lock is given as output so that its pins are kept.
 */
export async function compileRequirements(
  { request, sources, present, constraints = [], provided = [] }: CompileRequest,
  { run, processes, signal }: CompileProps,
): Promise<string> {
  const marker = `lock:${request.lock}`;
  // As with a build: a resolver that outlived its command would write its draft beside ours.
  await endMarked(marker, processes);
  const draft = join(dirname(request.lock), `.${basename(request.lock)}.new`);
  const constraintsFile = join(dirname(request.lock), `.${basename(request.lock)}.constraints`);
  if (present !== undefined) await writeFile(draft, present);
  const project = join(dirname(request.lock), `.${basename(request.lock)}.project`);
  await ensureLockProject(project, request);
  if (constraints.length > 0) await writeFile(constraintsFile, `${constraints.join("\n")}\n`);
  try {
    const result = await run(
      [
        ...(["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"] as const),
        ...["--python-version", request.pythonMinor, "--python", request.python.executable, "--output-file", draft],
        ...(constraints.length > 0 ? ["--constraints", constraintsFile] : []),
        ...upgradeOptions(request),
        ...provided.flatMap((name) => ["--no-emit-package", name]),
        ...sources,
      ],
      {
        directory: project,
        timeoutMilliseconds: lockMilliseconds,
        signal,
        environment: { ...uvEnvironment, HUBFLEET_PROCESS: marker },
      },
    );
    signal.throwIfAborted();
    if (result.exitCode !== 0) {
      const stderr = relativePaths(result.stderr, request);
      const files = sources.map((source) => relative(request.fleetDirectory, source));
      throw uvFailure("LOCK_FAILED", `"${files.join('" with "')}" could not be resolved`, { ...result, stderr });
    }
    return withoutEnvironment(relativePaths(await readFile(draft, "utf8"), request), request);
  } finally {
    await rm(draft, { force: true });
    await rm(constraintsFile, { force: true });
    await rm(project, { recursive: true, force: true });
  }
}

/** uv notes which file asked for a package, by the path it was given: the lock must read the same on every machine. */
function relativePaths(text: string, request: LockRequest): string {
  return text.replaceAll(`${dirname(request.requirements)}/`, "");
}

function upgradeOptions({ upgrade = [] }: LockRequest): readonly string[] {
  return upgrade === "all" ? ["--upgrade"] : upgrade.flatMap((name) => ["--upgrade-package", name]);
}
