import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import type { ImageReference } from "../../../image/container/image-reference.ts";
import { parseConfig } from "../../../image/container/parse-config.ts";
import { parseManifest } from "../../../image/container/parse-manifest.ts";
import { renderTaggedReference, type TaggedReference } from "../../../image/container/tagged-reference.ts";
import type { WritableRegistry } from "../../../ports/registry.ts";
import { readSmallBlob } from "../read-small-blob.ts";

export interface ResolveProps {
  readonly registry: Pick<WritableRegistry, "resolve" | "manifest" | "blob">;
  readonly signal: AbortSignal;
}

/**
 * A reference with the digest that its tag names now; one that has a digest already is only looked up.
 * @throws HubfleetError IMAGE_NOT_FOUND, PLATFORM_MISSING, and what a registry throws
 */
export async function resolveReference(
  reference: TaggedReference,
  platforms: readonly string[],
  { registry, signal }: ResolveProps,
): Promise<TaggedReference & { readonly digest: string }> {
  const place = { registry: reference.registry, repository: reference.repository };
  const digest = reference.digest ?? (await registry.resolve(place, reference.tag ?? "", signal));
  if (digest === undefined) {
    throw new HubfleetError("IMAGE_NOT_FOUND", {
      message: `"${reference.registry}" has no "${reference.repository}" with the tag "${reference.tag ?? ""}"`,
      hint: "compare it with what the registry shows",
    });
  }
  const there = await platformsOf({ ...place, digest }, { registry, signal });
  const missing = platforms.filter(
    (platform) => !there.some((one) => one === platform || one.startsWith(`${platform}/`)),
  );
  if (missing.length === 0) return { ...reference, digest };
  throw new HubfleetError("PLATFORM_MISSING", {
    message: `"${renderTaggedReference(reference)}" is not built for ${missing.join(" and ")}, which the image wants; it is for ${there.join(", ")}`,
    hint: "choose another tag, or take the platform out of the image's `platforms`",
    retry: "later",
  });
}

async function platformsOf(reference: ImageReference, { registry, signal }: ResolveProps): Promise<readonly string[]> {
  const name = `${reference.registry}/${reference.repository}@${reference.digest}`;
  const manifest = parseManifest(await registry.manifest(reference, signal), name);
  if (manifest.kind === "list") return manifest.images.map(({ platform }) => platform);
  const config = await readSmallBlob(registry, { ...reference, digest: manifest.config }, { name, signal });
  return [parseConfig(config, name).platform];
}
