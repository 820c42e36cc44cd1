import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { parseManifest } from "../../image/container/parse-manifest.ts";
import type { ImageReference, ImageRepository } from "../../image/container/image-reference.ts";
import type { WritableRegistry } from "../../ports/registry.ts";

export interface TagPlace extends ImageRepository {
  readonly tag: string;
}

export interface TagProps {
  readonly registry: Pick<WritableRegistry, "resolve" | "manifest" | "putManifest">;
  readonly signal: AbortSignal;
  /** Whether another image is as good, because it holds the same. */
  readonly isSame: (digest: string) => Promise<boolean>;
}

/**
 * Has a tag name a manifest that is there already, and answers what it names. A registry knows no "only if nobody else
 * did": what the tag names is looked at before and after, and never written over.
 * @throws HubfleetError TAG_MOVED
 */
export async function placeTag(
  place: TagPlace,
  { digest, text }: { readonly digest: string; readonly text: string },
  props: TagProps,
): Promise<string> {
  const { registry, signal } = props;
  const before = await checkTag(place, digest, props);
  if (before !== undefined) return before;
  await registry.putManifest(place, text, signal);
  return (await checkTag(place, digest, props)) ?? digest;
}

/** What a tag names, if that is the image or one as good; undefined where there is no such tag. @throws TAG_MOVED */
export async function checkTag(
  place: TagPlace,
  digest: string | undefined,
  { registry, signal, isSame }: TagProps,
): Promise<string | undefined> {
  const found = await registry.resolve(place, place.tag, signal);
  if (found === undefined || found === digest || (await isSame(found))) return found;
  const ours = digest === undefined ? "" : `, not "${digest}"`;
  throw new HubfleetError("TAG_MOVED", {
    message: `the tag "${place.tag}" of "${place.registry}/${place.repository}" names "${found}"${ours}: somebody else pushed it`,
    hint: "find out who did; then remove the tag in the registry, or change something of the image, which gives it another tag",
  });
}

/** Whether an image, or a list, holds the same as these configs say, however it is packed. */
export async function holdsConfigs(
  reference: ImageReference,
  configs: readonly string[],
  props: Pick<TagProps, "registry" | "signal">,
): Promise<boolean> {
  try {
    const found = await configDigests(reference, reference.digest, props);
    return String(found.toSorted()) === String(configs.toSorted());
  } catch (error) {
    // A chart, a signature, an image of Docker's first format: nothing that we made.
    if (error instanceof HubfleetError && error.code === "IMAGE_UNREADABLE") return false;
    throw error;
  }
}

/** The digests of the configs of an image, or of all images of a list. */
async function configDigests(
  place: ImageRepository,
  digest: string,
  { registry, signal }: Pick<TagProps, "registry" | "signal">,
): Promise<readonly string[]> {
  const { registry: host, repository } = place;
  const read = async (one: string): Promise<readonly string[]> => {
    const text = await registry.manifest({ registry: host, repository, digest: one }, signal);
    const manifest = parseManifest(text, `${host}/${repository}@${one}`);
    if (manifest.kind === "image") return [manifest.config];
    return (await Promise.all(manifest.images.map((image) => read(image.digest)))).flat();
  };
  return await read(digest);
}
