import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { createStateFilesMemory } from "../../src/adapters/state-files/state-files-memory.ts";
import type { StateFiles } from "../../src/ports/state-files.ts";

const subjects: Readonly<Record<string, () => StateFiles>> = {
  disk: createStateFilesDisk,
  memory: () => createStateFilesMemory(),
};

describe.each(Object.entries(subjects))("state files, to the byte: %s", (_name, create) => {
  let files: StateFiles;
  let root: string;

  beforeEach(async () => {
    files = create();
    root = await mkdtemp(join(tmpdir(), "hubfleet-state-"));
  });
  afterEach(async () => rm(root, { recursive: true, force: true }));

  it("keep what is no text", async () => {
    const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x00, 0xff, 0xfe]);

    expect(await files.ensureFile(`${root}/logo.png`, bytes, 0o600)).toBe(true);
    expect(await files.ensureFile(`${root}/logo.png`, bytes, 0o600)).toBe(false);
    await files.copy(`${root}/logo.png`, `${root}/copy/logo.png`);

    expect([...((await files.readBytes(`${root}/copy/logo.png`)) ?? [])]).toEqual([...bytes]);
    expect(await files.size(`${root}/copy/logo.png`)).toBe(bytes.length);
    expect(await files.digest(`${root}/copy/logo.png`)).toBe(await files.digest(`${root}/logo.png`));
  });

  it("give what others put there where it is a plain file, and not too large", async () => {
    await files.ensureFile(`${root}/a`, "12345", 0o600);
    await files.ensureDirectory(`${root}/directory`, 0o700);

    expect(Buffer.from((await files.readForeign(`${root}/a`, 5)) as Uint8Array).toString()).toBe("12345");
    expect(await files.readForeign(`${root}/a`, 4)).toEqual({ refused: "it is too large" });
    expect(await files.readForeign(`${root}/directory`, 5)).toEqual({ refused: "it is no plain file" });
    expect(await files.readForeign(`${root}/nothing`, 5)).toBeUndefined();
  });

  it("give the bytes of texts, and nothing where there is nothing", async () => {
    await files.ensureFile(`${root}/a.txt`, "größer\n", 0o600);

    expect(new TextDecoder().decode(await files.readBytes(`${root}/a.txt`))).toBe("größer\n");
    expect(await files.ensureFile(`${root}/a.txt`, new TextEncoder().encode("größer\n"), 0o600)).toBe(false);
    expect(await files.readBytes(`${root}/nothing`)).toBeUndefined();
  });
});
