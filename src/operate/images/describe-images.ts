import type { Fleet, Image, ImageRole } from "../../fleet/fleet.ts";
import type { ImageInput } from "../../fleet/image-inputs.ts";
import type { LockState } from "../../runtime/local/image-lock.ts";
import { imagesOf, type ImageWorld, resolveImage } from "../resolve-images.ts";

/** An image as the working tree and this machine have it. */
export interface ImageDescription {
  readonly name: string;
  readonly role: ImageRole;
  readonly description: string;
  readonly python: string;
  readonly variantOf: string | null;
  /** The reference, for an image that is taken from a registry as it is. */
  readonly from: string | null;
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
  const written = { name, role, description, python, variantOf, from, inputs, usedBy };
  if (image.from !== undefined) return { ...written, lock: null, environment: null, problem: null };
  const resolved = await resolveImage(image, directory, world).catch((thrown: unknown) => thrown);
  if (resolved instanceof Error) return { ...written, lock: null, environment: null, problem: resolved.message };
  const { draft, lock, lockState } = resolved as Awaited<ReturnType<typeof resolveImage>>; // what is no error
  return {
    ...written,
    problem: null,
    lock: {
      path: image.lock,
      state: lockState,
      digest: draft?.lockDigest ?? null,
      packages: countPins(lock ?? ""),
    },
    environment:
      draft === undefined
        ? null
        : { path: draft.environment, isComplete: await world.environments.isComplete(draft.environment) },
  };
}

/** Packages of a lock; one that is pinned apart for several platforms counts once. */
function countPins(lock: string): number {
  return new Set(lock.match(/^[A-Za-z0-9][^=\s]*(?===)/gm)).size;
}
