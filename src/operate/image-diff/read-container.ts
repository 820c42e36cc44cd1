import pMap from "p-map";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { containerContents } from "../../image/container/container-contents.ts";
import { type ImageReference, renderImageReference } from "../../image/container/image-reference.ts";
import { type LayerFacts, mergeLayers } from "../../image/container/layer-facts.ts";
import { parseConfig } from "../../image/container/parse-config.ts";
import {
  choosePlatform,
  type LayerReference,
  type Manifest,
  parseManifest,
} from "../../image/container/parse-manifest.ts";
import type { ImageContents } from "../../image/diff/image-contents.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import type { Registry } from "../../ports/registry.ts";
import { readSmallBlob } from "../containers/read-small-blob.ts";
import { readLayer } from "./read-layer.ts";
import { machinePaths } from "../../runtime/local/paths.ts";

export interface ReadContainerProps {
  /** "linux/arm64"; undefined: whichever is the usual one. */
  readonly platform: string | undefined;
  readonly world: Pick<LocalWorld, "files" | "machine"> & { readonly registry: Registry };
  /** Layers that are being read; images that are read together share them. */
  readonly shared: Map<string, Promise<LayerFacts>>;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Two at once keep the line busy; each takes a few megabytes of memory. */
const layersAtOnce = 2;
/** Layers whose facts a former hubfleet gathered otherwise are read again. */
const factsRevision = 1;

/**
 * What a container image holds, read from its layers as they stream by; nothing is unpacked or kept but what their
 * files say, by layer, so that an image that shares layers with one read before is mostly known.
 * @throws HubfleetError IMAGE_NOT_FOUND, IMAGE_UNREADABLE, DIGEST_MISMATCH, and what a registry throws
 */
export async function readContainer(
  reference: ImageReference,
  name: string,
  props: ReadContainerProps,
): Promise<ImageContents> {
  const found = await findImage(reference, props);
  const config = { ...reference, digest: found.image.config };
  const text = await readSmallBlob(props.world.registry, config, {
    name: renderImageReference(reference),
    signal: props.signal,
  });
  const { platform, settings } = parseConfig(text, name);
  // An image that is in no list has one platform; the one that was asked for must be it.
  if (found.platforms.length === 0) choosePlatform([{ digest: reference.digest, platform }], props.platform, name);
  const { layers } = found.image;
  const facts = await readLayers(reference, layers, props);
  const { environments, system, distribution } = containerContents(mergeLayers(facts), settings.environment);
  return {
    name,
    from: "container",
    environments,
    system,
    settings: { ...settings, distribution },
    size: { kind: "layers", bytes: layers.reduce((sum, { size }) => sum + size, 0), layers: layers.length },
    platform,
    platforms: found.platforms.length === 0 ? [platform] : found.platforms,
    remarks: [],
  };
}

/** Where one layer fails, the others are not read to their end. */
async function readLayers(
  reference: ImageReference,
  layers: readonly LayerReference[],
  props: ReadContainerProps,
): Promise<readonly LayerFacts[]> {
  const failure = new AbortController();
  const signal = AbortSignal.any([props.signal, failure.signal]);
  const read = (layer: LayerReference): Promise<LayerFacts> => layerFacts(reference, layer, { ...props, signal });
  try {
    return await pMap(layers, read, { concurrency: layersAtOnce });
  } catch (error) {
    failure.abort();
    throw error;
  }
}

interface FoundImage {
  readonly image: Extract<Manifest, { kind: "image" }>;
  /** Those that a list names. */
  readonly platforms: readonly string[];
}

async function findImage(
  reference: ImageReference,
  { platform, world, signal }: ReadContainerProps,
): Promise<FoundImage> {
  const name = renderImageReference(reference);
  const read = async (digest: string): Promise<Manifest> =>
    parseManifest(await world.registry.manifest({ ...reference, digest }, signal), name);
  const first = await read(reference.digest);
  if (first.kind === "image") return { image: first, platforms: [] };
  const chosen = choosePlatform(first.images, platform, name);
  const image = await read(chosen.digest);
  const platforms = first.images.map((one) => one.platform).toSorted();
  if (image.kind === "image") return { image, platforms };
  throw new HubfleetError("IMAGE_UNREADABLE", { message: `"${name}" is a list of lists, which hubfleet cannot read` });
}

function layerFacts(reference: ImageReference, layer: LayerReference, props: ReadContainerProps): Promise<LayerFacts> {
  const begun = props.shared.get(layer.digest) ?? readOrRecall(reference, layer, props);
  props.shared.set(layer.digest, begun);
  return begun;
}

async function readOrRecall(
  reference: ImageReference,
  { digest, size }: LayerReference,
  { world, report, signal }: ReadContainerProps,
): Promise<LayerFacts> {
  const path = `${machinePaths(world.machine.stateRoot).layers}/${digest.replace(/^sha256:/, "")}.json`;
  const known = parseFacts(await world.files.read(path));
  if (known !== undefined) return known;
  const target = `${reference.registry}/${reference.repository}`;
  const text = `read layer ${digest.slice(0, 19)} (${(size / 1e6).toFixed(1)} MB)`;
  report({ target, text, state: "started" });
  try {
    const facts = await readLayer(world.registry.blob(reference, digest, signal), digest);
    report({ target, text, state: "done" });
    // Only what passed its digest to the last byte comes here. Another command may write the same at the same time:
    // what could not be kept is read again.
    const kept = JSON.stringify({ revision: factsRevision, ...facts });
    await world.files.ensureFile(path, kept, 0o644).catch(() => undefined);
    return facts;
  } catch (error) {
    report({ target, text, state: "failed" });
    throw error;
  }
}

function parseFacts(text: string | undefined): LayerFacts | undefined {
  try {
    const { revision, ...facts } = JSON.parse(text ?? "{}") as LayerFacts & { readonly revision?: number };
    return revision === factsRevision ? facts : undefined;
  } catch {
    return undefined;
  }
}
