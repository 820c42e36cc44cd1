import { parseObject } from "./parse-manifest.ts";

export const manifestTypes = {
  ociImage: "application/vnd.oci.image.manifest.v1+json",
  ociIndex: "application/vnd.oci.image.index.v1+json",
  dockerImage: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
} as const;

/**
 * Under which type a registry wants to be given a manifest: the one it says itself, which the OCI's need not do.
 * @throws HubfleetError IMAGE_UNREADABLE
 */
export function manifestType(text: string, name: string): string {
  const { mediaType, manifests } = parseObject(text, name);
  if (typeof mediaType === "string") return mediaType;
  return Array.isArray(manifests) ? manifestTypes.ociIndex : manifestTypes.ociImage;
}
