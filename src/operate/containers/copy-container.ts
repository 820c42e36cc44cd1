import { createHash } from "node:crypto";

import pMap from "p-map";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import {
  type ImageReference,
  type ImageRepository,
  renderImageReference,
} from "../../image/container/image-reference.ts";
import { parseManifest, parseObject } from "../../image/container/parse-manifest.ts";
import type { Report } from "../../ports/local-world.ts";
import type { WritableRegistry } from "../../ports/registry.ts";
import { carryBlob } from "./carry-blob.ts";
import { placeTag } from "./place-tag.ts";
import type { PushedBytes } from "./push-layer.ts";

export interface CopyProps {
  readonly registry: WritableRegistry;
  /** What progress is said to be about: "image/lab". */
  readonly name: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface Copied extends PushedBytes {
  readonly digest: string;
}

const blobsAtOnce = 2;
/** A list of images; some registries keep lists of lists. */
const deepest = 3;

/**
 * Copies an image, or a list with all that it names, to another repository: the same bytes under the same digest. Only
 * what is absent is sent, as it comes; the image itself is written last, so what is there is whole.
 * @throws HubfleetError TAG_MOVED where the tag names another image, and what a registry throws
 */
export async function copyContainer(
  from: ImageReference,
  to: ImageRepository & { readonly tag?: string | undefined },
  props: CopyProps,
): Promise<Copied> {
  const { registry, signal, report, name } = props;
  const bytes = { uploadedBytes: 0, keptBytes: 0 };
  const { registry: host, repository, tag } = to;
  const text = `copy to ${host}/${repository}`;
  report({ target: name, text, state: "started" });
  try {
    const manifest = await copyManifest(from, { registry: host, repository }, { props, bytes, depth: 0 });
    if (tag !== undefined) {
      const place = { registry: host, repository, tag };
      await placeTag(place, { digest: from.digest, text: manifest }, { registry, signal, isSame: async () => false });
    }
    report({ target: name, text: `${text}: ${(bytes.uploadedBytes / 1e6).toFixed(1)} MB sent`, state: "done" });
    return { digest: from.digest, ...bytes };
  } catch (error) {
    report({ target: name, text, state: "failed" });
    throw error;
  }
}

interface Copying {
  readonly props: CopyProps;
  readonly bytes: { uploadedBytes: number; keptBytes: number };
  readonly depth: number;
}

async function copyManifest(from: ImageReference, to: ImageRepository, copying: Copying): Promise<string> {
  const { registry, signal } = copying.props;
  const name = renderImageReference(from);
  const present = await readPresent({ ...to, digest: from.digest }, copying.props);
  if (present !== undefined) return present;
  const text = await registry.manifest(from, signal);
  if (`sha256:${createHash("sha256").update(text).digest("hex")}` !== from.digest) {
    throw new HubfleetError("DIGEST_MISMATCH", { message: `"${name}" is not text that can be copied to the byte` });
  }
  const manifest = parseManifest(text, name);
  if (manifest.kind === "image") {
    await copyBlobs(listBlobs(text, name), { from, to }, copying);
  } else {
    if (copying.depth === deepest) {
      throw new HubfleetError("IMAGE_UNREADABLE", { message: `"${name}" holds lists of lists without an end` });
    }
    for (const digest of listManifests(text, name)) {
      await copyManifest({ ...from, digest }, to, { ...copying, depth: copying.depth + 1 });
    }
  }
  await registry.putManifest(to, text, signal);
  return text;
}

/** A manifest is written after all that it names: where it is, the rest is. */
async function readPresent(reference: ImageReference, { registry, signal }: CopyProps): Promise<string | undefined> {
  try {
    return await registry.manifest(reference, signal);
  } catch (error) {
    if (error instanceof HubfleetError && error.code === "IMAGE_NOT_FOUND") return undefined;
    throw error;
  }
}

interface Ways {
  readonly from: ImageReference;
  readonly to: ImageRepository;
}

async function copyBlobs(blobs: readonly Blob[], { from, to }: Ways, { props, bytes }: Copying): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([props.signal, failure.signal]);
  const copy = async (blob: Blob): Promise<void> => {
    const carried = await carryBlob(blob, { registry: props.registry, from, to, signal });
    bytes[carried === "uploaded" ? "uploadedBytes" : "keptBytes"] += blob.size;
  };
  try {
    await pMap(blobs, copy, { concurrency: blobsAtOnce });
  } catch (error) {
    failure.abort();
    throw error;
  }
}

interface Blob {
  readonly digest: string;
  readonly size: number;
}

/** Config and layers, each once; layers that lie elsewhere stay there, as their licence wants it. */
function listBlobs(text: string, name: string): readonly Blob[] {
  const { config, layers } = parseObject(text, name);
  const all = [config, ...(Array.isArray(layers) ? (layers as readonly unknown[]) : [])].flatMap(
    (entry): readonly Blob[] => {
      const { digest, size, mediaType } = Object(entry) as Record<string, unknown>;
      const isElsewhere = typeof mediaType === "string" && /foreign|nondistributable/.test(mediaType);
      return typeof digest === "string" && typeof size === "number" && !isElsewhere ? [{ digest, size }] : [];
    },
  );
  return [...new Map(all.map((blob) => [blob.digest, blob])).values()];
}

/** All that a list names, attestations too: without them the list's digest could not stay. */
function listManifests(text: string, name: string): readonly string[] {
  const { manifests } = parseObject(text, name);
  return (Array.isArray(manifests) ? (manifests as readonly unknown[]) : []).flatMap((entry) => {
    const { digest } = Object(entry) as Record<string, unknown>;
    return typeof digest === "string" ? [digest] : [];
  });
}
