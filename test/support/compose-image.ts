import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { pack } from "tar-stream";

/** One entry of a layer: a file's text, or a link. A path that ends with "/" is a directory. */
export type LayerEntry = string | { readonly link: string } | { readonly symlink: string };

export interface ComposedLayer {
  readonly entries: Readonly<Record<string, LayerEntry>>;
  /** @default "gzip" */
  readonly compression?: "gzip" | "zstd" | "none";
}

export interface ComposedImage {
  readonly layers: readonly ComposedLayer[];
  readonly architecture?: string;
  readonly config?: object;
}

/** Takes content and answers its digest: into a pretended registry, or a real one. */
export type KeepBlob = (content: Buffer) => Promise<string> | string;

/** Composes an image and keeps its layers and config; answers the manifest, which is not kept yet. */
export async function composeImage(image: ComposedImage, keep: KeepBlob): Promise<Buffer> {
  const layers = await Promise.all(
    image.layers.map(async (layer) => {
      const bytes = compress(await packLayer(layer.entries), layer.compression ?? "gzip");
      const suffix = { gzip: "+gzip", zstd: "+zstd", none: "" }[layer.compression ?? "gzip"];
      const digest = await keep(bytes);
      return { mediaType: `application/vnd.oci.image.layer.v1.tar${suffix}`, digest, size: bytes.length };
    }),
  );
  const config = Buffer.from(
    JSON.stringify({ os: "linux", architecture: image.architecture ?? "amd64", config: image.config ?? {} }),
  );
  const configType = "application/vnd.oci.image.config.v1+json";
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: configType, digest: await keep(config), size: config.length },
      layers,
    }),
  );
}

/** A list of images for several platforms, with an attestation as builders add them. */
export function composeList(images: readonly { readonly manifest: Buffer; readonly architecture: string }[]): Buffer {
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const attestation = {
    mediaType,
    digest: `sha256:${"0".repeat(64)}`,
    size: 2,
    platform: { os: "unknown", architecture: "unknown" },
  };
  const manifests = images.map(({ manifest, architecture }) => ({
    mediaType,
    digest: digestOf(manifest),
    size: manifest.length,
    platform: { os: "linux", architecture },
  }));
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [...manifests, attestation],
    }),
  );
}

/** Files of a Python package as an installer leaves them. */
export function installed(
  directory: string,
  name: string,
  version: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const place = `${directory}/${name}-${version}.dist-info`;
  const extra = Object.entries(more).map(([file, text]) => [`${place}/${file}`, text]);
  return {
    [`${place}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nVersion: 9.9 of the description\n`,
    ...Object.fromEntries(extra),
  };
}

export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** A layer as it unpacks. */
export async function packLayer(entries: ComposedLayer["entries"]): Promise<Buffer> {
  const archive = pack();
  const mtime = new Date(0); // the same files give the same digest, whenever that is asked
  for (const [name, entry] of Object.entries(entries)) {
    if (typeof entry === "string")
      archive.entry({ name, mtime, type: name.endsWith("/") ? "directory" : "file" }, entry);
    else if ("link" in entry) archive.entry({ name, mtime, type: "link", linkname: entry.link });
    else archive.entry({ name, mtime, type: "symlink", linkname: entry.symlink });
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function compress(bytes: Buffer, compression: "gzip" | "zstd" | "none"): Buffer {
  if (compression === "none") return bytes;
  return compression === "gzip" ? gzipSync(bytes) : zstdCompressSync(bytes);
}
