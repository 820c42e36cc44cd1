import { type LayerDescriptor, layerType } from "../../image/container/assemble-manifest.ts";
import { type ImageReference, renderImageReference } from "../../image/container/image-reference.ts";
import { choosePlatform, parseManifest, parseObject } from "../../image/container/parse-manifest.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Registry } from "../../ports/registry.ts";
import { readSmallBlob } from "./read-small-blob.ts";

/**
 * The layers of a base as its registry keeps them, by what they unpack to. An image made of the base uses the same bytes,
 * so that machines which have the base need not fetch it again.
 * @throws HubfleetError IMAGE_NOT_FOUND where it is not there, or not for the platform; IMAGE_UNREADABLE
 */
export async function findBaseLayers(
  base: ImageReference,
  platform: string,
  { registry, signal }: { readonly registry: Pick<Registry, "manifest" | "blob">; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, LayerDescriptor>> {
  const name = renderImageReference(base);
  const read = async (digest: string): Promise<ReturnType<typeof parseManifest>> =>
    parseManifest(await registry.manifest({ ...base, digest }, signal), name);
  const first = await read(base.digest);
  const image = first.kind === "image" ? first : await read(choosePlatform(first.images, platform, name).digest);
  if (image.kind === "list") {
    throw new HubfleetError("IMAGE_UNREADABLE", {
      message: `"${name}" is a list of lists, which hubfleet cannot read`,
    });
  }
  const config = parseObject(await readSmallBlob(registry, { ...base, digest: image.config }, { name, signal }), name);
  const diffIds: unknown = (Object(config["rootfs"]) as Record<string, unknown>)["diff_ids"];
  if (!Array.isArray(diffIds) || diffIds.length !== image.layers.length) return new Map();
  return new Map(
    image.layers.flatMap(({ digest, size, mediaType }, index) => {
      const type = layerType(mediaType);
      return type === undefined ? [] : [[String(diffIds[index]), { mediaType: type, digest, size }] as const];
    }),
  );
}
