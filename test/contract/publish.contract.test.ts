import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { afterAll, afterEach, beforeEach, expect, it } from "vitest";

import { createLargeFilesDisk } from "../../src/adapters/large-files/large-files-disk.ts";
import { createRegistryMemory } from "../../src/adapters/registry/registry-memory.ts";
import { copyContainer } from "../../src/operate/containers/copy-container.ts";
import { publishContainer, type Published, type PublishProps } from "../../src/operate/containers/publish-container.ts";
import type { LargeFiles } from "../../src/ports/large-files.ts";
import { composeArchive } from "../support/compose-archive.ts";
import { packLayer } from "../support/compose-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { aRegistryClient, type RegistryClientProps } from "../support/registry-client.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const root = await mkdtemp(join(tmpdir(), "hubfleet-publish-"));
afterAll(() => rm(root, { recursive: true, force: true }));
const suite = skipSuiteUnless(
  tool("docker-registry"),
  "docker-registry is not installed (Debian: apt-get install docker-registry)",
);
const { signal } = new AbortController();

suite("publishing to a docker-registry", () => {
  let [storage, registry, archive]: [string, DockerRegistry, string] = ["", undefined as never, ""]; // made before each test
  let count = 0;

  beforeEach(async () => {
    const directory = join(root, String((count += 1)));
    storage = `${directory}.storage`;
    archive = `${directory}.tar`;
    registry = await startDockerRegistry({ storage });
    // What cannot be packed: so that a layer is as large on the way.
    const layers = [
      await packLayer({ "usr/bin/python": "the base" }),
      await packLayer({ data: randomBytes(1_000_000).toString("hex") }),
    ];
    await writeFile(archive, await composeArchive({ layers }));
  });
  afterEach(() => registry.stop());

  it("keeps an image that is there to the byte, and sends nothing the second time", async () => {
    const published = await publish();

    expect(await publish()).toMatchObject({ digest: published.digest, uploadedBytes: 0 });
    expect(await tagged()).toBe(published.digest);
    expect(await readdir(join(root, "scratch"))).toEqual([]);
  });

  it.each([
    ["a layer is on its way", "the layer"],
    ["a manifest is about to be written", "PUT"],
  ])("ends in one image when the registry is killed while %s and comes back for the next run", async (_, when) => {
    const expected = await digestElsewhere();
    let isKilled = false;
    const strike = async (): Promise<void> => {
      if (!isKilled) await registry.kill();
      isKilled = true;
    };
    const client = aRegistryClient();
    const putManifest: PublishProps["registry"]["putManifest"] = async (...given) => {
      await strike();
      return await client.putManifest(...given);
    };
    const change = when === "PUT" ? { registry: { ...client, putManifest } } : { files: strikingFiles(strike) };

    await expect(publish(change)).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    expect(isKilled).toBe(true);
    await registry.start();
    expect(await tagged()).toBeUndefined();

    expect(await publish()).toMatchObject({ digest: expected });
    expect(await tagged()).toBe(expected);
    // Two layers, a config, a manifest.
    expect(await keptBlobs()).toHaveLength(4);
  });

  it("ends in one image whichever request the registry is killed before", async () => {
    await writeFile(
      archive,
      await composeArchive({ layers: [{ "usr/bin/python": "the base" }, { data: "and more" }] }),
    );
    const expected = await digestElsewhere();
    let requests = 0;
    const tally = async (): Promise<void> => void (requests += 1);
    const on = (name: number): Pick<PublishProps, "target"> => ({
      target: { ...place(), repository: `team/lab-${name}` },
    });
    await publish({ ...on(0), registry: aRegistryClient({ beforeRequest: tally }) });
    expect(requests).toBeGreaterThan(12);

    for (let killed = 1; killed <= requests; killed += 1) {
      let left = killed;
      const strike = async (): Promise<void> => {
        left -= 1;
        if (left === 0) await registry.kill();
      };

      await expect(
        publish({ ...on(killed), registry: aRegistryClient({ beforeRequest: strike }) }),
      ).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
      await registry.start();
      // Only the last look at the tag comes after it is put.
      expect(await tagged(on(killed).target)).toBe(killed === requests ? expected : undefined);
      expect((await publish(on(killed))).digest).toBe(expected);
      expect(await tagged(on(killed).target)).toBe(expected);
    }
    expect(await keptBlobs()).toHaveLength(4);
  });

  it("goes on by itself when the registry is only started anew", async () => {
    const expected = await digestElsewhere();
    let [killed, started]: (Promise<void> | undefined)[] = [];
    const strike = (): Promise<void> => (killed ??= registry.kill());
    const meanwhile = async (): Promise<void> => {
      await killed;
      await (started ??= registry.start());
    };

    const published = await publish({
      files: strikingFiles(strike),
      registry: aRegistryClient({ meanwhile }),
    });

    expect(published.digest).toBe(expected);
    expect(await tagged()).toBe(expected);
    expect(await keptBlobs()).toHaveLength(4);
  });

  it("has one tag with one digest when two publish at once", async () => {
    // For an instant docker-registry cannot give back what somebody else writes again.
    const client = aRegistryClient({ meanwhile: () => wait(50) });
    const publishers = ["one", "two"].map((name) => publish({ scratch: join(root, name), registry: client }));
    const both = await Promise.all(publishers);

    expect(both[0]?.digest).toBe(both[1]?.digest);
    expect(await tagged()).toBe(both[0]?.digest);
    expect(await keptBlobs()).toHaveLength(4);
  });

  it("says that nothing may be written for now, and that nothing may be removed", async () => {
    const { digest } = await publish();
    await registry.stop();
    registry = await startDockerRegistry({ storage, isReadOnly: true, allowsRemoval: false });
    const client = aRegistryClient();

    expect(await publish()).toMatchObject({ digest, uploadedBytes: 0 });
    const refused = { code: "REGISTRY_REFUSED" };
    await expect(client.checkPush(place(), signal)).rejects.toMatchObject(refused);
    await expect(publish({ tag: "v2" })).rejects.toMatchObject(refused);
    await expect(client.removeManifest(place(), digest, signal)).rejects.toMatchObject(refused);
    expect(await client.tags(place(), signal)).toEqual(["v1"]);
  });

  it("copies an image to another registry and keeps its digest", async () => {
    const mirror = await startDockerRegistry();
    try {
      const { digest } = await publish();
      const to = { registry: mirror.host, repository: "mirrored/lab" };
      const props = { registry: aRegistryClient(), name: "image/lab", report: () => undefined, signal };

      const copied = await copyContainer({ ...place(), digest }, { ...to, tag: "v1" }, props);

      expect(copied.digest).toBe(digest);
      expect(copied.uploadedBytes).toBeGreaterThan(1_000_000);
      expect(await aRegistryClient().resolve(to, "v1", signal)).toBe(digest);
    } finally {
      await mirror.stop();
    }
  });

  function place(): { readonly registry: string; readonly repository: string } {
    return { registry: registry.host, repository: "team/lab" };
  }

  function publish(change: Partial<PublishProps> = {}): Promise<Published> {
    return publishContainer({
      archives: [{ platform: "linux/amd64", file: archive }],
      target: place(),
      tag: "v1",
      registry: aRegistryClient(limits),
      files: createLargeFilesDisk(),
      scratch: join(root, "scratch"),
      name: "image/lab",
      report: () => undefined,
      signal,
      ...change,
    });
  }

  function tagged(target = place()): Promise<string | undefined> {
    return aRegistryClient().resolve(target, "v1", signal);
  }

  async function digestElsewhere(): Promise<string> {
    const target = { registry: "registry.example.org", repository: "team/lab" };
    return (await publish({ target, registry: createRegistryMemory() })).digest;
  }

  async function keptBlobs(): Promise<readonly string[]> {
    const blobs = await readdir(join(storage, "docker/registry/v2/blobs/sha256"), { recursive: true });
    return blobs.filter((path) => path.endsWith("/data"));
  }
});

const limits: RegistryClientProps = { pieceBytes: 300_000 };

/** Files of which something strikes when the large layer, packed, is half sent. */
function strikingFiles(strike: () => Promise<void>): LargeFiles {
  const disk = createLargeFilesDisk();
  return {
    ...disk,
    async *read(path, range) {
      let bytes = 0;
      for await (const chunk of disk.read(path, range)) {
        bytes += chunk.length;
        if (path.endsWith(".gz") && bytes > 500_000) await strike();
        yield chunk;
      }
    },
  };
}
