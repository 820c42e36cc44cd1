import { createHash } from "node:crypto";

import { parseConfig } from "../../image/container/parse-config.ts";
import { fitsPlatform } from "../../image/container/parse-manifest.ts";
import type { LargeFiles } from "../../ports/large-files.ts";
import { type ArchiveMember, brokenArchive, findMembers, readBytes } from "./archive-members.ts";
import { unpackLayer } from "./unpack-layer.ts";

/** An image as a builder handed it over. */
export interface ArchivedImage {
  readonly config: Buffer;
  readonly configDigest: string;
  /** The lowest first. */
  readonly layers: readonly ArchivedLayer[];
}

export interface ArchivedLayer {
  /** Digest of what it unpacks to. */
  readonly diffId: string;
  /** Bytes in the archive. */
  readonly size: number;
  /** What it unpacks to; ends in an error when that is not what the config says. */
  readonly read: () => AsyncIterable<Uint8Array>;
}

export interface Archive {
  /** "linux/amd64": what the image was built for. */
  readonly platform: string;
  /** Absolute path of a docker-archive. */
  readonly file: string;
}

const mostDocumentBytes = 8 * 1024 * 1024;

/**
 * Reads a docker-archive as far as its config; layers are read when somebody wants them.
 * @throws HubfleetError ARCHIVE_BROKEN
 */
export async function readArchive(
  { file, platform }: Archive,
  files: Pick<LargeFiles, "size" | "read">,
): Promise<ArchivedImage> {
  const member = await findMembers(files, file);
  const document = async (name: string): Promise<Buffer> => {
    const { start, size } = member(name);
    if (size > mostDocumentBytes) throw brokenArchive(`"${name}" has no end`);
    return await readBytes(files, file, { start, end: start + size });
  };
  const listed: unknown = parse(await document("manifest.json"), "manifest.json");
  if (!Array.isArray(listed) || listed.length !== 1) throw brokenArchive("it holds no image, or several");
  const { Config: configName, Layers: names } = Object(listed[0]) as Record<string, unknown>;
  if (typeof configName !== "string" || !isTexts(names))
    throw brokenArchive('"manifest.json" names no config or layers');
  const config = await document(configName);
  const { rootfs } = Object(parse(config, configName)) as Record<string, unknown>;
  const { diff_ids: diffIds } = Object(rootfs) as Record<string, unknown>;
  if (!isTexts(diffIds) || diffIds.length !== names.length || !diffIds.every(isDigest)) {
    throw brokenArchive("its config names other layers than its manifest");
  }
  const built = parseConfig(config.toString("utf8"), file).platform;
  // Some builders leave the variant out.
  if (!fitsPlatform(built, platform) && !fitsPlatform(platform, built))
    throw brokenArchive(`it is for ${built}, not for ${platform}`);
  return {
    config,
    configDigest: `sha256:${createHash("sha256").update(config).digest("hex")}`,
    layers: diffIds.map((diffId, index) => {
      const place = member(names[index] ?? "");
      return { diffId, size: place.size, read: () => readLayer({ place, diffId, file, files }) };
    }),
  };
}

interface LayerPlace {
  readonly place: ArchiveMember;
  readonly diffId: string;
  readonly file: string;
  readonly files: Pick<LargeFiles, "read">;
}

async function* readLayer({ place, diffId, file, files }: LayerPlace): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  const packed = files.read(file, { start: place.start, end: place.start + place.size });
  try {
    for await (const chunk of unpackLayer(packed)) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    throw typeof code === "string" && /^Z(?:STD)?_/.test(code)
      ? brokenArchive("a layer of it cannot be unpacked")
      : error;
  }
  if (`sha256:${hash.digest("hex")}` !== diffId)
    throw brokenArchive(`a layer of it is not "${diffId}", as its config says`);
}

function parse(content: Buffer, name: string): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    throw brokenArchive(`"${name}" is no JSON`);
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
