import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Hub, Image } from "../fleet/fleet.ts";
import { environmentKey } from "../image/lock/environment-key.ts";
import { lockState, type LockState } from "../image/lock/lock-header.ts";
import type { Python } from "../ports/environments.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { sha256 } from "../runtime/local/digest.ts";
import type { DraftImage } from "../runtime/local/draft.ts";

/** An image of the working tree on this machine: its lock, and the environment that belongs to it. */
export interface ResolvedImage {
  readonly image: Image;
  readonly requirements: string;
  readonly python: Python;
  readonly lockState: LockState;
  /** The lock's text; undefined when absent. */
  readonly lock: string | undefined;
  /** As the lock stands, stale or not; undefined when absent. */
  readonly draft: DraftImage | undefined;
}

export type ImageWorld = Pick<LocalWorld, "files" | "environments" | "machine">;

/** The names of all images that a hub runs, its profiles' included. */
export function imagesOf(hub: Hub): readonly string[] {
  const ofProfiles = hub.profiles.flatMap(({ notebookImage, workerImage }) => [notebookImage, workerImage]);
  return [...new Set([hub.images.hub, hub.images.notebook, hub.images.worker, ...ofProfiles])].sort();
}

/**
 * Looks an image up: nothing is resolved, built or written.
 * @throws HubfleetError PYTHON_MISSING, IMAGE_NOT_LOCAL
 */
export async function resolveImage(image: Image, fleetDirectory: string, world: ImageWorld): Promise<ResolvedImage> {
  if (image.from !== undefined) {
    throw new HubfleetError("IMAGE_NOT_LOCAL", {
      message: `image "${image.name}" is taken from "${image.from}", which this machine cannot run as processes`,
      hint: `write images/${image.name}/requirements.txt, or put the hub on a Kubernetes cluster`,
    });
  }
  const [written, python] = await Promise.all([readLock(image, fleetDirectory, world), requirePython(image, world)]);
  const { lock } = written;
  const draft = lock === undefined ? undefined : draftImage(lock, image.python, python, world);
  return { image, python, ...written, draft };
}

/** An image's lock and whether it still fits; no interpreter is needed to tell. @throws HubfleetError LOCK_TOO_NEW */
export async function readLock(
  image: Image,
  fleetDirectory: string,
  { files }: Pick<ImageWorld, "files">,
): Promise<Pick<ResolvedImage, "requirements" | "lock" | "lockState">> {
  const [requirements = "", lock] = await Promise.all([
    files.read(`${fleetDirectory}/${image.requirements}`),
    files.read(`${fleetDirectory}/${image.lock}`),
  ]);
  return { requirements, lock, lockState: lockState(lock, { requirements, pythonMinor: image.python }) };
}

/** The image as a lock on an interpreter. */
export function draftImage(
  lock: string,
  minor: string,
  python: Python,
  { machine }: Pick<ImageWorld, "machine">,
): DraftImage {
  return {
    lockDigest: sha256(lock),
    pythonMinor: minor,
    environment: `${machine.environments}/${environmentKey(lock, python)}`,
  };
}

export async function requirePython(
  image: { name: string; python: string },
  { environments, machine }: ImageWorld,
): Promise<Python> {
  const python = await environments.findPython(image.python);
  if (python !== undefined) return python;
  const minors = await environments.listPythonMinors();
  const have = minors.length === 0 ? "none that hubs can run on" : minors.join(", ");
  throw new HubfleetError("PYTHON_MISSING", {
    message: `image "${image.name}" asks for Python ${image.python}, and this machine has ${have}`,
    hint: machine.isRoot
      ? `set python in images/${image.name}/image.yaml to one of them, or install Python ${image.python} where every account may run it (not below /root)`
      : `set python in images/${image.name}/image.yaml to one of them, or install Python ${image.python}`,
  });
}
