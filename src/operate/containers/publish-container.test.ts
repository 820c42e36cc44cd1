import { expect, it } from "vitest";

import { createLargeFilesMemory } from "../../adapters/large-files/large-files-memory.ts";
import { createRegistryMemory } from "../../adapters/registry/registry-memory.ts";
import {
  aBase,
  above,
  aPublishingWorld as aWorld,
  below,
  elsewhere,
  onAmd64,
  onArm64,
  packedOtherwise,
  target,
} from "../../../test/support/a-publishing-world.ts";
import { composeArchive } from "../../../test/support/compose-archive.ts";
import { digestOf, packLayer } from "../../../test/support/compose-image.ts";

it("puts layers, config and manifest, and last the tag", async () => {
  const world = aWorld();
  const deeds: string[] = [];
  world.registry.trouble = (deed, what) => void (/upload|put/i.test(deed) && deeds.push(`${deed} ${what}`));

  const published = await world.publish();

  const { tags, kept } = world.registry.contents(target);
  expect(tags).toEqual({ v1: published.digest });
  expect(kept).toHaveLength(4);
  expect(published).toMatchObject({ platforms: [{ platform: "linux/amd64", digest: published.digest }], keptBytes: 0 });
  expect(published.uploadedBytes).toBeGreaterThan(0);
  expect(deeds.filter((deed) => deed.startsWith("put")).slice(-1)).toEqual(["putManifest v1"]);
  expect(world.files.paths()).toEqual(["/amd64.tar", "/arm64.tar"]);
  expect(world.events.filter((event) => event.startsWith("done"))).toHaveLength(2);
});

it("keeps the tag for the end, also where the place that it is given has one", async () => {
  const world = aWorld();
  const tagged: string[] = [];
  world.registry.trouble = (deed, what) => void (deed === "putManifest" && tagged.push(what));

  const { digest } = await world.publish({ target: { ...target, tag: "v1" } as typeof target });

  expect(tagged).toEqual([digest, "v1"]);
});

it("makes the same digest anywhere, of layers that came packed or not", async () => {
  const once = await aWorld().publish();
  const packed = createLargeFilesMemory({ "/x": await composeArchive({ layers: [below, above], isGzipped: true }) });
  const again = await aWorld().publish({ files: packed, archives: [{ ...onAmd64, file: "/x" }] });

  expect(again).toEqual(once);
});

it("puts a list where there are several platforms, and what they share once", async () => {
  const world = aWorld();

  const published = await world.publish({ archives: [onArm64, onAmd64] });

  const list = await world.registry.manifest({ ...target, digest: published.digest }, new AbortController().signal);
  expect(JSON.parse(list)).toMatchObject({
    manifests: [{ platform: { architecture: "amd64" } }, { platform: { architecture: "arm64" } }],
  });
  expect(published.platforms.map(({ platform }) => platform)).toEqual(["linux/arm64", "linux/amd64"]);
  // Three layers, two configs.
  expect(world.registry.uploaded).toHaveLength(5);
  expect(new Set(world.registry.uploaded).size).toBe(5);
});

it("does nothing when it is all there", async () => {
  const world = aWorld();
  const first = await world.publish({ archives: [onAmd64, onArm64] });
  const uploads = world.registry.uploaded.length;

  const second = await world.publish({ archives: [onAmd64, onArm64] });

  expect(second.digest).toBe(first.digest);
  expect(second).toMatchObject({ uploadedBytes: 0, keptBytes: expect.any(Number) });
  expect(second.keptBytes).toBeGreaterThan(first.uploadedBytes);
  expect(world.registry.uploaded).toHaveLength(uploads);
});

