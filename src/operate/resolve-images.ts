import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Image } from "../fleet/fleet.ts";
import { subdirOf } from "../image/conda/conda-platform.ts";
import { condaPythonVersion, hasCondaPackages } from "../image/conda/conda-python.ts";
import type { CondaEnvironment } from "../image/conda/environment-file.ts";
import { environmentKey } from "../image/lock/environment-key.ts";
import { type LockInputs, lockState, type LockState } from "../image/lock/lock-header.ts";
import { parseLock } from "../image/lock/parse-lock.ts";
import type { Python } from "../ports/environments.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { sha256 } from "../runtime/local/digest.ts";
import type { DraftImage } from "../runtime/local/draft.ts";
import { isCondaImage, readLockInputs } from "./read-lock-inputs.ts";

/** An image of the working tree on this machine: its lock, and the environment that belongs to it. */
export interface ResolvedImage {
  readonly image: Image;
  /** What decides its lock. */
  readonly inputs: LockInputs;
  /** What environment.yml asks for; undefined for pip packages alone. */
  readonly conda: CondaEnvironment | undefined;
  /** Of the image's minor; for conda packages any of this machine, which does the work: the lock brings their own. */
  readonly python: Python;
  readonly lockState: LockState;
  /** The lock's text; undefined when absent. */
  readonly lock: string | undefined;
  /** As the lock stands, stale or not; undefined when absent. */
  readonly draft: DraftImage | undefined;
}

export type ImageWorld = Pick<LocalWorld, "files" | "environments" | "machine">;

export { imagesOf } from "../fleet/images-of.ts";

/**
 * Looks an image up: nothing is resolved, built or written.
 * @throws HubfleetError PYTHON_MISSING, IMAGE_NOT_LOCAL
 */
export async function resolveImage(image: Image, fleetDirectory: string, world: ImageWorld): Promise<ResolvedImage> {
  if (image.from !== undefined) {
    throw new HubfleetError("IMAGE_NOT_LOCAL", {
      message: `image "${image.name}" is taken from "${image.from}", which this machine cannot run as processes`,
      hint: `write ${image.directory}/requirements.txt, or put the hub on a Kubernetes cluster`,
    });
  }
  const [written, python] = await Promise.all([
    readLock(image, fleetDirectory, world),
    requirePython(image, world, isCondaImage(image) ? "any" : "minor"),
  ]);
  const { lock } = written;
  const draft = lock === undefined ? undefined : draftImage(lock, image.python, python, world);
  return { image, python, ...written, draft };
}

/** An image's lock and whether it still fits; no interpreter is needed to tell. @throws HubfleetError LOCK_TOO_NEW */
export async function readLock(
  image: Image,
  fleetDirectory: string,
  { files }: Pick<ImageWorld, "files">,
): Promise<Pick<ResolvedImage, "inputs" | "conda" | "lock" | "lockState">> {
  const [read, lock] = await Promise.all([
    readLockInputs(image, fleetDirectory, files),
    files.read(`${fleetDirectory}/${image.lock}`),
  ]);
  return { ...read, lock, lockState: lockState(lock, read.inputs) };
}

/** The image as a lock on an interpreter of this machine, or with the one that the lock brings. */
export function draftImage(
  lock: string,
  minor: string,
  python: Python,
  { machine }: Pick<ImageWorld, "machine">,
): DraftImage {
  return {
    lockDigest: sha256(lock),
    pythonMinor: minor,
    environment: `${machine.environments}/${environmentKey(lock, pythonOfLock(lock, python))}`,
  };
}

/** The Python that an environment of the lock has: that of its conda packages, or the machine's. */
export function pythonOfLock(lock: string, python: Python): Pick<Python, "version" | "platform"> {
  const { platform } = python;
  const version = hasCondaPackages(lock) ? condaPythonVersion(parseLock(lock), subdirOf(platform)) : undefined;
  return version === undefined ? python : { version, platform };
}

/**
 * An interpreter of the image's minor; with "any", one of another where there is none of it.
 * @throws HubfleetError PYTHON_MISSING
 */
export async function requirePython(
  image: { name: string; python: string },
  { environments, machine }: ImageWorld,
  which: "minor" | "any" = "minor",
): Promise<Python> {
  const python = await environments.findPython(image.python);
  if (python !== undefined) return python;
  const minors = await environments.listPythonMinors();
  const other = which === "any" && minors[0] !== undefined ? await environments.findPython(minors[0]) : undefined;
  if (other !== undefined) return other;
  const have = minors.length === 0 ? "none that hubs can run on" : minors.join(", ");
  throw new HubfleetError("PYTHON_MISSING", {
    message: `image "${image.name}" asks for Python ${image.python}, and this machine has ${have}`,
    hint: machine.isRoot
      ? `set python in images/${image.name}/image.yaml to one of them, or install Python ${image.python} where every account may run it (not below /root)`
      : `set python in images/${image.name}/image.yaml to one of them, or install Python ${image.python}`,
  });
}
