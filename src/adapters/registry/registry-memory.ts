import { createHash } from "node:crypto";

import type { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import { parseManifest } from "../../image/container/parse-manifest.ts";
import type { BlobSource, WritableRegistry } from "../../ports/registry.ts";
import {
  denied,
  type Deed,
  full,
  loginWanted,
  mismatch,
  notFound,
  refused,
  repositoryAbsent,
} from "./registry-failures.ts";

export interface RegistryMemory extends WritableRegistry {
  /** Keeps content and answers its digest. */
  add(repository: ImageRepository, content: string | Uint8Array): string;
  /** Has a tag name what is kept under a digest, whatever it is. */
  tag(place: ImageRepository & { readonly tag: string }, digest: string): void;
  /** Sends other bytes for a digest from now on. */
  damage(digest: string): void;
  /** What fails from now on: asked before everything that is done, with its name and the digest or tag it is about. */
  trouble: (deed: string, what: string) => HubfleetError | undefined;
  /** Registries that do not accept this login. */
  readonly wrongLogin: Set<string>;
  /** Repositories ("registry.example.org/team/lab") that this account may not read. */
  readonly denied: Set<string>;
  /** Repositories that this account may not write to. */
  readonly readOnly: Set<string>;
  /** Registries that have no room, that let nothing be removed, and whose repositories are made by hand. */
  readonly full: Set<string>;
  readonly keeping: Set<string>;
  readonly byHand: Set<string>;
  /** Digests of the blobs that were asked for, in their order. */
  readonly read: readonly string[];
  /** Digests of the blobs whose bytes were sent here, in their order. */
  readonly uploaded: readonly string[];
  /** What a repository holds: tags with their digests, and the digests of all that is kept. */
  contents(repository: ImageRepository): { readonly tags: Readonly<Record<string, string>>; readonly kept: string[] };
}

/** Registries that are only remembered. */
export function createRegistryMemory(): RegistryMemory {
  const repositories = new Map<string, { kept: Map<string, Buffer>; tags: Map<string, string> }>();
  const refusals = {
    wrongLogin: new Set<string>(),
    denied: new Set<string>(),
    readOnly: new Set<string>(),
    full: new Set<string>(),
  };
  const habits = { keeping: new Set<string>(), byHand: new Set<string>() };
  const [read, uploaded]: [string[], string[]] = [[], []];
  const damaged = new Set<string>();
  const open = (place: ImageRepository): { kept: Map<string, Buffer>; tags: Map<string, string> } => {
    const found = repositories.get(keyOf(place)) ?? { kept: new Map<string, Buffer>(), tags: new Map() };
    repositories.set(keyOf(place), found);
    return found;
  };
  const memory: RegistryMemory = {
    ...refusals,
    ...habits,
    read,
    uploaded,
    trouble: () => undefined,
    add: (place, content) => keep(Buffer.from(content), open(place).kept),
    tag: ({ tag, ...place }, digest) => void open(place).tags.set(tag, digest),
    damage: (digest) => void damaged.add(digest),
    contents: (place) => {
      const { tags, kept } = open(place);
      return { tags: Object.fromEntries(tags), kept: [...kept.keys()].sort() };
    },
    manifest: async (reference) => {
      meet("manifest", reference, reference.digest);
      return find(reference, reference.digest).toString("utf8");
    },
    async *blob(place, digest) {
      read.push(digest);
      meet("blob", place, digest);
      const content = find(place, digest);
      for (let start = 0; start < content.length; start += 1_000) yield content.subarray(start, start + 1_000);
    },
    resolve: async (place, tag) => {
      meet("resolve", place, tag);
      return repositories.get(keyOf(place))?.tags.get(tag);
    },
    tags: async (place) => {
      meet("tags", place, "");
      return [...(repositories.get(keyOf(place))?.tags.keys() ?? [])].sort();
    },
    checkPush: async (place) => meet("checkPush", place, ""),
    hasBlob: async (place, digest) => {
      meet("hasBlob", place, digest);
      return repositories.get(keyOf(place))?.kept.has(digest) ?? false;
    },
    uploadBlob: async (place, blob, { mountFrom, signal }) => {
      meet("uploadBlob", place, blob.digest);
      const there = mountFrom && repositories.get(keyOf({ ...place, repository: mountFrom }))?.kept.get(blob.digest);
      if (there !== undefined && there !== "") {
        open(place).kept.set(blob.digest, there);
        return "mounted";
      }
      const content = await readAll(blob, signal);
      if (digestOf(content) !== blob.digest || content.length !== blob.size) throw mismatch(place, blob.digest);
      uploaded.push(blob.digest);
      keep(content, open(place).kept);
      meet("afterUpload", place, blob.digest);
      return "uploaded";
    },
    putManifest: async ({ tag, ...place }, text) => {
      meet("putManifest", place, tag ?? digestOf(text));
      const { kept, tags } = open(place);
      const manifest = parseManifest(text, keyOf(place));
      const named =
        manifest.kind === "list"
          ? manifest.images.map(({ digest }) => digest)
          : [manifest.config, ...manifest.layers.map(({ digest }) => digest)];
      const missing = named.find((digest) => !kept.has(digest));
      if (missing !== undefined) throw refused(place, "write to", `it names "${missing}", which is not there`);
      const digest = keep(Buffer.from(text), kept);
      if (tag !== undefined) tags.set(tag, digest);
      meet("afterPut", place, tag ?? digest);
      return digest;
    },
    removeManifest: async (place, digest) => {
      meet("removeManifest", place, digest);
      if (memory.keeping.has(place.registry)) throw refused(place, "remove from");
      const { kept, tags } = open(place);
      for (const [tag, named] of tags) if (named === digest) tags.delete(tag);
      return kept.delete(digest);
    },
  };
  const meet = (deed: string, place: ImageRepository, what: string): void => {
    const trouble = memory.trouble(deed, what);
    if (trouble !== undefined) throw trouble;
    const kind: Deed = deed === "removeManifest" ? "remove from" : writing.has(deed) ? "write to" : "read";
    if (memory.wrongLogin.has(place.registry)) throw loginWanted(place, kind, { isKnown: true });
    if (memory.denied.has(keyOf(place))) throw denied(place, kind);
    if (kind !== "read" && memory.readOnly.has(keyOf(place))) throw denied(place, kind);
    if (kind !== "write to") return;
    if (memory.full.has(place.registry)) throw full(place, "");
    if (memory.byHand.has(place.registry) && !repositories.has(keyOf(place))) throw repositoryAbsent(place);
  };
  const find = (place: ImageRepository, digest: string): Buffer => {
    const content = repositories.get(keyOf(place))?.kept.get(digest);
    if (content === undefined) throw notFound(place, digest);
    if (damaged.has(digest)) throw mismatch(place, digest);
    return content;
  };
  return memory;
}

const writing: ReadonlySet<string> = new Set(["checkPush", "uploadBlob", "putManifest"]);

function keyOf({ registry, repository }: ImageRepository): string {
  return `${registry}/${repository}`;
}

function keep(content: Buffer, kept: Map<string, Buffer>): string {
  const digest = digestOf(content);
  kept.set(digest, content);
  return digest;
}

async function readAll(blob: BlobSource, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob.read(0)) {
    signal.throwIfAborted();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
