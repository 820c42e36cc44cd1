import { fromUnknown } from "../../errors/from-unknown.ts";
import type { Fleet, Image, ImageRole } from "../../fleet/fleet.ts";
import type { ImageInput } from "../../fleet/image-inputs.ts";
import { declaredPackages } from "../../image/check/declared-packages.ts";
import type { LockState } from "../../image/lock/lock-header.ts";
import { parseLock } from "../../image/lock/parse-lock.ts";
import { pins } from "../../plan/lock-difference.ts";
import { sha256 } from "../../runtime/local/digest.ts";
import { draftImage, imagesOf, type ImageWorld, readLock, requirePython } from "../resolve-images.ts";
import { isCondaImage } from "../read-lock-inputs.ts";

/** An image as the working tree and this machine have it. */
export interface ImageDescription {
  readonly name: string;
  readonly role: ImageRole;
  readonly description: string;
  readonly python: string;
  readonly variantOf: string | null;
  /** The reference, for an image that is taken from a registry as it is. */
  readonly from: string | null;
  /** What its container is made by; null for an image that is taken from a registry as it is. */
  readonly container: {
    /** "own": images/NAME/Dockerfile; "generated": hubfleet's; null: neither is possible, since nothing says from what. */
    readonly dockerfile: "own" | "generated" | null;
    /** What image.yaml says; an own Dockerfile names its own. */
    readonly base: string | null;
    readonly platforms: readonly string[];
  } | null;
  readonly inputs: readonly ImageInput[];
  /** Null where there is nothing to lock. */
  readonly lock: {
    readonly path: string;
    readonly state: LockState;
    /** SHA-256 of its text; null when absent. */
    readonly digest: string | null;
    readonly packages: number;
  } | null;
  /** Null where this machine cannot make one. */
  readonly environment: { readonly path: string; readonly isComplete: boolean } | null;
  /** Why there is no environment, in words; null where there can be one. */
  readonly problem: string | null;
  /** What people asked for, with the version that the lock has; empty where nothing is locked. */
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** Names of the hubs that run it. */
  readonly usedBy: readonly string[];
}

/** Looks images up; nothing is resolved, built or written. */
export async function describeImages(
  fleet: Fleet,
  images: readonly Image[],
  { directory, world }: { readonly directory: string; readonly world: ImageWorld },
): Promise<readonly ImageDescription[]> {
  return Promise.all(images.map((image) => describeImage(fleet, image, { directory, world })));
}

async function describeImage(
  fleet: Fleet,
  image: Image,
  { directory, world }: { readonly directory: string; readonly world: ImageWorld },
): Promise<ImageDescription> {
  const { name, role, description, python, inputs, variantOf = null, from = null } = image;
  const usedBy = [...fleet.hubs.values()].filter((hub) => imagesOf(hub).includes(name)).map((hub) => hub.name);
  const container = from === null ? describeContainer(image) : null;
  const written = { name, role, description, python, variantOf, from, container, inputs, usedBy };
  if (image.from !== undefined) return { ...written, lock: null, environment: null, problem: null, packages: [] };
  try {
    const { inputs: lockInputs, conda, lock, lockState } = await readLock(image, directory, world);
    const digest = lock === undefined ? null : sha256(lock);
    const described = { path: image.lock, state: lockState, digest, packages: countPackages(lock ?? "") };
    const packages = declaredVersions(
      [lockInputs.requirements, ...(conda?.pip ?? [])],
      conda?.dependencies,
      lock ?? "",
    );
    return { ...written, packages, lock: described, ...(await describeEnvironment(image, lock, world)) };
  } catch (thrown) {
    return { ...written, lock: null, environment: null, packages: [], problem: fromUnknown(thrown)[0]?.message ?? "" };
  }
}

function describeContainer({ base, directory, inputs, platforms }: Image): ImageDescription["container"] {
  const isOwn = inputs.some(({ path }) => path === `${directory}/Dockerfile`);
  const generated = base === undefined ? null : "generated";
  return { dockerfile: isOwn ? "own" : generated, base: isOwn ? null : (base ?? null), platforms };
}

/** An image whose Python this machine lacks can be read about all the same. */
async function describeEnvironment(
  image: Image,
  lock: string | undefined,
  world: ImageWorld,
): Promise<Pick<ImageDescription, "environment" | "problem">> {
  if (lock === undefined) return { environment: null, problem: null };
  const python = await requirePython(image, world, isCondaImage(image) ? "any" : "minor").catch(
    (thrown: unknown) => fromUnknown(thrown)[0]?.message ?? "",
  );
  if (typeof python === "string") return { environment: null, problem: python };
  const path = draftImage(lock, image.python, python, world).environment;
  return { environment: { path, isComplete: await world.environments.isComplete(path) }, problem: null };
}

/** Those that are pinned apart for several platforms count once. */
function countPackages(lock: string): number {
  const { conda, packages } = parseLock(lock);
  return new Set([...conda, ...packages].map(({ name }) => name)).size;
}

function declaredVersions(
  requirements: readonly string[],
  condaSpecs: readonly string[] | undefined,
  lock: string,
): ImageDescription["packages"] {
  const versions = pins(lock);
  return declaredPackages(requirements, condaSpecs).map(({ name }) => {
    return { name, version: versions.get(name) ?? "not locked" };
  });
}
