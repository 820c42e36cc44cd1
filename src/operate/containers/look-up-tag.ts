import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { labelNames } from "../../image/container/container-labels.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import { parseConfig } from "../../image/container/parse-config.ts";
import { parseManifest } from "../../image/container/parse-manifest.ts";
import type { WritableRegistry } from "../../ports/registry.ts";

/** What a registry has under a tag that belongs to an image. */
export interface TaggedContainer {
  readonly digest: string;
  readonly platforms: readonly string[];
  /** Whether it says of itself that it was made from these inputs; false where it says nothing: others built it. */
  readonly isOurs: boolean;
}

export interface LookUpTagProps {
  readonly place: ImageRepository & { readonly tag: string };
  /** What the tag has to be of. */
  readonly inputs: string;
  readonly platforms: readonly string[];
  /** What this machine pushed under it; undefined when it never did. */
  readonly recorded: string | undefined;
  readonly registry: Pick<WritableRegistry, "resolve" | "manifest" | "blob">;
  readonly signal: AbortSignal;
}

/**
 * Looks whether a tag is there and is what it has to be. Undefined: there is none.
 * @throws HubfleetError TAG_MOVED for one that was given to something else, or that lacks a platform
 */
export async function lookUpTag(props: LookUpTagProps): Promise<TaggedContainer | undefined> {
  const { place, inputs, platforms, recorded, registry, signal } = props;
  const digest = await registry.resolve(place, place.tag, signal);
  const name = `${place.registry}/${place.repository}:${place.tag}`;
  if (digest === undefined) return undefined;
  if (recorded !== undefined && recorded !== digest) {
    throw moved(`"${name}" was given to another image: this machine pushed ${recorded}, and it names ${digest} now`);
  }
  const found = await describe({ ...place, digest }, name, props);
  if (found.inputs !== undefined && found.inputs !== inputs) {
    throw moved(`"${name}" is there and was made from other inputs (${found.inputs}, not ${inputs})`);
  }
  const missing = platforms.filter((platform) => !found.platforms.some((one) => isFor(one, platform)));
  if (missing.length > 0) {
    throw moved(`"${name}" is there for ${found.platforms.join(", ")} and not for ${missing.join(", ")}`);
  }
  return { digest, platforms: found.platforms, isOurs: found.inputs !== undefined };
}

/** "linux/arm64" is also "linux/arm64/v8". */
function isFor(platform: string, wanted: string): boolean {
  return platform === wanted || platform.startsWith(`${wanted}/`);
}

async function describe(
  reference: ImageRepository & { readonly digest: string },
  name: string,
  { registry, signal }: LookUpTagProps,
): Promise<{ readonly platforms: readonly string[]; readonly inputs: string | undefined }> {
  const manifest = parseManifest(await registry.manifest(reference, signal), name);
  const [first] = manifest.kind === "list" ? manifest.images : [];
  const image =
    first === undefined
      ? manifest
      : parseManifest(await registry.manifest({ ...reference, digest: first.digest }, signal), name);
  if (image.kind !== "image") return { platforms: [], inputs: undefined };
  const { platform, settings } = parseConfig(await textOf(registry.blob(reference, image.config, signal)), name);
  const platforms = manifest.kind === "list" ? manifest.images.map((one) => one.platform) : [platform];
  return { platforms, inputs: settings.labels[labelNames.inputs] };
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function moved(message: string): HubfleetError {
  return new HubfleetError("TAG_MOVED", {
    message,
    hint: "a tag that others may use is never moved: find out who pushed it; a change of the image, however small, gets a tag of its own",
  });
}
