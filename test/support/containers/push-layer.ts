import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

import type { DockerRegistry } from "../docker-registry.ts";

/**
 * Puts an image of one layer into a registry; answers its reference by digest. Large layers are compressed, as builders do it;
 * small ones are not, which registries allow as well.
 */
export async function pushLayer(
  registry: Pick<DockerRegistry, "host" | "pushBlob" | "pushManifest">,
  layer: Buffer,
  { repository, path }: { readonly repository: string; readonly path: string },
): Promise<string> {
  const isLarge = layer.length > 20_000_000;
  const blob = isLarge ? gzipSync(layer, { level: 1 }) : layer;
  const created = "1970-01-01T00:00:00Z";
  const config = Buffer.from(
    JSON.stringify({
      os: "linux",
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      created,
      config: { Env: [`PATH=${path}`], Cmd: ["sh"] },
      rootfs: { type: "layers", diff_ids: [`sha256:${createHash("sha256").update(layer).digest("hex")}`] },
      history: [{ created, created_by: "tests" }],
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {
        mediaType: "application/vnd.oci.image.config.v1+json",
        digest: await registry.pushBlob(repository, config),
        size: config.length,
      },
      layers: [
        {
          mediaType: `application/vnd.oci.image.layer.v1.tar${isLarge ? "+gzip" : ""}`,
          digest: await registry.pushBlob(repository, blob),
          size: blob.length,
        },
      ],
    }),
  );
  return `${registry.host}/${repository}@${await registry.pushManifest(repository, manifest)}`;
}
