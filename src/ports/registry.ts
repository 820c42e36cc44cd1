import type { ImageReference, ImageRepository } from "../image/container/image-reference.ts";

/**
 * Registries of container images, as far as reading goes. What comes back is what the digest names, to the byte, or an
 * error.
 */
export interface Registry {
  /**
   * What is kept under the digest: an image's manifest, or a list of several.
   * @throws HubfleetError IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE, DIGEST_MISMATCH
   */
  manifest(reference: ImageReference, signal: AbortSignal): Promise<string>;
  /**
   * A config or layer, as it arrives; never held as a whole. Bytes that are not what the digest names end in an error
   * after the last one, so nothing may be believed before that.
   * @throws HubfleetError as `manifest`, while it is iterated
   */
  blob(repository: ImageRepository, digest: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
