import { gzipSync } from "node:zlib";

import { createLargeFilesMemory, type LargeFilesMemory } from "../../src/adapters/large-files/large-files-memory.ts";
import { createRegistryMemory, type RegistryMemory } from "../../src/adapters/registry/registry-memory.ts";
import type { ImageReference } from "../../src/image/container/image-reference.ts";
import { publishContainer, type Published, type PublishProps } from "../../src/operate/containers/publish-container.ts";
import { composeArchive } from "./compose-archive.ts";
import { digestOf, packLayer } from "./compose-image.ts";

export const target = { registry: "registry.example.org", repository: "team/lab" };
export const elsewhere = { registry: "quay.io", repository: "pangeo/base" };
export const [below, above, arm] = await Promise.all([
  packLayer({ "usr/bin/python": "the base".repeat(500) }),
  packLayer({ "srv/conda": "our own".repeat(500) }),
  packLayer({ "srv/conda": "for other machines".repeat(500) }),
]);
export const archives = {
  "/amd64.tar": await composeArchive({ layers: [below, above] }),
  "/arm64.tar": await composeArchive({ layers: [below, arm], architecture: "arm64" }),
};
export const onAmd64 = { platform: "linux/amd64", file: "/amd64.tar" };
export const onArm64 = { platform: "linux/arm64", file: "/arm64.tar" };

/** A registry, a disk and two archives, all only remembered. */
export interface PublishingWorld {
  readonly registry: RegistryMemory;
  readonly files: LargeFilesMemory;
  readonly events: string[];
  publish(change?: Partial<PublishProps>): Promise<Published>;
}

export function aPublishingWorld(registry = createRegistryMemory()): PublishingWorld {
  const files = createLargeFilesMemory(archives);
  const events: string[] = [];
  const { signal } = new AbortController();
  const usual = {
    target,
    registry,
    files,
    signal,
    tag: "v1",
    scratch: "/scratch",
    name: "image/lab",
    archives: [onAmd64],
  };
  const report: PublishProps["report"] = ({ text, state }) => void events.push(`${state} ${text}`);
  return { registry, files, events, publish: (change) => publishContainer({ ...usual, report, ...change }) };
}

/** An image that another builder put there: the same layers, packed otherwise. */
export function aBase(
  registry: RegistryMemory,
  place: typeof target,
  layers: readonly Buffer[] = [below],
  architecture = "amd64",
): ImageReference & { readonly text: string } {
  const config = Buffer.from(
    layers.length === 1
      ? JSON.stringify({ os: "linux", architecture, rootfs: { diff_ids: layers.map(digestOf) } })
      : configOf(archives["/amd64.tar"]),
  );
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: { digest: registry.add(place, config), size: config.length },
    layers: layers.map((layer) => {
      const packed = packedOtherwise(layer);
      const mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip";
      return { mediaType, digest: registry.add(place, packed), size: packed.length };
    }),
  });
  return { ...place, digest: registry.add(place, text), text };
}

export function packedOtherwise(layer: Buffer): Buffer {
  return gzipSync(layer, { level: 1 });
}

/** The config of an archive, to the byte. */
function configOf(archive: Buffer): string {
  return /\{"architecture":.*?\]\}\}/.exec(archive.toString("latin1"))?.[0] ?? "";
}