it.each([
  ["mounts", { ...target, repository: "team/base" }],
  ["copies from another registry", elsewhere],
  ["finds beside it", target],
])("%s the layers of the base as the base has them", async (way, place) => {
  const world = aWorld();
  const base = aBase(world.registry, place);

  const published = await world.publish({ base });

  const manifest = await world.registry.manifest({ ...target, digest: published.digest }, new AbortController().signal);
  const layer = digestOf(packedOtherwise(below));
  expect(JSON.parse(manifest)).toMatchObject({
    layers: [{ digest: layer, mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" }, {}],
  });
  expect(world.registry.uploaded.includes(layer)).toBe(place.registry !== target.registry);
  expect(published.keptBytes > 0).toBe(way !== "copies from another registry");
});

it("takes for each platform the layers that the base has for it", async () => {
  const world = aWorld();
  const bases = [aBase(world.registry, elsewhere), aBase(world.registry, elsewhere, [below], "arm64")];
  const list = bases.map(({ digest }, index) => ({
    digest,
    size: 1,
    platform: { os: "linux", architecture: ["amd64", "arm64"][index] },
  }));
  const digest = world.registry.add(elsewhere, JSON.stringify({ manifests: list }));
  const lacking = world.registry.add(elsewhere, JSON.stringify({ manifests: list.slice(0, 1) }));
  const both = { archives: [onAmd64, onArm64] };

  const published = await world.publish({ ...both, base: { ...elsewhere, digest } });

  const layer = digestOf(packedOtherwise(below));
  for (const one of published.platforms) {
    const manifest = await world.registry.manifest({ ...target, ...one }, new AbortController().signal);
    expect(JSON.parse(manifest)).toMatchObject({ layers: [{ digest: layer }, {}] });
  }
  await expect(world.publish({ ...both, tag: "v2", base: { ...elsewhere, digest: lacking } })).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    hint: "it is built for: linux/amd64",
  });
});

it("says that the base is not there", async () => {
  const base = { ...elsewhere, digest: `sha256:${"1".repeat(64)}` };

  await expect(aWorld().publish({ base })).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
});

it("ends in one tag with one digest when two publish at once", async () => {
  const registry = createRegistryMemory();

  const both = await Promise.all([aWorld(registry).publish(), aWorld(registry).publish()]);

  expect(both[0].digest).toBe(both[1].digest);
  expect(registry.contents(target).tags).toEqual({ v1: both[0].digest });
});

it("takes over an image that another machine packed otherwise", async () => {
  const world = aWorld();
  const other = aBase(world.registry, target, [below, above]);
  await world.registry.putManifest({ ...target, tag: "v1" }, other.text, new AbortController().signal);

  const published = await world.publish();

  expect(published).toMatchObject({ digest: other.digest, uploadedBytes: 0 });
});

it.each(["before", "while"])("writes nothing over a tag that another image was given %s it worked", async (when) => {
  const world = aWorld();
  const { signal } = new AbortController();
  const stranger = aBase(world.registry, target, [below]);
  const take = async (): Promise<string> =>
    await world.registry.putManifest({ ...target, tag: "v1" }, stranger.text, signal);
  let isTaken = when === "before";
  if (isTaken) await take();
  world.registry.trouble = (deed) => {
    if (deed === "afterPut" && !isTaken) {
      isTaken = true;
      void take();
    }
    return undefined;
  };

  await expect(world.publish()).rejects.toMatchObject({ code: "TAG_MOVED" });
  expect(world.registry.contents(target).tags).toEqual({ v1: stranger.digest });
});

it("takes no artefact of another kind for its image", async () => {
  const world = aWorld();
  const { signal } = new AbortController();
  const chart = JSON.stringify({ schemaVersion: 1, name: "of docker's first format" });
  world.registry.tag({ ...target, tag: "v1" }, world.registry.add(target, chart));

  await expect(world.publish()).rejects.toMatchObject({ code: "TAG_MOVED" });
  expect(await world.registry.resolve(target, "v1", signal)).toBe(digestOf(Buffer.from(chart)));
});

it("tags nothing that is read back otherwise than it was written", async () => {
  const world = aWorld();
  const { digest } = await aWorld().publish();
  world.registry.damage(digest);

  await expect(world.publish()).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
  expect(world.registry.contents(target).tags).toEqual({});
});

it("tags nothing of an archive whose layer is not what its config says", async () => {
  const name = `${digestOf(above).slice(7)}/layer.tar`;
  const archive = await composeArchive({ layers: [below, above], instead: { [name]: await packLayer({ x: "y" }) } });
  const world = aWorld();

  await expect(
    world.publish({ files: createLargeFilesMemory({ "/x": archive }), archives: [{ ...onAmd64, file: "/x" }] }),
  ).rejects.toMatchObject({ code: "ARCHIVE_BROKEN" });
  expect(world.registry.contents(target).tags).toEqual({});
});
