import { gzipSync } from "node:zlib";

import { expect, it } from "vitest";

import { createLargeFilesMemory } from "../../adapters/large-files/large-files-memory.ts";
import { composeArchive, type ComposedArchive } from "../../../test/support/compose-archive.ts";
import { digestOf, packLayer } from "../../../test/support/compose-image.ts";
import { type ArchivedImage, readArchive } from "./read-archive.ts";

const layers = [{ "etc/motd": "below" }, { "etc/motd": "above", [`${"deep/".repeat(60)}file`]: "long name" }];
const names = await Promise.all(layers.map(async (one) => `${digestOf(await packLayer(one)).slice(7)}/layer.tar`));

it.each([false, true])("reads config and layers, packed or not (%s)", async (isGzipped) => {
  const image = await read({ layers, isGzipped, labels: { a: "b" } });

  expect(image.configDigest).toBe(digestOf(image.config));
  expect(JSON.parse(image.config.toString())).toMatchObject({ config: { Labels: { a: "b" } } });
  expect(await Promise.all(image.layers.map(async (layer) => digestOf(await content(layer.read()))))).toEqual(
    image.layers.map(({ diffId }) => diffId),
  );
});

it("follows the links that docker writes for layers which are the same", async () => {
  const same = [{ "etc/motd": "twice" }, { "etc/motd": "other" }];
  const [first = "", second = ""] = await Promise.all(
    same.map(async (one) => `${digestOf(await packLayer(one)).slice(7)}/layer.tar`),
  );
  const bytes = await packLayer({ "etc/motd": "other" });
  const image = await read({
    layers: same,
    instead: { [second]: { symlink: `../real/layer.tar` }, "real/layer.tar": bytes },
  });

  expect(first).not.toBe(second);
  expect(digestOf(await content(image.layers[1]?.read() ?? nothing()))).toBe(digestOf(bytes));
});

it.each<readonly [string, Partial<ComposedArchive>, string]>([
  ["no manifest", { instead: { "manifest.json": undefined } }, 'it lacks "manifest.json"'],
  ["a manifest that is no JSON", { instead: { "manifest.json": Buffer.from("{") } }, '"manifest.json" is no JSON'],
  ["two images", { instead: { "manifest.json": Buffer.from("[{},{}]") } }, "it holds no image, or several"],
  [
    "a manifest without layers",
    { instead: { "manifest.json": Buffer.from('[{"Config":"x"}]') } },
    '"manifest.json" names no config or layers',
  ],
  ["a layer too few", { instead: { [names[0] ?? ""]: undefined } }, `it lacks "${names[0]}"`],
  [
    "a name that leads out of it",
    { instead: { "../../etc/passwd": Buffer.from("x") } },
    '"../../etc/passwd" leads out of it',
  ],
  ["an absolute name", { instead: { "/etc/passwd": Buffer.from("x") } }, '"/etc/passwd" leads out of it'],
  [
    "a link that leads out of it",
    { instead: { [names[0] ?? ""]: { symlink: "../../x" } } },
    '"../../x" leads out of it',
  ],
  ["a link to itself", { instead: { [names[0] ?? ""]: { symlink: "layer.tar" } } }, `it lacks "${names[0]}"`],
  ["another platform", { architecture: "arm64" }, "it is for linux/arm64, not for linux/amd64"],
])("refuses an archive with %s", async (_, change, why) => {
  await expect(read({ layers, ...change })).rejects.toMatchObject({
    code: "ARCHIVE_BROKEN",
    message: `the builder's archive cannot be used: ${why}`,
  });
});

it.each<readonly [string, Buffer, string]>([
  ["other bytes", Buffer.from("not what was promised"), "as its config says"],
  ["packed bytes that end too early", gzipSync(Buffer.alloc(100_000, "x")).subarray(0, 100), "cannot be unpacked"],
])("ends a layer in an error where it is %s", async (_, bytes, words) => {
  const image = await read({ layers, instead: { [names[1] ?? ""]: bytes } });

  expect((await content(image.layers[0]?.read() ?? nothing())).length).toBeGreaterThan(0);
  await expect(content(image.layers[1]?.read() ?? nothing())).rejects.toThrow(words);
});

it("refuses an archive that is cut off anywhere", async () => {
  const whole = await composeArchive({ layers: [{ "etc/motd": "one" }] });

  for (let bytes = 0; bytes < whole.length - 1_536; bytes += 256) {
    const files = createLargeFilesMemory({ "/archive": whole.subarray(0, bytes) });
    await expect(readArchive({ platform: "linux/amd64", file: "/archive" }, files)).rejects.toMatchObject({
      code: "ARCHIVE_BROKEN",
    });
  }
});

it("says that there is no archive, or another kind of file", async () => {
  const files = createLargeFilesMemory({ "/archive": Buffer.alloc(5_000, "text") });
  const broken = { code: "ARCHIVE_BROKEN" };

  await expect(readArchive({ platform: "linux/amd64", file: "/archive" }, files)).rejects.toMatchObject(broken);
  await expect(readArchive({ platform: "linux/amd64", file: "/none" }, files)).rejects.toMatchObject(broken);
});

async function read(image: ComposedArchive): Promise<ArchivedImage> {
  const files = createLargeFilesMemory({ "/archive": await composeArchive(image) });
  return await readArchive({ platform: "linux/amd64", file: "/archive" }, files);
}

async function content(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
