import pMap from "p-map";

import { fromUnknown } from "../errors/from-unknown.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import { nameHint } from "../errors/nearest-name.ts";
import type { Image } from "../fleet/fleet.ts";
import { normalizePackageName, parseLock } from "../image/lock/parse-lock.ts";
import { isLockable } from "../operate/images/lock-problems.ts";
import { resolveImage, type ResolvedImage } from "../operate/resolve-images.ts";
import { describeLockDifference } from "../plan/lock-difference.ts";
import type { LockRequest } from "../ports/environments.ts";
import { type BuildProps, ensureEnvironment, ensureLock } from "./ensure-images.ts";

/** What became of one image. A failed one never stops the others. */
export type ImageOutcome =
  | { readonly target: string; readonly kind: "unchanged"; readonly note: string }
  /** `note` says what is in the lock now that was not, or how the environment came to be. */
  | { readonly target: string; readonly kind: "changed"; readonly note: string; readonly lock: string }
  | { readonly target: string; readonly kind: "failed"; readonly errors: readonly HubfleetError[] };

export interface LockImagesProps extends BuildProps {
  readonly images: readonly Image[];
  /** Absolute path of the working tree. */
  readonly directory: string;
}

/**
 * Locks images whose requirements changed, each beside them. With `upgrade`, these packages of the images that have
 * them get the newest versions that fit, or all packages do; the others keep theirs where they can.
 */
export async function lockImages({ images, directory, ...build }: LockImagesProps): Promise<readonly ImageOutcome[]> {
  return pMap(images, async (image) => lockImage(image, directory, build), { concurrency: 2 });
}

async function lockImage(image: Image, directory: string, build: BuildProps): Promise<ImageOutcome> {
  const target = `image/${image.name}`;
  if (!isLockable(image)) return { target, kind: "unchanged", note: "nothing to lock" };
  try {
    const resolved = await resolveImage(image, directory, build.world);
    const upgrade = upgradeOf(resolved, build.upgrade);
    const { lock = "" } = await ensureLock(resolved, directory, { ...build, upgrade });
    if (lock === resolved.lock) return { target, kind: "unchanged", note: `${image.lock} is up to date` };
    return { target, kind: "changed", note: describeLockDifference(resolved.lock ?? "", lock), lock: image.lock };
  } catch (thrown) {
    return { target, kind: "failed", errors: fromUnknown(thrown) };
  }
}

/** Of several images, only some may have the package: the others have nothing to upgrade. */
function upgradeOf({ lock }: ResolvedImage, upgrade: LockRequest["upgrade"]): LockRequest["upgrade"] {
  if (upgrade === undefined || upgrade === "all") return upgrade;
  const locked = lockedNames(lock);
  const own = upgrade.map(normalizePackageName).filter((name) => locked.has(name));
  return own.length === 0 ? undefined : own;
}

/** @throws HubfleetError UNKNOWN_PACKAGE for a package that none of the images has */
export function refuseUnknownPackages(locks: readonly (string | undefined)[], upgrade: readonly string[]): void {
  const locked = new Set(locks.flatMap((lock) => [...lockedNames(lock)]));
  for (const name of upgrade) {
    if (locked.has(normalizePackageName(name))) continue;
    const hint = nameHint(name, locked);
    const message = `no lock has a package "${name}"`;
    throw new HubfleetError("UNKNOWN_PACKAGE", { message, ...(hint === undefined ? {} : { hint }) });
  }
}

function lockedNames(lock = ""): ReadonlySet<string> {
  const { conda, packages } = parseLock(lock);
  return new Set([...conda, ...packages].map(({ name }) => normalizePackageName(name)));
}

/** Builds environments from the locks as they are; one that is missing or out of date is refused, never made. */
export async function buildImages({ images, directory, ...build }: LockImagesProps): Promise<readonly ImageOutcome[]> {
  return pMap(images, async (image) => buildImage(image, directory, build), { concurrency: 2 });
}

async function buildImage(image: Image, directory: string, build: BuildProps): Promise<ImageOutcome> {
  const target = `image/${image.name}`;
  if (!isLockable(image)) return { target, kind: "unchanged", note: "no packages to install on this machine" };
  try {
    const resolved = await resolveImage(image, directory, build.world);
    const isBuilt =
      resolved.draft !== undefined && (await build.world.environments.isComplete(resolved.draft.environment));
    if (isBuilt) return { target, kind: "unchanged", note: resolved.draft.environment };
    await ensureEnvironment(resolved, directory, build);
    return { target, kind: "changed", note: resolved.draft?.environment ?? "", lock: image.lock };
  } catch (thrown) {
    return { target, kind: "failed", errors: fromUnknown(thrown) };
  }
}
