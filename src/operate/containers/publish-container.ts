import { createHash } from "node:crypto";

import pMap from "p-map";

import { assembleIndex, assembleManifest, type PlatformManifest } from "../../image/container/assemble-manifest.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageReference } from "../../image/container/image-reference.ts";
import { findBaseLayers } from "./base-layers.ts";
import { describePublished } from "./describe-published.ts";
import { checkTag, holdsConfigs, placeTag, type TagProps } from "./place-tag.ts";
import { createLayerPusher, type LayerPusher, type LayerPusherProps, type PushedBytes } from "./push-layer.ts";
import { type Archive, type ArchivedImage, readArchive } from "./read-archive.ts";

/**
 * `base`: what the image was built on; its layers are used as they are there. `scratch`: a directory for this alone, what
 * is written there is removed at the end. `name`: what progress is said to be about, "image/lab".
 */
export interface PublishProps extends LayerPusherProps {
  readonly base?: ImageReference | undefined;
  /** One for each platform. */
  readonly archives: readonly Archive[];
  readonly tag: string;
}

export interface Published extends PushedBytes {
  /** What the tag names: of an image, or of a list where there are several platforms. */
  readonly digest: string;
  readonly platforms: readonly { readonly platform: string; readonly digest: string }[];
}

/** Two at once keep the line busy while a layer is being packed. */
const layersAtOnce = 2;

/**
 * Puts what a builder made into a registry: layers and configs that are absent, then the manifests by digest, each read
 * back, and last the tag. Whatever ends it before that leaves no tag; the same again goes on with what is there.
 *
 * | the tag | is |
 * | --- | --- |
 * | absent | put |
 * | the same image, if packed by another machine | left alone; its digest is the answer |
 * | another image | left alone: TAG_MOVED |
 *
 * @throws HubfleetError ARCHIVE_BROKEN, TAG_MOVED, IMAGE_NOT_FOUND (the base), and what a registry throws
 */
export async function publishContainer(given: PublishProps): Promise<Published> {
  // A place that came with a tag must not give it to what is not whole yet.
  const target = { registry: given.target.registry, repository: given.target.repository };
  const props = { ...given, target };
  const { archives, registry, signal } = props;
  const images = await Promise.all(archives.map((archive) => readArchive(archive, props.files)));
  const configs = images.map(({ configDigest }) => configDigest);
  const isSame: TagProps["isSame"] = (digest) => holdsConfigs({ ...target, digest }, configs, { registry, signal });
  const place = { ...target, tag: props.tag };
  const tagged = await checkTag(place, undefined, { registry, signal, isSame });
  if (tagged !== undefined) return await describePublished({ ...target, digest: tagged }, props);

  const failure = new AbortController();
  const pusher = createLayerPusher({ ...props, signal: AbortSignal.any([signal, failure.signal]) });
  try {
    const pushed: Pushed[] = [];
    for (const [index, image] of images.entries()) {
      pushed.push(await pushImage(image, archives[index]?.platform ?? "", { props, pusher }));
    }
    const [only] = pushed;
    const top = pushed.length === 1 && only !== undefined ? only : await pushText(assembleIndex(pushed), props);
    const digest = await placeTag(place, top, { registry, signal, isSame });
    // Somebody may have been quicker with the same image.
    const platforms = pushed.map((one) => ({ platform: one.platform, digest: one.digest }));
    const told = digest === top.digest ? { digest, platforms } : await describePublished({ ...target, digest }, props);
    return { ...told, ...pusher.bytes() };
  } catch (error) {
    failure.abort();
    throw error;
  } finally {
    await pusher.end();
  }
}

interface Text {
  readonly text: string;
  readonly digest: string;
}

type Pushed = Text & PlatformManifest;

async function pushImage(
  image: ArchivedImage,
  platform: string,
  { props, pusher }: { readonly props: PublishProps; readonly pusher: LayerPusher },
): Promise<Pushed> {
  const baseLayers = props.base === undefined ? new Map() : await findBaseLayers(props.base, platform, props);
  const layers = await pMap(image.layers, (layer) => pusher.push(layer, baseLayers), { concurrency: layersAtOnce });
  await pusher.pushBytes(image.config, image.configDigest);
  const text = assembleManifest({ config: { digest: image.configDigest, size: image.config.length }, layers });
  return { ...(await pushText(text, props)), platform, size: Buffer.byteLength(text) };
}

/** Keeps a manifest by its digest, and reads it back: what cannot be read is never given a tag. */
async function pushText(text: string, { registry, target, signal }: PublishProps): Promise<Text> {
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  await registry.putManifest(target, text, signal);
  if ((await registry.manifest({ ...target, digest }, signal)) !== text) {
    throw new HubfleetError("DIGEST_MISMATCH", {
      message: `"${target.registry}" gives back another manifest than it was given as "${digest}"`,
      hint: "tell whoever runs the registry; nothing was tagged",
      retry: "later",
    });
  }
  return { text, digest };
}
