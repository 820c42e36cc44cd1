import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { chmod, link, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";

describe("state files: only a disk can", () => {
  const files = createStateFilesDisk();
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-state-"));
  });

  afterEach(async () => {
    process.umask(0o022);
    await rm(root, { recursive: true, force: true });
  });

  it("show readers the old content or the new one while it is replaced", async () => {
    const contents = ["a", "b", "c", "d", "e", "f"].map((letter) => letter.repeat(1_000_000));
    await files.ensureFile(`${root}/file`, contents[0] as string, 0o600);

    const writing = { isDone: false };
    const writer = (async () => {
      for (const content of contents) await files.ensureFile(`${root}/file`, content, 0o600);
      writing.isDone = true;
    })();
    const seen = new Set<string>();
    while (!writing.isDone) seen.add(await readFile(`${root}/file`, "utf8"));
    await writer;

    expect([...seen].filter((content) => !contents.includes(content))).toEqual([]);
  });

  it("follow nothing that others put there, and wait for nothing", async () => {
    await writeFile(`${root}/secret`, "secret");
    symlinkSync(`${root}/secret`, `${root}/link`);
    symlinkSync(`${root}/nothing`, `${root}/dangling`);
    await link(`${root}/secret`, `${root}/second name`);
    expect(spawnSync("mkfifo", [`${root}/pipe`]).status).toBe(0);

    for (const name of ["link", "dangling", "second name", "pipe"]) {
      expect([name, await files.readForeign(`${root}/${name}`, 100)]).toEqual([
        name,
        { refused: "it is no plain file" },
      ]);
    }
  });

  it("replace what a killed writer left beside the file", async () => {
    await writeFile(`${root}/.file.new`, "half");

    await files.ensureFile(`${root}/file`, "whole", 0o600);

    expect(await readdir(root)).toEqual(["file"]);
  });

  it("be given modes whatever the operator's umask is", async () => {
    process.umask(0o077);

    await files.ensureFile(`${root}/one/two/file`, "", 0o644);
    await files.ensureDirectory(`${root}/three/four`, 0o755);

    const modes = ["one", "one/two", "three", "three/four", "one/two/file"].map(
      async (path) => (await stat(join(root, path))).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o711, 0o711, 0o711, 0o755, 0o644]);
  });

  it("leave the mode of parents that were there already", async () => {
    await mkdir(`${root}/present`);
    await chmod(`${root}/present`, 0o750);

    await files.ensureFile(`${root}/present/new/file`, "", 0o600);

    expect((await stat(`${root}/present`)).mode & 0o777).toBe(0o750);
  });

  it("tail a big file without reading it, and without a cut line", async () => {
    const line = "x".repeat(99);
    await writeFile(`${root}/log`, `${`${line}\n`.repeat(500_000)}end\n`);
    await writeFile(`${root}/long`, `${"y".repeat(10_000)}ü\nlast\n`);

    const before = performance.now();
    expect(await files.tail(`${root}/log`, 3)).toEqual([line, line, "end"]);
    expect(performance.now() - before).toBeLessThan(100);
    expect(await files.tail(`${root}/long`, 2)).toEqual(["last"]);
  });

  it("not be tricked by a link that appears under the name of a draft", async () => {
    await writeFile(`${root}/precious`, "kept");
    symlinkSync(`${root}/precious`, `${root}/.file.new`);

    await files.ensureFile(`${root}/file`, "new", 0o600);

    expect(await readFile(`${root}/precious`, "utf8")).toBe("kept");
  });
});
