import { manifestTypes } from "./manifest-type.ts";

/** What a manifest says of a layer. */
export interface LayerDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes, packed. */
  readonly size: number;
}

export interface ImageParts {
  readonly config: { readonly digest: string; readonly size: number };
  /** The lowest first. */
  readonly layers: readonly LayerDescriptor[];
}

export interface PlatformManifest {
  readonly digest: string;
  readonly size: number;
  /** "linux/amd64" */
  readonly platform: string;
}

export const gzippedLayer = "application/vnd.oci.image.layer.v1.tar+gzip";

/** The manifest of one image, to the byte the same for the same parts: https://github.com/opencontainers/image-spec. */
export function assembleManifest({ config, layers }: ImageParts): string {
  const configType = "application/vnd.oci.image.config.v1+json";
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestTypes.ociImage,
    config: { mediaType: configType, digest: config.digest, size: config.size },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  });
}

/** The list of one image for several platforms; their order does not matter. */
export function assembleIndex(images: readonly PlatformManifest[]): string {
  const sorted = images.toSorted((one, other) => (one.platform < other.platform ? -1 : 1));
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestTypes.ociIndex,
    manifests: sorted.map(({ digest, size, platform }) => {
      const [os, architecture, variant] = platform.split("/");
      const parts = { architecture, os, ...(variant === undefined ? {} : { variant }) };
      return { mediaType: manifestTypes.ociImage, digest, size, platform: parts };
    }),
  });
}

/**
 * The OCI's name for the type of another image's layer; undefined where the layer cannot be used again, because it lies
 * elsewhere, must not be handed on, or is locked.
 */
export function layerType(mediaType: string): string | undefined {
  const known: Readonly<Record<string, string>> = {
    "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip": gzippedLayer,
    "application/vnd.docker.image.rootfs.diff.tar.zstd": "application/vnd.oci.image.layer.v1.tar+zstd",
  };
  if (/^application\/vnd\.oci\.image\.layer\.v1\.tar(?:\+gzip|\+zstd)?$/.test(mediaType)) return mediaType;
  return known[mediaType];
}
