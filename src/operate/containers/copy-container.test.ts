import { expect, it } from "vitest";

import { createRegistryMemory, type RegistryMemory } from "../../adapters/registry/registry-memory.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageReference } from "../../image/container/image-reference.ts";
import { composeImage, composeList } from "../../../test/support/compose-image.ts";
import { type Copied, copyContainer } from "./copy-container.ts";

const source = { registry: "quay.io", repository: "team/lab" };
const mirror = { registry: "registry.example.org", repository: "mirrored/lab" };
const { signal } = new AbortController();

it("copies a list with all that it names, to the byte, and last its tag", async () => {
  const registry = createRegistryMemory();
  const from = await aList(registry);

  const copied = await copy(registry, from, { ...mirror, tag: "v1" });

  expect(copied.digest).toBe(from.digest);
  expect(registry.uploaded).toHaveLength(new Set(registry.uploaded).size);
  const { tags, kept } = registry.contents(mirror);
  expect(tags).toEqual({ v1: from.digest });
  expect(kept).toEqual(registry.contents(source).kept);
});

it("copies attestations with the list that names them, without which its digest could not stay", async () => {
  const registry = createRegistryMemory();
  const { digest: image } = await anImage(registry, "attested");
  const statement = registry.add(source, '{"_type":"https://in-toto.io/Statement/v0.1"}');
  const empty = registry.add(source, "{}");
  const layers = [{ mediaType: "application/vnd.in-toto+json", digest: statement, size: 45 }];
  const attestation = registry.add(source, JSON.stringify({ config: { digest: empty, size: 2 }, layers }));
  const manifests = [
    { digest: image, size: 1, platform: { os: "linux", architecture: "amd64" } },
    { digest: attestation, size: 1, platform: { os: "unknown", architecture: "unknown" } },
  ];
  const digest = registry.add(source, JSON.stringify({ manifests }));

  await copy(registry, { ...source, digest }, mirror);

  expect(registry.contents(mirror).kept).toEqual(registry.contents(source).kept);
});

it("sends only what is absent", async () => {
  const registry = createRegistryMemory();
  const from = await aList(registry);
  const first = await copy(registry, from, mirror);
  const read = registry.read.length;

  expect(await copy(registry, from, mirror)).toEqual({ digest: from.digest, uploadedBytes: 0, keptBytes: 0 });
  expect(registry.read).toHaveLength(read);
  expect(first.uploadedBytes).toBeGreaterThan(0);
});

it("sends no byte to another repository of the same registry", async () => {
  const registry = createRegistryMemory();
  const from = await aList(registry);

  const copied = await copy(registry, from, { ...source, repository: "team/other" });

  expect(copied).toMatchObject({ uploadedBytes: 0 });
  expect(copied.keptBytes).toBeGreaterThan(0);
  expect(registry.read).toEqual([]);
});

it("leaves the mirror without image and tag whatever fails, and is finished by the next run", async () => {
  let steps = 0;
  const counted = createRegistryMemory();
  const { digest, ...place } = await aList(counted);
  counted.trouble = () => void (steps += 1);
  await copy(counted, { ...place, digest }, { ...mirror, tag: "v1" });
  expect(steps).toBeGreaterThan(15);

  for (let fails = 0; fails < steps; fails += 1) {
    const registry = createRegistryMemory();
    const from = await aList(registry);
    let [left, last] = [fails, ""];
    registry.trouble = (deed) => {
      if ((left -= 1) >= 0) return undefined;
      last ||= deed;
      return new HubfleetError("REGISTRY_UNREACHABLE", { message: `down at ${deed}` });
    };

    await expect(copy(registry, from, { ...mirror, tag: "v1" })).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
    });
    const { tags } = registry.contents(mirror);
    expect(tags["v1"] === undefined || last === "afterPut" || fails === steps - 1).toBe(true);

    registry.trouble = () => undefined;
    await copy(registry, from, { ...mirror, tag: "v1" });
    expect(registry.contents(mirror).tags).toEqual({ v1: digest });
    expect(registry.contents(mirror).kept).toEqual(registry.contents(source).kept);
    expect(new Set(registry.uploaded).size).toBe(registry.uploaded.length);
  }
});

it("writes nothing over a tag that names another image", async () => {
  const registry = createRegistryMemory();
  const from = await aList(registry);
  const other = await anImage(registry, "other");
  await copy(registry, other, { ...mirror, tag: "v1" });

  await expect(copy(registry, from, { ...mirror, tag: "v1" })).rejects.toMatchObject({ code: "TAG_MOVED" });
  expect(registry.contents(mirror).tags).toEqual({ v1: other.digest });
});

it("keeps nothing of a source whose bytes are not what their digest names", async () => {
  const registry = createRegistryMemory();
  const from = await anImage(registry, "damaged");
  const layer = (JSON.parse(await registry.manifest(from, signal)) as { layers: { digest: string }[] }).layers[0];
  registry.damage(layer?.digest ?? "");

  await expect(copy(registry, from, mirror)).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  expect(registry.contents(mirror).kept).not.toContain(from.digest);
});

function copy(
  registry: RegistryMemory,
  from: ImageReference,
  to: Parameters<typeof copyContainer>[1],
): Promise<Copied> {
  return copyContainer(from, to, { registry, name: "image/lab", report: () => undefined, signal });
}

async function anImage(registry: RegistryMemory, text: string, architecture = "amd64"): Promise<ImageReference> {
  const layers = [{ entries: { "etc/base": "shared" } }, { entries: { "etc/motd": text } }];
  const manifest = await composeImage({ layers, architecture }, (content) => registry.add(source, content));
  return { ...source, digest: registry.add(source, manifest) };
}

/** Two platforms that share a layer; without attestations, which stand for nothing here. */
async function aList(registry: RegistryMemory): Promise<ImageReference> {
  const images = await Promise.all(
    ["amd64", "arm64"].map(async (architecture) => {
      const { digest } = await anImage(registry, architecture, architecture);
      return { architecture, manifest: Buffer.from(await registry.manifest({ ...source, digest }, signal)) };
    }),
  );
  const list = JSON.parse(composeList(images).toString()) as { manifests: object[] };
  return {
    ...source,
    digest: registry.add(source, JSON.stringify({ ...list, manifests: list.manifests.slice(0, 2) })),
  };
}
