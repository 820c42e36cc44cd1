import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createContextFilesDisk } from "../../src/adapters/context-files/context-files-disk.ts";
import {
  createContextFilesMemory,
  type MemoryContextFile,
} from "../../src/adapters/context-files/context-files-memory.ts";
import type { ContextFiles } from "../../src/ports/context-files.ts";

interface Subject {
  readonly files: ContextFiles;
  readonly root: string;
  put(path: string, file: MemoryContextFile): Promise<void>;
  sweep(): Promise<void>;
}

const subjects: Record<string, () => Promise<Subject>> = {
  disk: async () => {
    const root = await mkdtemp(join(tmpdir(), "hubfleet-context-"));
    return {
      files: createContextFilesDisk(),
      root,
      put: async (path, file) => {
        await mkdir(dirname(join(root, path)), { recursive: true });
        if (typeof file === "string") await writeFile(join(root, path), file);
        else if ("text" in file) await writeFile(join(root, path), file.text, { mode: 0o755 });
        else await symlink(file.linkTarget, join(root, path));
      },
      sweep: () => rm(root, { recursive: true, force: true }),
    };
  },
  memory: async () => {
    const files: Record<string, MemoryContextFile> = {};
    return {
      files: createContextFilesMemory(() => files),
      root: "/fleet",
      put: async (path, file) => void (files[path] = file),
      sweep: async () => undefined,
    };
  },
};

const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

describe.each(Object.keys(subjects))("context files: %s", (name) => {
  let subject: Subject;

  beforeEach(async () => {
    subject = await (subjects[name] as () => Promise<Subject>)(); // a key of the table
  });
  afterEach(async () => subject.sweep());

  it("reads bytes, executable bits and where links lead, in the order asked for", async () => {
    await subject.put("images/lab/plain", "größe\r\n");
    await subject.put("images/lab/bin/start", { text: "#!/bin/sh\n", isExecutable: true });
    await subject.put("images/lab/link", { linkTarget: "/etc/passwd" });

    const paths = ["images/lab/plain", "images/lab/link", "images/lab/gone", "images/lab/bin/start"];
    expect(await subject.files.read(subject.root, paths)).toEqual([
      { path: "images/lab/plain", isExecutable: false, sha256: sha256("größe\r\n") },
      { path: "images/lab/link", isExecutable: false, sha256: sha256("/etc/passwd"), linkTarget: "/etc/passwd" },
      { path: "images/lab/bin/start", isExecutable: true, sha256: sha256("#!/bin/sh\n") },
    ]);
  });

  it("lists files and links below paths", async () => {
    for (const path of ["a/x", "a/.hidden", "a/b/y", "ab", "c"]) await subject.put(path, "1");
    await subject.put("a/link", { linkTarget: ".." });

    expect(await subject.files.list(subject.root, ["a", "c", "gone"])).toEqual([
      "a/.hidden",
      "a/b/y",
      "a/link",
      "a/x",
      "c",
    ]);
    expect(await subject.files.list(subject.root, ["."])).toContain("ab");
  });

  it("places what was read, with its executable bits and links", async () => {
    await subject.put("images/lab/plain", "größe\r\n");
    await subject.put("images/lab/bin/start", { text: "#!/bin/sh\n", isExecutable: true });
    await subject.put("images/lab/link", { linkTarget: "/etc/passwd" });
    const paths = ["images/lab/bin/start", "images/lab/link", "images/lab/plain"];
    const files = await subject.files.read(subject.root, paths);
    const to = `${subject.root}/context`;

    await subject.files.place({ from: subject.root, to, files, sourceDateEpoch: 1_700_000_000 });

    expect(await subject.files.read(to, paths)).toEqual(files);
    expect(await subject.files.list(to, ["."])).toEqual(paths);
  });

  it("refuses to place what is not any more what was read", async () => {
    await subject.put("images/lab/plain", "before");
    await subject.put("images/lab/kept", "kept");
    const files = await subject.files.read(subject.root, ["images/lab/kept", "images/lab/plain"]);
    await subject.put("images/lab/plain", "after");

    const placing = subject.files.place({ from: subject.root, to: `${subject.root}/to`, files, sourceDateEpoch: 0 });

    await expect(placing).rejects.toMatchObject({ code: "INPUTS_CHANGED" });
  });
});

describe("context files of a disk", () => {
  let root: string;
  const files = createContextFilesDisk();

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-context-"));
  });
  afterEach(async () => rm(root, { recursive: true, force: true }));

  it("finds the same whatever the times, the group's and others' permissions, or the place", async () => {
    await mkdir(join(root, "one/deep"), { recursive: true });
    await mkdir(join(root, "another"));
    for (const directory of ["one/deep", "another"]) await writeFile(join(root, directory, "file"), "text");
    await chmod(join(root, "another/file"), 0o677);
    await utimes(join(root, "another/file"), 1, 1);

    const [one, another] = await Promise.all([
      files.read(join(root, "one/deep"), ["file"]),
      files.read(join(root, "another"), ["file"]),
    ]);

    expect(one).toEqual(another);
  });

  it("reads large files piece by piece", async () => {
    const bytes = new Uint8Array(9_000_000).map((_, index) => index % 251);
    await writeFile(join(root, "large"), bytes);

    expect(await files.read(root, ["large"])).toMatchObject([{ sha256: sha256(bytes) }]);
  });

  it("refuses what is no file, and leaves Git's own files alone", async () => {
    await mkdir(join(root, "a/.git"), { recursive: true });
    await writeFile(join(root, "a/.git/config"), "");

    await expect(files.read(root, ["a"])).rejects.toMatchObject({ code: "FILE_UNREADABLE", at: { path: "a" } });
    expect(await files.list(root, ["."])).toEqual([]);
  });

  it("dates files and directories alike, whatever the umask", async () => {
    const before = process.umask(0o077);
    try {
      await mkdir(join(root, "from/deep"), { recursive: true });
      await writeFile(join(root, "from/deep/file"), "text");
      const read = await files.read(join(root, "from"), ["deep/file"]);

      await files.place({ from: join(root, "from"), to: join(root, "to"), files: read, sourceDateEpoch: 1_000_000 });
    } finally {
      process.umask(before);
    }

    const facts = await Promise.all(["to", "to/deep", "to/deep/file"].map((path) => stat(join(root, path))));
    expect(facts.map(({ mtimeMs }) => mtimeMs)).toEqual([1e9, 1e9, 1e9]);
    expect(facts.map(({ mode }) => mode & 0o777)).toEqual([0o755, 0o755, 0o644]);
  });
});
