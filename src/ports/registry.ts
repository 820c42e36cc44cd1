import type { ImageReference, ImageRepository } from "../image/container/image-reference.ts";

/**
 * Registries of container images, as far as reading goes. What comes back is what the digest names, to the byte, or an
 * error.
 */
export interface Registry {
  /**
   * What is kept under the digest: an image's manifest, or a list of several.
   * @throws HubfleetError IMAGE_NOT_FOUND, REGISTRY_LOGIN, REGISTRY_DENIED, REGISTRY_UNREACHABLE,
   *   REGISTRY_CERTIFICATE, DIGEST_MISMATCH
   */
  manifest(reference: ImageReference, signal: AbortSignal): Promise<string>;
  /**
   * A config or layer, as it arrives; never held as a whole. Bytes that are not what the digest names end in an error
   * after the last one, so nothing may be believed before that.
   * @throws HubfleetError as `manifest`, while it is iterated
   */
  blob(repository: ImageRepository, digest: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Bytes to be uploaded. */
export interface BlobSource {
  readonly digest: string;
  readonly size: number;
  /** The bytes from an offset on; called again when an upload has to go on or to begin anew. */
  readonly read: (from: number) => AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  /** Another repository of the same registry that has the blob: it may be taken from there without any bytes sent. */
  readonly mountFrom?: string;
  readonly signal: AbortSignal;
}

/** Registries as a place to keep images. What is written is what its digest names, or the call ends in an error. */
export interface WritableRegistry extends Registry {
  /** The digest that a tag names; undefined where there is no such tag, or no such repository. */
  resolve(repository: ImageRepository, tag: string, signal: AbortSignal): Promise<string | undefined>;
  /** Every tag of a repository, sorted; none where there is no such repository. */
  tags(repository: ImageRepository, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Begins an upload and cancels it: whether there is a way to the registry, the login works and may write there.
   * Nothing is left behind.
   * @throws HubfleetError REGISTRY_UNREACHABLE, REGISTRY_CERTIFICATE, REGISTRY_LOGIN, REGISTRY_DENIED,
   *   REPOSITORY_ABSENT, REGISTRY_FULL, REGISTRY_REFUSED
   */
  checkPush(repository: ImageRepository, signal: AbortSignal): Promise<void>;
  hasBlob(repository: ImageRepository, digest: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Uploads a blob; fine when it is there already. A line that breaks is no error until it has broken several times;
   * what the source throws is passed on. Answers how it came there.
   * @throws HubfleetError as `checkPush`
   */
  uploadBlob(repository: ImageRepository, blob: BlobSource, options: UploadOptions): Promise<"uploaded" | "mounted">;
  /**
   * Keeps a manifest or a list under its digest, and under the tag where one is given: the tag then names it, whatever
   * it named before. All that the manifest names must be there. Answers the digest.
   * @throws HubfleetError as `checkPush`, DIGEST_MISMATCH
   */
  putManifest(
    place: ImageRepository & { readonly tag?: string | undefined },
    text: string,
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Removes a manifest, and with it the tags that name it; fine when it is absent. Its layers stay until the registry
   * collects them. Answers whether it was there.
   * @throws HubfleetError as `checkPush`; REGISTRY_REFUSED where the registry lets nothing be removed
   */
  removeManifest(repository: ImageRepository, digest: string, signal: AbortSignal): Promise<boolean>;
}
