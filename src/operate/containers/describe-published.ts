import { type ImageReference, renderImageReference } from "../../image/container/image-reference.ts";
import { parseConfig } from "../../image/container/parse-config.ts";
import { parseManifest } from "../../image/container/parse-manifest.ts";
import type { Registry } from "../../ports/registry.ts";
import type { Published } from "./publish-container.ts";
import { readSmallBlob } from "./read-small-blob.ts";

/** What publishing answers of an image that is there already. */
export async function describePublished(
  reference: ImageReference,
  { registry, signal }: { readonly registry: Pick<Registry, "manifest" | "blob">; readonly signal: AbortSignal },
): Promise<Published> {
  const name = renderImageReference(reference);
  const manifest = parseManifest(await registry.manifest(reference, signal), name);
  if (manifest.kind === "list") {
    const parts = await Promise.all(
      manifest.images.map(({ digest }) => describePublished({ ...reference, digest }, { registry, signal })),
    );
    return {
      digest: reference.digest,
      platforms: manifest.images.map(({ platform, digest }) => ({ platform, digest })),
      uploadedBytes: 0,
      keptBytes: parts.reduce((sum, { keptBytes }) => sum + keptBytes, 0),
    };
  }
  const config = await readSmallBlob(registry, { ...reference, digest: manifest.config }, { name, signal });
  return {
    digest: reference.digest,
    platforms: [{ platform: parseConfig(config, name).platform, digest: reference.digest }],
    uploadedBytes: 0,
    keptBytes: manifest.layers.reduce((sum, { size }) => sum + size, Buffer.byteLength(config)),
  };
}
