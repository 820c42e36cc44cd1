import { createHash } from "node:crypto";

import { pack } from "tar-stream";

/** An image of the twin: what it holds, and what its builder would write of it. */
export interface PretendedImage {
  readonly platform: string;
  /** Path → text of every file, upper layers over lower ones. */
  readonly files: Readonly<Record<string, string>>;
  /** Each layer's tar, lowest first. */
  readonly layers: readonly Uint8Array[];
  readonly config: {
    readonly Env?: readonly string[];
    readonly User?: string;
    readonly WorkingDir?: string;
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>>;
  };
  readonly created: string;
}

/** The same files and time give the same bytes. */
export async function packFiles(files: Readonly<Record<string, string>>, seconds: number): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([name, text]) => [name.replace(/^\//, ""), Buffer.from(text)] as const);
  return packEntries(entries, seconds);
}

/** What `docker save` writes. */
export async function packDockerArchive(image: PretendedImage, name: string): Promise<Uint8Array> {
  const [os = "", architecture = ""] = image.platform.split("/");
  const digests = image.layers.map(digestHex);
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os,
      created: image.created,
      config: image.config,
      rootfs: { type: "layers", diff_ids: digests.map((digest) => `sha256:${digest}`) },
      history: digests.map(() => ({ created: image.created })),
    }),
  );
  const configName = `${digestHex(config)}.json`;
  const layerNames = digests.map((digest) => `${digest}.tar`);
  const manifest = [{ Config: configName, RepoTags: [name], Layers: layerNames }];
  const layers = layerNames.map((layer, index) => [layer, Buffer.from(image.layers[index] ?? [])] as const);
  const unique = new Map([
    ...layers,
    [configName, config] as const,
    ["manifest.json", Buffer.from(JSON.stringify(manifest))] as const,
  ]);
  return packEntries([...unique], 0);
}

async function packEntries(entries: readonly (readonly [string, Buffer])[], seconds: number): Promise<Uint8Array> {
  const archive = pack();
  const mtime = new Date(seconds * 1000);
  for (const [name, content] of entries) archive.entry({ name, mtime }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function digestHex(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
