import { Readable } from "node:stream";

import { extract } from "tar-stream";

export interface ReadArchive {
  readonly config: {
    readonly os: string;
    readonly architecture: string;
    readonly created: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly rootfs: { readonly diff_ids: readonly string[] };
  };
  /** As they stand in the archive, lowest first. */
  readonly layers: readonly Buffer[];
}

/** Takes a small docker-archive apart. */
export async function readArchive(content: Uint8Array): Promise<ReadArchive> {
  const files = new Map<string, Buffer>();
  const entries = extract();
  Readable.from([Buffer.from(content)]).pipe(entries);
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  const read = (name: string): Buffer => {
    const found = files.get(name);
    if (found === undefined) throw new Error(`the archive has no ${name}, only ${[...files.keys()].join(", ")}`);
    return found;
  };
  const [manifest] = JSON.parse(read("manifest.json").toString()) as { Config: string; Layers: string[] }[];
  if (manifest === undefined) throw new Error("the archive holds no image");
  return {
    config: JSON.parse(read(manifest.Config).toString()) as ReadArchive["config"],
    layers: manifest.Layers.map(read),
  };
}
