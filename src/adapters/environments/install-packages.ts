import type { SplitPipPart } from "../../image/lock/split-pip-part.ts";
import type { Run } from "../run.ts";
import { uvFailure } from "./environment-failure.ts";

export interface InstallProps {
  readonly run: Run;
  readonly signal: AbortSignal;
  readonly timeoutMilliseconds: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The lock, for messages. */
  readonly lock: string;
}

/**
 * Puts a lock's pip half into an environment. What a lock names is the same whenever it is fetched, so the cache is
 * asked first and the network only for what it lacks: a rebuild needs no network, and is faster with one.
 * @throws HubfleetError ENVIRONMENT_FAILED, TOOL_MISSING
 */
export async function installPackages(
  python: string,
  { hashed, git }: SplitPipPart,
  props: InstallProps,
): Promise<void> {
  // Conda's Pythons say of themselves that they are managed elsewhere; this one is managed here.
  const install = [
    "uv",
    "pip",
    "install",
    "--quiet",
    "--python",
    python,
    "--no-deps",
    "--break-system-packages",
  ] as const;
  await installPart([...install, "--require-hashes", "--requirements", "-"], hashed, props);
  // The commit in the address is the digest of what it names.
  await installPart([...install, "--requirements", "-"], git, props);
}

async function installPart(
  argv: readonly [string, ...string[]],
  requirements: string,
  { run, signal, timeoutMilliseconds, environment, lock }: InstallProps,
): Promise<void> {
  if (requirements === "") return;
  const options = { timeoutMilliseconds, signal, environment, input: requirements };
  const fromCache = await run([...argv, "--offline"], options);
  signal.throwIfAborted();
  if (fromCache.exitCode === 0) return;
  const result = await run(argv, options);
  signal.throwIfAborted();
  if (result.exitCode !== 0) {
    throw uvFailure("ENVIRONMENT_FAILED", `the environment from "${lock}" could not be built`, result);
  }
}
