import { gzipSync } from "node:zlib";

import { pack } from "tar-stream";

import { type ComposedLayer, digestOf, packLayer } from "./compose-image.ts";

export interface ComposedArchive {
  readonly layers: readonly (Buffer | ComposedLayer["entries"])[];
  readonly architecture?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether the layers are packed already. @default false */
  readonly isGzipped?: boolean;
  /** Members that are written as they are, in place of those that belong there. */
  readonly instead?: Readonly<Record<string, Buffer | { readonly symlink: string } | undefined>>;
}

/** A docker-archive as builders write them. */
export async function composeArchive(image: ComposedArchive): Promise<Buffer> {
  const layers = await Promise.all(
    image.layers.map(async (one) => (Buffer.isBuffer(one) ? one : await packLayer(one))),
  );
  const config = {
    architecture: image.architecture ?? "amd64",
    os: "linux",
    config: { User: "1000", Labels: image.labels ?? {} },
    rootfs: { type: "layers", diff_ids: layers.map(digestOf) },
  };
  const configName = `${digestOf(Buffer.from(JSON.stringify(config))).slice("sha256:".length)}.json`;
  const names = layers.map((layer) => `${digestOf(layer).slice("sha256:".length)}/layer.tar`);
  const manifest = [{ Config: configName, RepoTags: ["lab:test"], Layers: names }];
  const members: Record<string, Buffer | { readonly symlink: string } | undefined> = {
    ...Object.fromEntries(
      layers.map((layer, index) => [names[index], image.isGzipped === true ? gzipSync(layer) : layer]),
    ),
    [configName]: Buffer.from(JSON.stringify(config)),
    "manifest.json": Buffer.from(JSON.stringify(manifest)),
    ...image.instead,
  };
  const archive = pack();
  for (const [name, content] of Object.entries(members)) {
    if (content === undefined) continue;
    if (Buffer.isBuffer(content)) archive.entry({ name, mtime: new Date(0) }, content);
    else archive.entry({ name, mtime: new Date(0), type: "symlink", linkname: content.symlink });
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
