import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { sha256 } from "../../runtime/local/digest.ts";
import type { BuildRequest, Python } from "../../ports/environments.ts";
import type { Run } from "../run.ts";
import { indent } from "./environment-failure.ts";

export interface CondaDriverProps {
  readonly run: Run;
  /** Directory of the driver's Python code, with the lock of what it needs. */
  readonly source: string;
  /** Directory in which its own environment is made, named by content. */
  readonly runtime: string;
  /** Directory of fetched packages and channel indexes; it may be deleted at any time. */
  readonly cache: string;
  readonly ensure: (request: BuildRequest, signal: AbortSignal) => Promise<void>;
}

export interface DriverRequest {
  readonly command: "solve" | "install";
  readonly [key: string]: unknown;
}

export interface DriverOptions {
  /** Interpreter that the driver's environment is made with. */
  readonly python: Python;
  /** Finds its processes when they outlive the command. */
  readonly marker: string;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

/** Why the driver could not do what it was asked. */
export interface DriverFailure {
  readonly event: "failure";
  readonly kind: "spec" | "unsatisfiable" | "channel" | "download" | "digest" | "install";
  /** The spec, platform, channel or address concerned. */
  readonly about: string;
  readonly words: string;
}

export type DriverResult = { readonly event: "result"; readonly packages: unknown } | DriverFailure;

export type CondaDriver = (request: DriverRequest, options: DriverOptions) => Promise<DriverResult>;

/** Runs py-rattler in an environment of its own, which is made of a lock that comes with hubfleet. */
export function createCondaDriver({ run, source, runtime, cache, ensure }: CondaDriverProps): CondaDriver {
  return async (request, { python, marker, timeoutMilliseconds, signal }) => {
    const lock = join(source, "tool.lock.txt");
    const key = sha256(`${await readFile(lock, "utf8")}\0${python.version}\0${python.platform}`).slice(0, 16);
    const directory = join(runtime, `conda-${key}`);
    await ensure({ directory, lock, python }, signal);
    const result = await run([join(directory, "bin", "python"), "-I", "-B", source], {
      input: JSON.stringify({ ...request, cache }),
      timeoutMilliseconds,
      signal,
      environment: { HUBFLEET_PROCESS: marker },
    });
    signal.throwIfAborted();
    const last = result.stdout.trim().split("\n").at(-1) ?? "";
    if (result.exitCode !== 0 && !last.includes('"failure"')) throw brokenDriver(result.stderr);
    return JSON.parse(last) as DriverResult; // printed by the driver
  };
}

function brokenDriver(words: string): HubfleetError {
  return new HubfleetError("ENVIRONMENT_FAILED", {
    message: `py-rattler, which installs conda packages for hubfleet, ended with an error of its own\n${indent(words)}`,
    hint: "run the command again; what runs was not touched",
    retry: "later",
  });
}
