import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { BlobSource, Registry, WritableRegistry } from "../../ports/registry.ts";

/** How a blob came to where it is wanted. */
export type Carried = "kept" | "mounted" | "uploaded";

export interface CarryProps {
  readonly registry: WritableRegistry;
  readonly from: ImageRepository;
  readonly to: ImageRepository;
  readonly signal: AbortSignal;
}

/** Sees to it that a repository has a blob that another one has, of whatever registry; never held as a whole. */
export async function carryBlob(
  { digest, size }: { readonly digest: string; readonly size: number },
  { registry, from, to, signal }: CarryProps,
): Promise<Carried> {
  if (await registry.hasBlob(to, digest, signal)) return "kept";
  const source: BlobSource = { digest, size, read: (start) => readFrom(registry, { from, digest, start, signal }) };
  const mount =
    from.registry === to.registry && from.repository !== to.repository ? { mountFrom: from.repository } : {};
  return await registry.uploadBlob(to, source, { ...mount, signal });
}

interface Wanted {
  readonly from: ImageRepository;
  readonly digest: string;
  readonly start: number;
  readonly signal: AbortSignal;
}

/** A blob is proved by all of its bytes, so all of them are read; those before the start are left out. */
async function* readFrom(
  registry: Pick<Registry, "blob">,
  { from, digest, start, signal }: Wanted,
): AsyncGenerator<Uint8Array> {
  let left = start;
  for await (const chunk of registry.blob(from, digest, signal)) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}
