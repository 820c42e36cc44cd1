import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { createGitCli } from "../../src/adapters/git/git-cli.ts";
import { createGitMemory } from "../../src/adapters/git/git-memory.ts";
import { createRepositoryDisk } from "../../src/adapters/repository/repository-disk.ts";
import { createRun } from "../../src/adapters/run.ts";
import { readFleet } from "../../src/fleet/read-fleet.ts";
import type { RepositorySnapshot } from "../../src/fleet/repository-snapshot.ts";
import { fleetAt } from "../../src/operate/bundles/fleet-at.ts";
import type { Git, GitTree } from "../../src/ports/git.ts";
import { createGitScratch, type GitScratch, plainGit } from "../support/git-scratch.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const absent = "0123456789".repeat(4);

const subjects: Readonly<Record<string, (scratch: GitScratch) => Git>> = {
  cli: (scratch) => scratch.port,
  memory: () => createGitMemory({ tree: readTree }),
};

for (const [name, create] of Object.entries(subjects)) {
  skipSuiteUnless(name === "memory" || tool("git"), "git is not installed")(`git's trees: ${name}`, () => {
    let scratch: GitScratch;
    let git: Git;
    const head = async (): Promise<string> => (await git.history(scratch.root, ["."]))?.head ?? "";

    beforeEach(async () => {
      scratch = await createGitScratch();
      git = create(scratch);
    });
    afterEach(async () => scratch.sweep());

    it("hold what was committed, whatever came after", async () => {
      await git.initialize(scratch.root);
      await scratch.write("hubs/größe\n.yaml", "a: ä\n");
      await scratch.write("fleet.yaml", "");
      await git.commitAll(scratch.root, "first");
      const first = await head();
      await scratch.write("hubs/größe\n.yaml", "a: 2\n");
      await git.commitAll(scratch.root, "second");

      const tree = await git.treeAt(scratch.root, first);

      expect(summary(tree)).toEqual({ "fleet.yaml": ["file", 0], "hubs/größe\n.yaml": ["file", 6] });
      const found = await git.contents(scratch.root, [...(tree?.values() ?? [])]);
      expect([...(tree?.values() ?? [])].map(({ id }) => text(found.get(id)))).toEqual(["", "a: ä\n"]);
      expect(text(await git.checkedOut(scratch.root, first, "hubs/größe\n.yaml"))).toBe("a: ä\n");
    });

    it("are counted from one to HEAD where they differ in what is asked", async () => {
      await git.initialize(scratch.root);
      const made: string[] = [];
      for (const path of ["images/a", "images/b", "other", "images/a", "imagesque"]) {
        await scratch.write(path, `${made.length}\n`);
        await git.commitAll(scratch.root, path);
        made.push(await head());
      }
      const since = async (commit: string | undefined): Promise<number | undefined> =>
        git.countSince(scratch.root, commit ?? "", ["images"]);

      expect(await Promise.all([since(made[0]), since(made[1]), since(made[4]), since(absent)])).toEqual([
        2,
        1,
        0,
        undefined,
      ]);
      expect(await git.countSince(join(scratch.root, ".."), made[0] ?? "", ["images"])).toBeUndefined();
    });

    it("know nothing of what this clone does not have", async () => {
      expect(await git.treeAt(scratch.root, absent)).toBeUndefined();
      await git.initialize(scratch.root);
      await scratch.write("fleet.yaml", "a\n");
      await git.commitAll(scratch.root, "first");

      expect(await git.treeAt(scratch.root, absent)).toBeUndefined();
      expect(await git.checkedOut(scratch.root, await head(), "other")).toBeUndefined();
      expect(await git.contents(scratch.root, [{ kind: "file", id: absent, bytes: 1 }])).toEqual(new Map());
      expect(await git.contents(scratch.root, [])).toEqual(new Map());
    });
  });
}

