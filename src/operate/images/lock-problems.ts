import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError, type SourcePosition } from "../../errors/hubfleet-error.ts";
import type { Image } from "../../fleet/fleet.ts";
import { parseLock } from "../../image/lock/parse-lock.ts";
import { parseRequirements } from "../../image/requirements.ts";
import { type ImageWorld, readLock } from "../resolve-images.ts";

/** Whether an image has packages to lock; one that is taken from a registry, or only has a Dockerfile, has none. */
export function isLockable(image: Image): boolean {
  return image.from === undefined && packageLists(image).length > 0;
}

/**
 * What keeps images from being built anywhere else just as they are written: no lock, or one that was made from
 * something else. Nothing is resolved, and no interpreter is needed: a CI job that knows nothing but the files can tell.
 */
export async function lockProblems(
  images: readonly Image[],
  { directory, world }: { readonly directory: string; readonly world: Pick<ImageWorld, "files"> },
): Promise<readonly HubfleetError[]> {
  const problems = images.filter(isLockable).map((image) => lockProblem(image, directory, world));
  return (await Promise.all(problems)).flat();
}

async function lockProblem(
  image: Image,
  directory: string,
  world: Pick<ImageWorld, "files">,
): Promise<readonly HubfleetError[]> {
  try {
    const { inputs, lock, lockState } = await readLock(image, directory, world);
    if (lock === undefined) return [lockMissing(image)];
    return lockState === "stale" ? [lockStale(image, inputs.requirements, lock)] : [];
  } catch (thrown) {
    return fromUnknown(thrown);
  }
}

/** @throws never; the error is for whoever reports it */
export function lockMissing(image: Image): HubfleetError {
  return new HubfleetError("LOCK_MISSING", {
    message: `image "${image.name}" is not locked: everybody who builds it would get other packages`,
    hint: whatToDo(image),
    at: { path: packageList(image), line: 1, column: 1 },
  });
}

function lockStale(image: Image, requirements: string, lock: string): HubfleetError {
  const unlocked = firstUnlocked(requirements, lock);
  const which = unlocked === undefined ? "" : `: "${unlocked.name}" is not in it`;
  return new HubfleetError("LOCK_STALE", {
    message: `${packageList(image)} changed after ${image.lock} was made${which}`,
    hint: whatToDo(image),
    at: unlocked === undefined ? { path: packageList(image), line: 1, column: 1 } : unlocked.at(image.requirements),
  });
}

function whatToDo({ name, lock }: Image): string {
  return `run \`hubfleet image lock ${name}\` and commit ${lock}`;
}

/** A requirement that the lock knows nothing of; where all are in it, a version or a removal made the difference. */
function firstUnlocked(
  requirements: string,
  lock: string,
): { readonly name: string; readonly at: (path: string) => SourcePosition } | undefined {
  const { conda, packages } = parseLock(lock);
  const locked = new Set([...conda, ...packages].map(({ name }) => name));
  for (const { line, text, what } of parseRequirements(requirements)) {
    if (!("name" in what) || what.name === undefined || locked.has(what.name)) continue;
    const at = (path: string): SourcePosition => ({ path, line, column: 1, length: text.length, excerpt: text });
    return { name: what.name, at };
  }
  return undefined;
}

function packageList(image: Image): string {
  return packageLists(image)[0] ?? `${image.directory}/image.yaml`;
}

/** The files that people write packages into: pip's first. A variant names its own, whatever it is called. */
function packageLists({ inputs, requirements, variantOf, directory }: Image): readonly string[] {
  const has = (path: string): boolean => inputs.some((input) => input.path === path);
  const conda = `${directory}/environment.yml`;
  return [...(variantOf !== undefined || has(requirements) ? [requirements] : []), ...(has(conda) ? [conda] : [])];
}
