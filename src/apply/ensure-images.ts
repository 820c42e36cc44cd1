import { lockHeader } from "../image/lock/lock-header.ts";
import { parseLock } from "../image/lock/parse-lock.ts";
import type { LockRequest, Python } from "../ports/environments.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { noteUse } from "../operate/housekeeping/use-notes.ts";
import { draftImage, pythonOfLock, type ResolvedImage } from "../operate/resolve-images.ts";
import type { Steps } from "./steps.ts";

export type BuildWorld = Pick<LocalWorld, "files" | "environments" | "machine" | "clock">;

export interface BuildProps {
  readonly world: BuildWorld;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  /** Packages that may get newer versions than the lock has, or all of them. @default none */
  readonly upgrade?: LockRequest["upgrade"] | undefined;
}

/**
 * Locks an image where its requirements changed, beside them in the working tree. The lock is the only file that
 * hubfleet writes there.
 * @throws HubfleetError LOCK_FAILED with the resolver's words
 */
export async function ensureLock(
  resolved: ResolvedImage,
  fleetDirectory: string,
  { world, steps, signal, upgrade }: BuildProps,
): Promise<ResolvedImage> {
  if (resolved.lockState === "fresh" && upgrade === undefined) return resolved;
  const { image, python, inputs, conda } = resolved;
  const path = `${fleetDirectory}/${image.lock}`;
  const request = {
    fleetDirectory,
    requirements: `${fleetDirectory}/${image.requirements}`,
    lock: path,
    python,
    pythonMinor: image.python,
    ...(upgrade === undefined ? {} : { upgrade }),
    header: lockHeader(inputs),
    ...(conda === undefined ? {} : { conda: { ...conda, platforms: image.platforms } }),
  };
  const resolve = async (): Promise<string> => {
    const text = await world.environments.lock(request, signal);
    await world.files.ensureFile(path, text, 0o644);
    return text;
  };
  const text = await steps.run(
    `image/${image.name}`,
    "lock",
    resolve,
    (lock) => `${countPins(lock)} packages in ${image.lock}`,
  );
  return { ...resolved, lock: text, lockState: "fresh", draft: draftImage(text, image.python, python, world) };
}

/** Builds the environment of an image's lock where it is not there yet. Nothing that runs is touched. */
export async function ensureEnvironment(
  resolved: ResolvedImage,
  fleetDirectory: string,
  props: BuildProps,
): Promise<void> {
  const { draft, image, python, lock: text } = resolved;
  if (draft === undefined || text === undefined) return;
  const { environment } = draft;
  await ensureLocked({ image: image.name, environment, text, path: `${fleetDirectory}/${image.lock}`, python }, props);
}

/** A lock, wherever it lies, and the environment that it becomes. */
export interface LockedEnvironment {
  readonly image: string;
  /** Absolute paths. */
  readonly environment: string;
  readonly path: string;
  /** What the file says. */
  readonly text: string;
  readonly python: Python;
}

export async function ensureLocked(locked: LockedEnvironment, { world, steps, signal }: BuildProps): Promise<void> {
  const { image, environment, path: lock, text, python } = locked;
  await noteUse(environment, world);
  if (await world.environments.isComplete(environment)) return;
  await world.files.ensureDirectory(world.machine.environments, 0o755);
  await steps.run(
    `image/${image}`,
    "build environment",
    () => world.environments.ensure({ directory: environment, lock, python }, signal),
    () => `Python ${pythonOfLock(text, python).version}`,
  );
}

function countPins(lock: string): number {
  const { conda, packages } = parseLock(lock);
  return new Set([...conda, ...packages].map(({ name }) => name)).size;
}