skipSuiteUnless(tool("git"), "git is not installed")("git's trees: what only a real one has", () => {
  let scratch: GitScratch;
  let fleet: string;
  const head = async (directory = "."): Promise<string> => scratch.git(directory, "rev-parse", "HEAD");

  beforeEach(async () => {
    scratch = await createGitScratch();
    await scratch.git(".", "init", "--quiet", "--initial-branch", "main");
    fleet = join(scratch.root, "fleets/one");
    await mkdir(fleet, { recursive: true });
  });
  afterEach(async () => scratch.sweep());

  it("keep every byte, also beside files that are missing", async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0xfe, 0x20, 0x62]);
    await writeFile(join(fleet, "logo.png"), bytes);
    await scratch.commit("first");

    const tree = await scratch.port.treeAt(fleet, await head());
    const logo = tree?.get("logo.png");
    if (logo === undefined) throw new Error("there is one");
    const found = await scratch.port.contents(fleet, [{ ...logo, id: absent }, logo]);

    expect([...found]).toEqual([[logo.id, bytes]]);
    expect(await scratch.port.checkedOut(fleet, await head(), "logo.png")).toEqual(bytes);
  });

  it("are told apart from what a checkout makes of them", async () => {
    await scratch.write("fleets/one/page.html", "a\nb\n");
    await scratch.write(".gitattributes", "*.html text eol=crlf\n");
    await scratch.commit("first");

    expect(text(await scratch.port.checkedOut(fleet, await head(), "page.html"))).toBe("a\r\nb\r\n");
  });

  it("are empty where the commit does not have the directory", async () => {
    await scratch.write("other", "1\n");
    await scratch.commit("first");

    expect(await scratch.port.treeAt(fleet, await head())).toEqual(new Map());
  });

  it("are unknown beyond the end of a shallow clone, and of what is no commit", async () => {
    await scratch.write("fleets/one/a", "1\n");
    await scratch.commit("first");
    const first = await head();
    await scratch.commit("second");
    await scratch.git(".", "clone", "--quiet", "--depth=1", `file://${scratch.root}`, "shallow");
    const shallow = join(scratch.root, "shallow/fleets/one");

    expect(await scratch.port.treeAt(shallow, first)).toBeUndefined();
    expect(await fleetAt(first, { directory: shallow, git: scratch.port })).toBeUndefined();
    expect(summary(await scratch.port.treeAt(shallow, await head()))).toEqual({ a: ["file", 2] });
    expect(await scratch.port.treeAt(fleet, await scratch.git(".", "rev-parse", "HEAD:fleets/one/a"))).toBeUndefined();
    expect(await scratch.port.treeAt(fleet, "--name-only")).toBeUndefined();
  });

  it("say what was committed, whatever a commit is replaced with", async () => {
    await scratch.write("fleets/one/a", "1\n");
    await scratch.commit("first");
    const first = await head();
    await scratch.write("fleets/one/a", "other\n");
    await scratch.commit("second");
    await scratch.git(".", "replace", first, await head());

    expect(summary(await scratch.port.treeAt(fleet, first))).toEqual({ a: ["file", 2] });
  });

  it("give the fleet that a checkout gives: links, clones in clones, hidden and wrong files, a directory of a repository", async () => {
    await cp("examples/first-fleet", fleet, { recursive: true });
    await mkdir(join(fleet, "shared/.hidden"), { recursive: true });
    await scratch.write("fleets/one/shared/.hidden/group.yaml", "version: 1\n");
    await scratch.write("fleets/two/outside.yaml", "version: 1\n");
    await scratch.write("fleets/one/hubs/broken.yaml", "version: [\n");
    await scratch.write("fleets/one/hubs/huge.yaml", "x".repeat(1_000_001));
    await scratch.write("fleets/one/notes/deep/x.txt", "1\n");
    const links: Readonly<Record<string, string>> = {
      "groups/linked.yaml": "../shared/.hidden/group.yaml",
      "groups/twice.yaml": "./linked.yaml",
      "groups/through.yaml": "../also/.hidden/group.yaml",
      also: "shared",
      "hubs/outside.yaml": "../../two/outside.yaml",
      "hubs/nowhere.yaml": "nothing.yaml",
      "hubs/round.yaml": "round.yaml",
      "hubs/absolute.yaml": "/etc/hostname",
      "hubs/directory.yaml": "../notes",
      "hubs/below-file.yaml": "broken.yaml/x",
      "clusters/root.yaml": "../../one",
    };
    await mkdir(join(fleet, "groups"), { recursive: true });
    for (const [path, target] of Object.entries(links)) await symlink(target, join(fleet, path));
    await scratch.git("fleets/one", "init", "--quiet", "module");
    await scratch.commit("inner", { directory: "fleets/one/module" });
    await scratch.git(".", "config", "advice.addEmbeddedRepo", "false");
    await scratch.commit("first");
    const there = readFleet(await createRepositoryDisk(fleet).snapshot());
    const first = await head();
    await scratch.git(".", "rm", "-r", "-f", "--quiet", "fleets/one/hubs");
    await scratch.commit("second");
    const argvs: (readonly string[])[] = [];
    const counted = createGitCli((argv, options) => {
      argvs.push(argv.slice(3, 5));
      return createRun()(argv, { ...options, environment: { ...plainGit, ...options.environment } });
    });

    const reading = await fleetAt(first, { directory: fleet, git: counted });

    expect(reading?.problems.map(place)).toEqual(there.problems.map(place));
    expect(there.problems.length).toBeGreaterThan(6);
    expect([...(reading?.written.groups.files.keys() ?? [])]).toEqual(["classes", "linked", "through", "twice"]);
    expect(reading && entriesOf(reading.written.snapshot)).toEqual(entriesOf(there.written.snapshot));
    expect(argvs).toEqual([
      ["ls-tree", "-r"],
      ["cat-file", "--batch"],
      ["cat-file", "--batch"],
    ]);
  });
});

function entriesOf({ entries }: RepositorySnapshot): unknown {
  return Object.fromEntries(
    [...entries].map(([path, entry]) => [path, entry.kind === "file" ? text(entry.bytes) : entry]),
  );
}

function place({ code, message, at }: { code: string; message: string; at?: unknown }): unknown {
  return { code, message, at };
}

function summary(tree: GitTree | undefined): unknown {
  return tree && Object.fromEntries([...tree].map(([path, { kind, bytes }]) => [path, [kind, bytes]]));
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}

async function readTree(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [path.slice(directory.length + 1), await readFile(path, "utf8")] as const),
    ),
  );
}
