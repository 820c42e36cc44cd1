import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { createLargeFilesDisk } from "../../src/adapters/large-files/large-files-disk.ts";
import { createLargeFilesMemory } from "../../src/adapters/large-files/large-files-memory.ts";

const root = await mkdtemp(join(tmpdir(), "hubfleet-large-"));
afterAll(() => rm(root, { recursive: true, force: true }));
const subjects = { disk: createLargeFilesDisk(), memory: createLargeFilesMemory() };

describe.each(Object.entries(subjects))("large files: %s", (_, files) => {
  it("keeps what is written, replaces it, and forgets it", async () => {
    const path = join(root, "deep", "one");

    expect(await files.write(path, pieces("first, and longer"))).toBe(17);
    expect(await files.write(path, pieces("sec", "ond"))).toBe(6);
    expect(await files.size(path)).toBe(6);
    expect(await text(files.read(path, { start: 0 }))).toBe("second");
    await files.remove(path);
    await files.remove(path);
    expect(await files.size(path)).toBeUndefined();
    await expect(text(files.read(path, { start: 0 }))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("reads the part that is wanted", async () => {
    const path = join(root, "two");
    await files.write(path, pieces("0123456789"));

    expect(await text(files.read(path, { start: 3, end: 6 }))).toBe("345");
    expect(await text(files.read(path, { start: 8, end: 100 }))).toBe("89");
    expect(await text(files.read(path, { start: 4, end: 4 }))).toBe("");
  });

  it("leaves nothing of what could not be written to its end", async () => {
    const path = join(root, "three");
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      throw new Error("the source broke");
    };

    await expect(files.write(path, broken())).rejects.toThrow("the source broke");
    expect(await files.size(path)).toBeUndefined();
  });
});

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const one of texts) yield Buffer.from(one);
}

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}
