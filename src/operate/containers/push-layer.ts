import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";

import { gzippedLayer, type LayerDescriptor } from "../../image/container/assemble-manifest.ts";
import type { ImageReference, ImageRepository } from "../../image/container/image-reference.ts";
import type { LargeFiles } from "../../ports/large-files.ts";
import type { Report } from "../../ports/local-world.ts";
import type { BlobSource, WritableRegistry } from "../../ports/registry.ts";
import { carryBlob, type Carried } from "./carry-blob.ts";
import type { ArchivedLayer } from "./read-archive.ts";

export interface LayerPusherProps {
  readonly base?: ImageReference | undefined;
  readonly target: ImageRepository;
  readonly registry: WritableRegistry;
  readonly files: LargeFiles;
  readonly scratch: string;
  readonly name: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** What of an image's bytes was sent, and what was there. */
export interface PushedBytes {
  readonly uploadedBytes: number;
  readonly keptBytes: number;
}

export interface LayerPusher {
  /** Sees to it that a layer is in the target; layers of the base as the base has them, others packed by us. */
  push(layer: ArchivedLayer, baseLayers: ReadonlyMap<string, LayerDescriptor>): Promise<LayerDescriptor>;
  /** The same for a few bytes, such as a config. */
  pushBytes(content: Buffer, digest: string): Promise<void>;
  bytes(): PushedBytes;
  /** Waits for what is under way, and removes what was written on this machine. */
  end(): Promise<void>;
}

/** The same bytes for the same layer: no name, no time, one level. */
const gzipOptions = { level: 6 } as const;

export function createLayerPusher(props: LayerPusherProps): LayerPusher {
  const { base, target, registry, files, signal, name: about, report } = props;
  // Images for several platforms may share layers.
  const begun = new Map<string, Promise<LayerDescriptor>>();
  const written = new Set<string>();
  const bytes = { uploadedBytes: 0, keptBytes: 0 };
  const count = (carried: Carried, size: number): void => {
    bytes[carried === "uploaded" ? "uploadedBytes" : "keptBytes"] += size;
  };

  const pushOwn = async (layer: ArchivedLayer): Promise<readonly [LayerDescriptor, Carried]> => {
    const path = `${props.scratch}/${layer.diffId.replace(/^sha256:/, "")}.tar.gz`;
    written.add(path);
    const hash = createHash("sha256");
    const size = await files.write(path, gzipped(layer.read(), { hash, signal }));
    const digest = `sha256:${hash.digest("hex")}`;
    const source: BlobSource = { digest, size, read: (start) => files.read(path, { start }) };
    const isThere = await registry.hasBlob(target, digest, signal);
    const carried = isThere ? "kept" : await registry.uploadBlob(target, source, { signal });
    await files.remove(path);
    return [{ mediaType: gzippedLayer, digest, size }, carried];
  };

  const push = async (layer: ArchivedLayer, found: LayerDescriptor | undefined): Promise<LayerDescriptor> => {
    const text = `layer ${layer.diffId.slice(0, 19)} (${showBytes(found?.size ?? layer.size)})`;
    report({ target: about, text, state: "started" });
    try {
      const [descriptor, carried] =
        found === undefined || base === undefined
          ? await pushOwn(layer)
          : ([found, await carryBlob(found, { registry, from: base, to: target, signal })] as const);
      count(carried, descriptor.size);
      const came = { kept: "is there", mounted: "taken from the base's repository", uploaded: "sent" }[carried];
      const packed = found === undefined ? `, packed ${showBytes(descriptor.size)}` : "";
      report({ target: about, text: `${text}: ${came}${packed}`, state: "done" });
      return descriptor;
    } catch (error) {
      report({ target: about, text, state: "failed" });
      throw error;
    }
  };

  return {
    push(layer, baseLayers) {
      const pushed = begun.get(layer.diffId) ?? push(layer, baseLayers.get(layer.diffId));
      begun.set(layer.diffId, pushed);
      return pushed;
    },
    async pushBytes(content, digest) {
      const source: BlobSource = { digest, size: content.length, read: (start) => once(content.subarray(start)) };
      const isThere = await registry.hasBlob(target, digest, signal);
      count(isThere ? "kept" : await registry.uploadBlob(target, source, { signal }), content.length);
    },
    bytes: () => ({ ...bytes }),
    async end() {
      await Promise.allSettled(begun.values());
      for (const path of written) await files.remove(path);
    },
  };
}

interface Gzipping {
  readonly hash: { update(chunk: Uint8Array): unknown };
  readonly signal: AbortSignal;
}

async function* gzipped(chunks: AsyncIterable<Uint8Array>, { hash, signal }: Gzipping): AsyncGenerator<Uint8Array> {
  const gzip = createGzip(gzipOptions);
  // What breaks comes out of the other end.
  pipeline(Readable.from(chunks), gzip, () => undefined);
  for await (const chunk of gzip as AsyncIterable<Uint8Array>) {
    signal.throwIfAborted();
    hash.update(chunk);
    yield chunk;
  }
}

async function* once(content: Buffer): AsyncGenerator<Uint8Array> {
  if (content.length > 0) yield content;
}

function showBytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
