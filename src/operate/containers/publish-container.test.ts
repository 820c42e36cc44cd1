import { gzipSync } from "node:zlib";

import { expect, it } from "vitest";

import { createLargeFilesMemory, type LargeFilesMemory } from "../../adapters/large-files/large-files-memory.ts";
import { createRegistryMemory, type RegistryMemory } from "../../adapters/registry/registry-memory.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageReference } from "../../image/container/image-reference.ts";
import { composeArchive } from "../../../test/support/compose-archive.ts";
import { digestOf, packLayer } from "../../../test/support/compose-image.ts";
import { publishContainer, type Published, type PublishProps } from "./publish-container.ts";

const target = { registry: "registry.example.org", repository: "team/lab" };
const elsewhere = { registry: "quay.io", repository: "pangeo/base" };
const [below, above, arm] = await Promise.all([
  packLayer({ "usr/bin/python": "the base".repeat(500) }),
  packLayer({ "srv/conda": "our own".repeat(500) }),
  packLayer({ "srv/conda": "for other machines".repeat(500) }),
]);
const archives = {
  "/amd64.tar": await composeArchive({ layers: [below, above] }),
  "/arm64.tar": await composeArchive({ layers: [below, arm], architecture: "arm64" }),
};
const onAmd64 = { platform: "linux/amd64", file: "/amd64.tar" };
const onArm64 = { platform: "linux/arm64", file: "/arm64.tar" };

interface World {
  readonly registry: RegistryMemory;
  readonly files: LargeFilesMemory;
  readonly events: string[];
  publish(change?: Partial<PublishProps>): Promise<Published>;
}

function aWorld(registry = createRegistryMemory()): World {
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

it("says that the base is not there", async () => {
  const base = { ...elsewhere, digest: `sha256:${"1".repeat(64)}` };

  await expect(aWorld().publish({ base })).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
});

it("leaves no tag and no file whatever fails, and is finished by the next run", async () => {
  const expected = await aFaultyWorld(Infinity).publish();
  const steps = expected.steps;
  expect(steps).toBeGreaterThan(20);

  for (let fails = 0; fails < steps; fails += 1) {
    const world = aFaultyWorld(fails);
    const ending = await world.publish().catch((error: unknown) => error);
    // The last looks at the tag come after it is put: then it is the right one.
    const { tags } = world.registry.contents(target);
    expect(ending).toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    expect([undefined, expected.published.digest]).toContain(tags["v1"]);
    expect(tags["v1"] === undefined || fails === steps - 1 || world.lastDeed === "afterPut").toBe(true);
    expect(world.files.paths()).toEqual(["/amd64.tar", "/arm64.tar"]);

    world.registry.trouble = () => undefined;
    const { digest } = await world.again();
    expect(digest).toBe(expected.published.digest);
    expect(world.registry.contents(target)).toEqual(expected.contents);
    expect(new Set(world.registry.uploaded).size).toBe(world.registry.uploaded.length);
  }
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

/** An image that another builder put there: the same layers, packed otherwise. */
function aBase(
  registry: RegistryMemory,
  place: typeof target,
  layers: readonly Buffer[] = [below],
): ImageReference & { readonly text: string } {
  const config = Buffer.from(
    layers.length === 1
      ? JSON.stringify({ os: "linux", architecture: "amd64", rootfs: { diff_ids: layers.map(digestOf) } })
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

function packedOtherwise(layer: Buffer): Buffer {
  return gzipSync(layer, { level: 1 });
}

/** The config of an archive, to the byte. */
function configOf(archive: Buffer): string {
  return /\{"architecture":.*?\]\}\}/.exec(archive.toString("latin1"))?.[0] ?? "";
}

interface FaultyWorld {
  readonly registry: RegistryMemory;
  readonly files: LargeFilesMemory;
  readonly lastDeed: string;
  publish(): Promise<{ published: Published; steps: number; contents: ReturnType<RegistryMemory["contents"]> }>;
  again(): Promise<Published>;
}

/** A world whose registry fails at the nth thing that it is asked for, and at everything after. */
function aFaultyWorld(fails: number): FaultyWorld {
  const world = aWorld();
  const given = { archives: [onAmd64, onArm64], base: aBase(world.registry, elsewhere) };
  let [steps, lastDeed] = [0, ""];
  world.registry.trouble = (deed) => {
    steps += 1;
    if (steps <= fails) return undefined;
    if (lastDeed === "") lastDeed = deed;
    return new HubfleetError("REGISTRY_UNREACHABLE", { message: `down at ${deed}` });
  };
  return {
    ...world,
    get lastDeed() {
      return lastDeed;
    },
    again: () => world.publish(given),
    publish: async () => ({
      published: await world.publish(given),
      steps,
      contents: world.registry.contents(target),
    }),
  };
}
