import { mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { createStateFilesMemory } from "../../src/adapters/state-files/state-files-memory.ts";
import type { StateFiles } from "../../src/ports/state-files.ts";

interface Subject {
  readonly files: StateFiles;
  readonly root: string;
  mode(path: string): Promise<number | undefined>;
  link(path: string, target: string): Promise<void>;
}

const subjects: Record<string, () => Promise<Subject>> = {
  disk: async () => ({
    files: createStateFilesDisk(),
    root: await mkdtemp(join(tmpdir(), "hubfleet-state-")),
    mode: async (path) => (await stat(path)).mode & 0o777,
    link: async (path, target) => symlink(target, path),
  }),
  memory: async () => {
    const files = createStateFilesMemory();
    await files.ensureDirectory("/state", 0o755);
    return {
      files,
      root: "/state",
      mode: async (path) => files.mode(path),
      link: async (path, target) => files.link(path, target),
    };
  },
};

describe.each(Object.keys(subjects))("state files: %s", (name) => {
  let subject: Subject;
  let files: StateFiles;
  let root: string;

  beforeEach(async () => {
    subject = await (subjects[name] as () => Promise<Subject>)(); // a key of the table
    ({ files, root } = subject);
  });

  afterEach(async () => {
    if (name === "disk") await rm(root, { recursive: true, force: true });
  });

  it("reads what it wrote, and undefined where there is nothing", async () => {
    await files.ensureFile(`${root}/a/b.json`, "größer\n", 0o600);

    expect(await files.read(`${root}/a/b.json`)).toBe("größer\n");
    expect(await files.read(`${root}/a/c.json`)).toBeUndefined();
    expect(await files.read(`${root}/a/b.json/d`)).toBeUndefined();
  });

  it("says whether it changed anything, by content and by mode", async () => {
    const path = `${root}/file`;

    expect(await files.ensureFile(path, "one", 0o600)).toBe(true);
    expect(await files.ensureFile(path, "one", 0o600)).toBe(false);
    expect(await files.ensureFile(path, "two", 0o600)).toBe(true);
    expect(await files.ensureFile(path, "two", 0o644)).toBe(true);
    expect(await files.ensureFile(path, "two", 0o644)).toBe(false);
    expect(await subject.mode(path)).toBe(0o644);
  });

  it("makes parents that others may pass through but not list", async () => {
    await files.ensureFile(`${root}/one/two/file`, "", 0o600);
    await files.ensureDirectory(`${root}/three/four`, 0o700);

    expect(await subject.mode(`${root}/one`)).toBe(0o711);
    expect(await subject.mode(`${root}/one/two`)).toBe(0o711);
    expect(await subject.mode(`${root}/three`)).toBe(0o711);
    expect(await subject.mode(`${root}/three/four`)).toBe(0o700);
  });

  it("sets the mode of a directory that is there already", async () => {
    await files.ensureDirectory(`${root}/directory`, 0o755);
    await files.ensureFile(`${root}/directory/file`, "kept", 0o600);

    await files.ensureDirectory(`${root}/directory`, 0o700);

    expect(await subject.mode(`${root}/directory`)).toBe(0o700);
    expect(await files.read(`${root}/directory/file`)).toBe("kept");
  });

  it("refuses a directory where a file is", async () => {
    await files.ensureFile(`${root}/file`, "", 0o600);

    await expect(files.ensureDirectory(`${root}/file`, 0o700)).rejects.toThrow("is not a directory");
    await expect(files.ensureDirectory(`${root}/file/below`, 0o700)).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  it("leaves nothing beside the file that it writes", async () => {
    await files.ensureFile(`${root}/file`, "one", 0o600);
    await files.ensureFile(`${root}/file`, "two", 0o600);

    expect(await files.list(root)).toEqual(["file"]);
  });

  it("takes away what a killed writer left, also where the content is right already", async () => {
    await files.ensureFile(`${root}/file`, "whole", 0o600);
    await files.ensureFile(`${root}/.file.new`, "ha", 0o600);

    expect(await files.ensureFile(`${root}/file`, "whole", 0o600)).toBe(false);

    expect(await files.list(root)).toEqual(["file"]);
  });

  it("lets several write the same file at once, and leaves what one of them wrote", async () => {
    const contents = Array.from({ length: 20 }, (_, index) => `${index} `.repeat(10_000));

    await Promise.all(contents.map(async (content) => files.ensureFile(`${root}/file`, content, 0o600)));

    expect(contents).toContain(await files.read(`${root}/file`));
    expect(await files.list(root)).toEqual(["file"]);
  });

  it("leaves nothing where it could not write", async () => {
    await files.ensureDirectory(`${root}/taken`, 0o700);

    await expect(files.ensureFile(`${root}/taken`, "text", 0o600)).rejects.toThrow("EISDIR");

    expect(await files.list(root)).toEqual(["taken"]);
  });

  it("adds lines, each of its own, also after one that a kill tore", async () => {
    await files.append(`${root}/journal`, "one");
    await files.append(`${root}/journal`, "zwölf");
    await files.ensureFile(`${root}/torn`, "one\ntw", 0o600);
    await files.append(`${root}/torn`, "three");

    expect(await files.read(`${root}/journal`)).toBe("one\nzwölf\n");
    expect(await files.read(`${root}/torn`)).toBe("one\ntw\nthree\n");
  });

  it("replaces a symbolic link by a file instead of writing through it", async () => {
    await files.ensureFile(`${root}/target`, "precious", 0o600);
    await subject.link(`${root}/file`, `${root}/target`);

    expect(await files.ensureFile(`${root}/file`, "new", 0o600)).toBe(true);

    expect(await files.read(`${root}/target`)).toBe("precious");
    expect(await files.read(`${root}/file`)).toBe("new");
  });

  it("removes trees, is content with nothing, and never follows a link", async () => {
    await files.ensureFile(`${root}/precious/file`, "kept", 0o600);
    await files.ensureFile(`${root}/tree/deep/file`, "", 0o600);
    await subject.link(`${root}/tree/link`, `${root}/precious`);
    await subject.link(`${root}/link`, `${root}/precious`);

    await files.remove(`${root}/tree`);
    await files.remove(`${root}/link`);
    await files.remove(`${root}/nothing`);
    await files.remove(`${root}/precious/file/below`);

    expect(await files.list(root)).toEqual(["precious"]);
    expect(await files.read(`${root}/precious/file`)).toBe("kept");
  });

  it("copies a file, and a tree over what was there", async () => {
    await files.ensureFile(`${root}/from/a`, "a", 0o644);
    await files.ensureFile(`${root}/from/inner/b`, "b", 0o644);
    await files.ensureFile(`${root}/to/old`, "old", 0o644);

    await files.copy(`${root}/from`, `${root}/to`);
    await files.copy(`${root}/from/a`, `${root}/deep/copy`);

    expect(await files.list(`${root}/to`)).toEqual(["a", "inner"]);
    expect(await files.read(`${root}/to/inner/b`)).toBe("b");
    expect(await files.read(`${root}/deep/copy`)).toBe("a");
    expect(await files.list(root)).toEqual(["deep", "from", "to"]);
  });

  it("refuses to copy a symbolic link, and leaves what was there", async () => {
    await files.ensureFile(`${root}/from/a`, "a", 0o644);
    await subject.link(`${root}/from/link`, "/etc/passwd");
    await files.ensureFile(`${root}/to/old`, "old", 0o644);

    await expect(files.copy(`${root}/from`, `${root}/to`)).rejects.toThrow("is a symbolic link");
    expect(await files.list(root)).toEqual(["from", "to"]);
    await expect(files.copy(`${root}/from/link`, `${root}/to`)).rejects.toThrow("is a symbolic link");

    expect(await files.list(`${root}/to`)).toEqual(["old"]);
    expect(await files.list(root)).toEqual(["from", "to"]);
  });

  it("fails to copy what is not there", async () => {
    await files.ensureFile(`${root}/to`, "old", 0o644);

    await expect(files.copy(`${root}/from`, `${root}/to`)).rejects.toThrow("ENOENT");

    expect(await files.read(`${root}/to`)).toBe("old");
  });

  it("lists names in order, and nothing where there is no directory", async () => {
    for (const path of ["b", "a", "c/inner"]) await files.ensureFile(`${root}/list/${path}`, "", 0o600);

    expect(await files.list(`${root}/list`)).toEqual(["a", "b", "c"]);
    expect(await files.list(`${root}/none`)).toEqual([]);
  });

  it("knows files, directories and links that lead nowhere", async () => {
    await files.ensureFile(`${root}/directory/file`, "", 0o600);
    await subject.link(`${root}/link`, `${root}/nowhere`);

    expect(await files.exists(`${root}/directory`)).toBe(true);
    expect(await files.exists(`${root}/directory/file`)).toBe(true);
    expect(await files.exists(`${root}/link`)).toBe(true);
    expect(await files.exists(`${root}/nowhere`)).toBe(false);
  });

  it("adds up the bytes of a tree", async () => {
    await files.ensureFile(`${root}/tree/a`, "12345", 0o600);
    await files.ensureFile(`${root}/tree/inner/b`, "ü", 0o600);

    expect(await files.size(`${root}/tree/a`)).toBe(5);
    expect(await files.size(`${root}/tree`)).toBe(7);
    expect(await files.size(`${root}/none`)).toBe(0);
  });

  it("gives a digest that depends on names and bytes alone", async () => {
    for (const tree of ["one", "two"]) {
      await files.ensureFile(`${root}/${tree}/a-b`, "1", tree === "one" ? 0o600 : 0o644);
      await files.ensureFile(`${root}/${tree}/a/c`, "2", 0o600);
    }
    await files.ensureFile(`${root}/two/a/__pycache__/c.pyc`, "compiled", 0o600);

    const digest = await files.digest(`${root}/one`);
    expect(digest).toBe("fda9f9cbc467db76223dbcd3bd4d3f8c602883fc586d37c602e94aa4a01034d6");
    expect(await files.digest(`${root}/two`)).toBe(digest);
    expect(await files.digest(`${root}/none`)).toBeUndefined();
    await files.ensureFile(`${root}/two/a/c`, "3", 0o600);
    expect(await files.digest(`${root}/two`)).not.toBe(digest);
  });

  it("answers the last lines of a file", async () => {
    await files.ensureFile(`${root}/log`, "one\ntwo\nthree\n", 0o600);
    await files.ensureFile(`${root}/empty`, "", 0o600);

    expect(await files.tail(`${root}/log`, 2)).toEqual(["two", "three"]);
    expect(await files.tail(`${root}/log`, 10)).toEqual(["one", "two", "three"]);
    expect(await files.tail(`${root}/empty`, 10)).toEqual([]);
    expect(await files.tail(`${root}/none`, 10)).toEqual([]);
  });

  it("rotates a file that has grown, over the one of the last time", async () => {
    await files.ensureFile(`${root}/log`, "older", 0o600);
    await files.rotate(`${root}/log`, 4);
    await files.ensureFile(`${root}/log`, "newer", 0o600);

    await files.rotate(`${root}/log`, 5);
    expect(await files.read(`${root}/log`)).toBe("newer");
    await files.rotate(`${root}/log`, 4);
    await files.rotate(`${root}/none`, 4);

    expect(await files.list(root)).toEqual(["log.1"]);
    expect(await files.read(`${root}/log.1`)).toBe("newer");
  });

  it("reads a log on in its earlier part, also where it was cut within a line, and rotates both", async () => {
    await files.ensureFile(`${root}/log.older`, "one\ntwo\nth", 0o600);
    await files.ensureFile(`${root}/log`, "ree\nfour\n", 0o600);
    await files.ensureFile(`${root}/fresh`, "", 0o600);
    await files.ensureFile(`${root}/fresh.older`, "one\ntwo\n", 0o600);

    expect(await files.tail(`${root}/log`, 1)).toEqual(["four"]);
    expect(await files.tail(`${root}/log`, 3)).toEqual(["two", "three", "four"]);
    expect(await files.tail(`${root}/log`, 9)).toEqual(["one", "two", "three", "four"]);
    expect(await files.tail(`${root}/fresh`, 9)).toEqual(["one", "two"]);

    await files.rotate(`${root}/log`, 0);
    expect(await files.tail(`${root}/log`, 9)).toEqual([]);
    expect(await files.tail(`${root}/log.1`, 3)).toEqual(["two", "three", "four"]);
    await files.ensureFile(`${root}/log`, "five\n", 0o600);
    await files.rotate(`${root}/log`, 0);
    expect(await files.tail(`${root}/log.1`, 9)).toEqual(["five"]);
  });

  it("moves a tree with all that is in it, in one step, and never onto something", async () => {
    await files.ensureFile(`${root}/old/a/b`, "1", 0o640);
    await files.ensureFile(`${root}/taken/c`, "2", 0o600);

    await files.move(`${root}/old`, `${root}/deep/new`);

    expect(await files.exists(`${root}/old`)).toBe(false);
    expect(await files.read(`${root}/deep/new/a/b`)).toBe("1");
    expect(await subject.mode(`${root}/deep/new/a/b`)).toBe(0o640);
    await expect(files.move(`${root}/deep/new`, `${root}/taken`)).rejects.toThrow("EEXIST");
    await expect(files.move(`${root}/deep/new/a/b`, `${root}/taken/c`)).rejects.toThrow("EEXIST");
    await expect(files.move(`${root}/none`, `${root}/other`)).rejects.toThrow("ENOENT");
    expect(await files.read(`${root}/taken/c`)).toBe("2");
  });
});
