import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { createRepositoryDisk } from "../../src/adapters/repository/repository-disk.ts";
import { createRepositoryMemory } from "../../src/adapters/repository/repository-memory.ts";
import type { RepositoryEntry, RepositorySnapshot } from "../../src/fleet/repository-snapshot.ts";
import type { Repository } from "../../src/ports/repository.ts";

const directories: string[] = [];

async function onDisk(files: Readonly<Record<string, string>>): Promise<Repository> {
  return createRepositoryDisk(await directoryWith(files));
}

async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hubfleet-repository-"));
  directories.push(directory);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}

async function inMemory(files: Readonly<Record<string, string>>): Promise<Repository> {
  return Promise.resolve(createRepositoryMemory(files));
}

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

describe.each([
  ["repository on disk", onDisk],
  ["repository in memory", inMemory],
])("%s", (_name, create) => {
  it("reads the files of a fleet and lists the others", async () => {
    const repository = await create({
      "fleet.yaml": "version: 1\n",
      "hubs/alpha.yaml": "version: 1\n",
      "images/lab/image.yaml": "version: 1\n",
      "images/lab/requirements.txt": "numpy\n",
      "appearance/logo.png": "not read",
    });

    const { entries, truncated } = await repository.snapshot();

    expect(truncated).toBe(false);
    expect(Object.fromEntries([...entries].map(([path, entry]) => [path, summary(entry)]))).toEqual({
      appearance: "directory",
      "appearance/logo.png": "file",
      "fleet.yaml": "version: 1\n",
      hubs: "directory",
      "hubs/alpha.yaml": "version: 1\n",
      images: "directory",
      "images/lab": "directory",
      "images/lab/image.yaml": "version: 1\n",
      "images/lab/requirements.txt": "numpy\n",
    });
  });

  it("leaves hidden files and node_modules out", async () => {
    const repository = await create({ ".git/config": "x", "node_modules/a/fleet.yaml": "x", "hubs/.swap": "x" });

    const { entries } = await repository.snapshot();

    expect([...entries.keys()].filter((path) => path !== "hubs")).toEqual([]);
  });

  it("does not read what is too big", async () => {
    const repository = await create({ "hubs/alpha.yaml": "x".repeat(1_000_001) });

    expect((await entryOf(repository, "hubs/alpha.yaml")).kind).toBe("too-big");
  });

  it("writes a file, again and again", async () => {
    const repository = await create({ "hubs/alpha.yaml": "old\n" });

    await repository.write("hubs/alpha.yaml", "new\n");
    await repository.write("groups/classes.yaml", "version: 1\n");
    await repository.write("hubs/alpha.yaml", "newer\n");

    expect(summary(await entryOf(repository, "hubs/alpha.yaml"))).toBe("newer\n");
    expect(summary(await entryOf(repository, "groups/classes.yaml"))).toBe("version: 1\n");
  });

  it("writes nothing outside", async () => {
    const repository = await create({ "fleet.yaml": "version: 1\n" });

    await expect(repository.write("../elsewhere.yaml", "x")).rejects.toThrow("leads out of the repository");
    await expect(repository.write("/elsewhere.yaml", "x")).rejects.toThrow("leads out of the repository");
  });
});

describe("repository on disk", () => {
  it("does not follow links out of the repository", async () => {
    const outside = await directoryWith({ "secret.yaml": "password: x\n" });
    const directory = await directoryWith({ "fleet.yaml": "version: 1\n" });
    await mkdir(join(directory, "hubs"));
    await symlink(join(outside, "secret.yaml"), join(directory, "hubs/alpha.yaml"));
    await symlink(outside, join(directory, "groups"));
    await symlink("nowhere.yaml", join(directory, "hubs/beta.yaml"));
    await symlink("alpha.yaml", join(directory, "hubs/gamma.yaml"));

    const { entries } = await createRepositoryDisk(directory).snapshot();

    const links = ["hubs/alpha.yaml", "groups", "hubs/beta.yaml", "hubs/gamma.yaml"].map((path) => entries.get(path));
    expect(links.map((entry) => entry?.kind)).toEqual(Array(4).fill("link-outside"));
    await expect(createRepositoryDisk(directory).write("groups/new.yaml", "x")).rejects.toThrow("leads out");
  });

  it("follows links inside the repository, and keeps them when writing", async () => {
    const directory = await directoryWith({ "hubs/alpha.yaml": "version: 1\n" });
    await symlink("alpha.yaml", join(directory, "hubs/beta.yaml"));
    const repository = createRepositoryDisk(directory);

    await repository.write("hubs/beta.yaml", "version: 2\n");

    expect(await readFile(join(directory, "hubs/alpha.yaml"), "utf8")).toBe("version: 2\n");
    expect(summary(await entryOf(repository, "hubs/beta.yaml"))).toBe("version: 2\n");
  });

  it("never reads a 100 MB file", async () => {
    const directory = await directoryWith({ "hubs/alpha.yaml": "" });
    await truncate(join(directory, "hubs/alpha.yaml"), 100_000_000);
    const before = process.memoryUsage().rss;

    const entry = await entryOf(createRepositoryDisk(directory), "hubs/alpha.yaml");

    expect(entry).toEqual({ kind: "too-big", size: 100_000_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  it("says what is no file", async () => {
    const directory = await directoryWith({ "fleet.yaml": "version: 1\n", "hubs/alpha.yaml/note.txt": "x" });

    expect((await entryOf(createRepositoryDisk(directory), "hubs/alpha.yaml")).kind).toBe("directory");
  });

  it("keeps a file's mode", async () => {
    const directory = await directoryWith({ "fleet.yaml": "version: 1\n" });
    await chmod(join(directory, "fleet.yaml"), 0o640);

    await createRepositoryDisk(directory).write("fleet.yaml", "version: 1\nname: x\n");

    expect((await stat(join(directory, "fleet.yaml"))).mode & 0o777).toBe(0o640);
  });

  it("says that a directory is not there", async () => {
    await expect(createRepositoryDisk("/nowhere/at/all").snapshot()).rejects.toMatchObject({ code: "NOT_A_FLEET" });
  });
});

async function entryOf(repository: Repository, path: string): Promise<RepositoryEntry> {
  const snapshot: RepositorySnapshot = await repository.snapshot();
  const entry = snapshot.entries.get(path);
  if (entry === undefined) throw new Error(`no entry "${path}"`);
  return entry;
}

function summary(entry: RepositoryEntry): string {
  return entry.kind === "file" && entry.bytes !== undefined ? new TextDecoder().decode(entry.bytes) : entry.kind;
}
