import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { Registry } from "../../ports/registry.ts";

const mostBytes = 8 * 1024 * 1024;

/** A blob that is held as a whole, such as a config. @throws HubfleetError IMAGE_UNREADABLE for one without an end */
export async function readSmallBlob(
  registry: Pick<Registry, "blob">,
  { digest, ...place }: ImageRepository & { readonly digest: string },
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of registry.blob(place, digest, signal)) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      throw new HubfleetError("IMAGE_UNREADABLE", { message: `"${name}" has a config without an end` });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
