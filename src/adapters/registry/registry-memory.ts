import { createHash } from "node:crypto";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { Registry } from "../../ports/registry.ts";

export interface RegistryMemory extends Registry {
  /** Keeps content and answers its digest. */
  add(repository: ImageRepository, content: string | Uint8Array): string;
  /** Sends other bytes for a digest from now on. */
  damage(digest: string): void;
  /** Repositories that this account may not read. */
  readonly denied: Set<string>;
  /** Digests of the blobs that were asked for, in their order. */
  readonly read: readonly string[];
}

/** Registries that are only remembered. */
export function createRegistryMemory(): RegistryMemory {
  const contents = new Map<string, Buffer>();
  const denied = new Set<string>();
  const read: string[] = [];
  const damaged = new Set<string>();
  const find = ({ registry, repository }: ImageRepository, digest: string): Buffer => {
    const place = `${registry}/${repository}`;
    if (denied.has(place)) {
      throw new HubfleetError("REGISTRY_DENIED", {
        message: `"${registry}" does not let this account read "${repository}"`,
      });
    }
    const content = contents.get(`${place}@${digest}`);
    if (content === undefined) {
      throw new HubfleetError("IMAGE_NOT_FOUND", { message: `"${registry}" has no "${repository}@${digest}"` });
    }
    if (damaged.has(digest)) {
      throw new HubfleetError("DIGEST_MISMATCH", { message: `"${registry}" sent other bytes than "${digest}"` });
    }
    return content;
  };
  return {
    denied,
    read,
    add: ({ registry, repository }, content) => {
      const bytes = Buffer.from(content);
      const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      contents.set(`${registry}/${repository}@${digest}`, bytes);
      return digest;
    },
    damage: (digest) => void damaged.add(digest),
    manifest: async (reference) => find(reference, reference.digest).toString("utf8"),
    async *blob(repository, digest) {
      read.push(digest);
      const content = find(repository, digest);
      for (let start = 0; start < content.length; start += 1_000) yield content.subarray(start, start + 1_000);
    },
  };
}
