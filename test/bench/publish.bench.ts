import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { pack } from "tar-stream";

import { createLargeFilesDisk } from "../../src/adapters/large-files/large-files-disk.ts";
import type { ImageReference } from "../../src/image/container/image-reference.ts";
import { publishContainer, type PublishProps } from "../../src/operate/containers/publish-container.ts";
import { digestOf } from "../support/compose-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { aRegistryClient } from "../support/registry-client.ts";

/**
 * Publishing an image of 1 GB, of which 0.9 GB are its base's, to a docker-registry on this machine. Figures, no
 * assertions. A third of the bytes cannot be packed, as of real images.
 */
const root = await mkdtemp(join(tmpdir(), "hubfleet-bench-publish-"));
const layers = Array.from({ length: 10 }, () => layerOf(100_000_000));
const archive = join(root, "image.tar");
await writeArchive();
const packed = layers.slice(0, 9).map((layer) => gzipSync(layer, { level: 1 }));
const { signal } = new AbortController();

for (const where of ["another repository of the registry", "another registry", "nowhere: all layers are our own"]) {
  const registry = await startDockerRegistry();
  const other = where === "another registry" ? await startDockerRegistry() : registry;
  const base = where.startsWith("nowhere") ? undefined : await pushBase(other);
  const first = await timed(() => publish(registry, base));
  tell(`base in ${where}`, first.milliseconds, words(first.result));
  const second = await timed(() => publish(registry, base));
  tell("  the same again", second.milliseconds, words(second.result));
  await registry.stop();
  if (other !== registry) await other.stop();
}
console.log(
  `most memory of this process, which holds the layers to compose them: ${process.resourceUsage().maxRSS >> 10} MB`,
);
await rm(root, { recursive: true, force: true });

function publish(registry: DockerRegistry, base: ImageReference | undefined): ReturnType<typeof publishContainer> {
  const props: PublishProps = {
    archives: [{ platform: "linux/amd64", file: archive }],
    base,
    target: { registry: registry.host, repository: "team/lab" },
    tag: "v1",
    registry: aRegistryClient(),
    files: createLargeFilesDisk(),
    scratch: join(root, "scratch"),
    name: "image/lab",
    report: () => undefined,
    signal,
  };
  return publishContainer(props);
}

async function pushBase(registry: DockerRegistry): Promise<ImageReference> {
  const repository = "team/base";
  const config = Buffer.from(configOf(9));
  const configType = "application/vnd.oci.image.config.v1+json";
  const type = "application/vnd.oci.image.layer.v1.tar+gzip";
  const descriptors = [];
  for (const layer of packed) {
    descriptors.push({ mediaType: type, digest: await registry.pushBlob(repository, layer), size: layer.length });
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: configType, digest: await registry.pushBlob(repository, config), size: config.length },
    layers: descriptors,
  };
  const digest = await registry.pushManifest(repository, Buffer.from(JSON.stringify(manifest)));
  return { registry: registry.host, repository, digest };
}

async function writeArchive(): Promise<void> {
  const config = configOf(10);
  const name = `${digestOf(Buffer.from(config)).slice(7)}.json`;
  const names = layers.map((_, index) => `${index}/layer.tar`);
  const stream = pack();
  const file = await open(archive, "wx");
  const writing = file.writeFile(stream as AsyncIterable<Buffer>);
  for (const [index, layer] of layers.entries()) stream.entry({ name: names[index] ?? "" }, layer);
  stream.entry({ name }, config);
  stream.entry({ name: "manifest.json" }, JSON.stringify([{ Config: name, RepoTags: null, Layers: names }]));
  stream.finalize();
  await writing;
  await file.close();
}

function configOf(count: number): string {
  const diffIds = layers.slice(0, count).map((layer) => `sha256:${createHash("sha256").update(layer).digest("hex")}`);
  return JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: diffIds },
  });
}

function layerOf(bytes: number): Buffer {
  const layer = Buffer.alloc(bytes, "def compute(values): return sum(value * 2 for value in values)\n");
  for (let at = 1_000; at + 1_000 < bytes; at += 3_000) randomBytes(1_000).copy(layer, at);
  return layer;
}

async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly milliseconds: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - begun };
}

function words({ uploadedBytes, keptBytes }: { readonly uploadedBytes: number; readonly keptBytes: number }): string {
  return `${(uploadedBytes / 1e6).toFixed(0)} MB sent, ${(keptBytes / 1e6).toFixed(0)} MB there`;
}

function tell(what: string, milliseconds: number, result: string): void {
  console.log(`${what.padEnd(50)} ${(milliseconds / 1000).toFixed(2).padStart(8)} s  ${result}`);
}
