import type { LocalWorld, Report } from "../ports/local-world.ts";
import { lockHeader } from "../runtime/local/image-lock.ts";
import { machinePaths } from "../runtime/local/paths.ts";
import { draftImage, type ResolvedImage } from "../operate/resolve-images.ts";

export type BuildWorld = Pick<LocalWorld, "files" | "environments" | "machine" | "clock">;

/**
 * Locks an image where its requirements changed, beside them in the working tree. The lock is the only file that
 * hubfleet writes there.
 * @throws HubfleetError LOCK_FAILED with the resolver's words
 */
export async function ensureLock(
  resolved: ResolvedImage,
  fleetDirectory: string,
  { world, report, signal }: { world: BuildWorld; report: Report; signal: AbortSignal },
): Promise<ResolvedImage> {
  if (resolved.lockState === "fresh") return resolved;
  const { image, python, requirements } = resolved;
  const target = `image/${image.name}`;
  const why = resolved.lockState === "absent" ? "it has no lock yet" : "requirements.txt changed";
  report({ target, text: `lock: ${why}`, state: "started" });
  const path = `${fleetDirectory}/${image.lock}`;
  const text = await world.environments.lock(
    {
      requirements: `${fleetDirectory}/${image.requirements}`,
      lock: path,
      python,
      pythonMinor: image.python,
      header: lockHeader(requirements, image.python),
    },
    signal,
  );
  await world.files.ensureFile(path, text, 0o644);
  report({ target, text: `locked ${countPins(text)} packages in ${image.lock}`, state: "done" });
  return { ...resolved, lock: text, lockState: "fresh", draft: draftImage(text, image.python, python, world) };
}

/** Builds the environment of a lock where it is not there yet. Nothing that runs is touched. */
export async function ensureEnvironment(
  resolved: ResolvedImage,
  fleetDirectory: string,
  { world, report, signal }: { world: BuildWorld; report: Report; signal: AbortSignal },
): Promise<void> {
  const { draft, image, python } = resolved;
  if (draft === undefined || (await world.environments.isComplete(draft.environment))) return;
  const target = `image/${image.name}`;
  await world.files.ensureDirectory(machinePaths(world.machine.stateRoot).environments, 0o755);
  report({ target, text: "building its environment", state: "started" });
  const lock = `${fleetDirectory}/${image.lock}`;
  await world.environments.ensure({ directory: draft.environment, lock, python }, signal);
  report({ target, text: `environment ready (Python ${python.version})`, state: "done" });
}

function countPins(lock: string): number {
  return new Set(lock.match(/^[A-Za-z0-9][^=\s]*==/gm)).size;
}
