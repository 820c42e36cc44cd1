import { dirname, join } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { platformOfSubdir, subdirOf } from "../../image/conda/conda-platform.ts";
import { pipNameOf } from "../../image/conda/pip-names.ts";
import { type Lock, parseLock } from "../../image/lock/parse-lock.ts";
import { splitPipPart } from "../../image/lock/split-pip-part.ts";
import type { BuildRequest } from "../../ports/environments.ts";
import type { Processes } from "../../ports/processes.ts";
import type { StateFiles } from "../../ports/state-files.ts";
import type { Run } from "../run.ts";
import { endMarked } from "./end-marked.ts";
import type { CondaDriver, DriverFailure } from "./conda-driver.ts";
import { indent, uvFailure } from "./environment-failure.ts";
import { installPackages } from "./install-packages.ts";
import { linkBytecode } from "./link-bytecode.ts";
import { uvEnvironment } from "./uv-environment.ts";

export interface BuildProps {
  readonly run: Run;
  readonly files: StateFiles;
  readonly processes: Pick<Processes, "findMarked" | "stop">;
  readonly driver: CondaDriver;
  readonly signal: AbortSignal;
}

const buildMilliseconds = 30 * 60_000;

export function completeMark(directory: string): string {
  return join(directory, ".complete");
}

/** The mark is written last: a build that was killed has none, is never used, and is started anew from nothing. */
export async function buildEnvironment(request: BuildRequest, props: BuildProps): Promise<void> {
  const { run, files, processes, signal } = props;
  const { directory } = request;
  const marker = `build:${directory}`;
  // The one who built it may have been killed and its installer live on: it must not write into what is made now.
  await endMarked(marker, processes);
  await files.remove(directory);
  await files.ensureDirectory(dirname(directory), 0o755);
  const marked = { ...uvEnvironment, HUBFLEET_PROCESS: marker };
  const options = { timeoutMilliseconds: buildMilliseconds, signal, environment: marked };
  try {
    const lock = parseLock(await readLock(request, files));
    const isConda = lock.conda.length > 0;
    const brought = isConda ? await installConda(request, lock, { ...props, marker }) : new Set<string>();
    if (!isConda) await makeVirtualEnvironment(request, { run, ...options });
    const pip = splitPipPart(lock.pipText, brought);
    await installPackages(join(directory, "bin", "python"), pip, { run, ...options, lock: request.lock });
  } catch (error) {
    if (!signal.aborted) await files.remove(directory);
    throw error;
  }
  await linkBytecode(directory);
  await run(compile(directory), options);
  signal.throwIfAborted();
  await files.ensureFile(completeMark(directory), "", 0o644);
}

async function readLock({ lock }: BuildRequest, files: Pick<StateFiles, "read">): Promise<string> {
  const text = await files.read(lock);
  if (text !== undefined) return text;
  throw new HubfleetError("ENVIRONMENT_FAILED", { message: `the lock "${lock}" is not there`, retry: "later" });
}

async function makeVirtualEnvironment(
  { directory, python, lock }: BuildRequest,
  { run, ...options }: { readonly run: Run } & Parameters<Run>[1],
): Promise<void> {
  const result = await run(["uv", "venv", "--quiet", "--python", python.executable, directory], options);
  options.signal?.throwIfAborted();
  if (result.exitCode !== 0) {
    throw uvFailure("ENVIRONMENT_FAILED", `the environment from "${lock}" could not be built`, result);
  }
}

/** Answers the names, as the package index has them, of what is then there. */
async function installConda(
  { directory, lock: lockPath, python }: BuildRequest,
  { conda, variables }: Lock,
  { driver, signal, marker }: BuildProps & { readonly marker: string },
): Promise<ReadonlySet<string>> {
  const subdir = subdirOf(python.platform);
  const packages = conda.filter((locked) => locked.subdir === subdir);
  if (subdir === undefined || packages.length === 0) throw otherPlatform(lockPath, python.platform, subdir);
  const result = await driver(
    {
      command: "install",
      prefix: directory,
      subdir,
      variables,
      packages: packages.map(({ url, sha256 }) => ({ url, sha256 })),
    },
    { python, marker, timeoutMilliseconds: buildMilliseconds, signal },
  );
  if (result.event === "failure") throw installFailure(result, lockPath);
  return new Set(packages.map(({ name }) => pipNameOf(name)));
}

/**
 * Users' accounts may not write here, so what is not compiled now would be compiled at each start of each server.
 * Packages' own tests are a third of the work and never started. Files that don't compile (templates, code for other
 * Pythons) are left as they are, as any installer does.
 */
function compile(directory: string): readonly [string, ...string[]] {
  const [python, library] = [join(directory, "bin", "python"), join(directory, "lib")];
  return [python, "-m", "compileall", "-q", "-j", "0", "-x", "/tests?/", library];
}

function otherPlatform(lock: string, platform: string, subdir: string | undefined): HubfleetError {
  return new HubfleetError("ENVIRONMENT_FAILED", {
    message: `"${lock}" has no conda packages for this machine, which is ${platform}`,
    hint:
      subdir === undefined
        ? "conda images run on linux/amd64 and linux/arm64"
        : `add ${platformOfSubdir(subdir)} to \`platforms\` in image.yaml, then run \`hubfleet up\``,
  });
}

function installFailure({ kind, about, words }: DriverFailure, lock: string): HubfleetError {
  const fail = (reason: string, hint: string): HubfleetError =>
    new HubfleetError("ENVIRONMENT_FAILED", {
      message: `the environment from "${lock}" could not be built: ${reason}\n${indent(words)}`,
      hint,
      retry: "later",
    });
  switch (kind) {
    case "digest":
      return fail(
        `${about} is not what was locked (its hash differs)`,
        "somebody replaced the file on the channel, or it was changed on its way: find out which before you lock again; what runs was not touched",
      );
    case "download":
      return fail(
        `${about} could not be fetched, and it is not in the cache of this machine`,
        "run the command again when the channel can be reached; if the channel dropped the package, delete the lock's line and lock again",
      );
    case "spec":
    case "unsatisfiable":
    case "channel":
    case "install":
      return fail("its conda packages could not be installed", "run the command again; what runs was not touched");
  }
}
