import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { createGitCli } from "../../src/adapters/git/git-cli.ts";
import { createGitMemory } from "../../src/adapters/git/git-memory.ts";
import { createRun, type Run } from "../../src/adapters/run.ts";
import type { Git } from "../../src/ports/git.ts";
import { createGitScratch, type GitScratch } from "../support/git-scratch.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

interface Subject {
  /** `outer/ignored` is ignored by the repository `outer`, `outer/kept` is not. */
  create(root: string, hasIdentity: boolean): Git;
}

const subjects: Readonly<Record<string, Subject>> = {
  cli: {
    create: (root, hasIdentity) => {
      const who = hasIdentity ? { name: "Somebody", email: "somebody@example.org" } : { name: "", email: "" };
      // Only what the test gives counts, whatever this machine's Git knows.
      const environment = {
        HOME: root,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_COUNT: "2",
        GIT_CONFIG_KEY_0: "user.name",
        GIT_CONFIG_VALUE_0: who.name,
        GIT_CONFIG_KEY_1: "user.email",
        GIT_CONFIG_VALUE_1: who.email,
      };
      const run: Run = (argv, options) =>
        createRun()(argv, { ...options, environment: { ...options.environment, ...environment } });
      return createGitCli(run);
    },
  },
  memory: {
    create: (root, hasIdentity) =>
      createGitMemory({ hasIdentity, ignored: [join(root, "outer/ignored")], tree: readTree }),
  },
};

for (const [name, subject] of Object.entries(subjects)) {
  skipSuiteUnless(name === "memory" || tool("git"), "git is not installed")(`git: ${name}`, () => {
    let root: string;

    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), "hubfleet-git-"));
      for (const path of ["outer/ignored", "outer/kept", "alone"]) await mkdir(join(root, path), { recursive: true });
      await writeFile(join(root, "outer/.gitignore"), "/ignored/\n");
      for (const path of ["outer/ignored", "outer/kept", "alone"]) await writeFile(join(root, path, "file"), "text\n");
    });
    afterEach(async () => {
      await rm(root, { recursive: true, force: true });
    });

    it("makes a repository of a directory that stands alone, and commits what is in it", async () => {
      const git = subject.create(root, true);

      await git.initialize(join(root, "alone"));

      expect(await git.commitAll(join(root, "alone"), "first")).toBe("committed");
    });

    it("leaves a directory alone that a larger repository tracks", async () => {
      const git = subject.create(root, true);
      await git.initialize(join(root, "outer"));

      await git.initialize(join(root, "outer/kept"));

      expect(await git.commitAll(join(root, "outer/kept"), "first")).toBe("inside-another");
    });

    it("makes a repository of a directory that the one around it ignores", async () => {
      const git = subject.create(root, true);
      await git.initialize(join(root, "outer"));

      await git.initialize(join(root, "outer/ignored"));

      expect(await git.commitAll(join(root, "outer/ignored"), "first")).toBe("committed");
    });

    it("reads a file as a commit has it, whatever the work tree says", async () => {
      const git = subject.create(root, true);
      const directory = join(root, "alone");
      await git.initialize(directory);
      await git.commitAll(directory, "first");
      await writeFile(join(directory, "file"), "second\n\n");
      await git.commitAll(directory, "second");
      await writeFile(join(directory, "file"), "third\n");

      const [first, second, absent, unknown, option] = await Promise.all([
        git.readAt(directory, "HEAD~1", "file"),
        git.readAt(directory, "HEAD", "file"),
        git.readAt(directory, "HEAD", "other"),
        git.readAt(directory, "no-such-branch", "file"),
        git.readAt(directory, "--all", "file"),
      ]);

      expect([first, second]).toMatchObject([
        { kind: "file", text: "text\n" },
        { kind: "file", text: "second\n\n" },
      ]);
      expect(absent).toEqual({ kind: "absent", commit: second.kind === "file" ? second.commit : "" });
      expect([unknown, option]).toEqual([{ kind: "unknown-revision" }, { kind: "unknown-revision" }]);
      expect(await git.readAt(root, "HEAD", "file")).toEqual({ kind: "no-repository" });
    });

    it.each([true, false])("commits files alone, whoever is known to commit (%s)", async (hasIdentity) => {
      const git = subject.create(root, true);
      const directory = join(root, "alone");
      await git.initialize(directory);
      await git.commitAll(directory, "first");
      await writeFile(join(directory, "file"), "changed\n");
      await writeFile(join(directory, "lock"), "locked\n");
      const committer = hasIdentity ? git : subject.create(root, false);
      if (committer !== git && name === "memory") return; // each twin remembers its own

      const made = await committer.commitFiles(directory, ["lock"], "lock");
      const again = await committer.commitFiles(directory, ["lock"], "again");

      expect(made).toMatchObject({ kind: "committed", commit: expect.stringMatching(/^[0-9a-f]{40}$/) as string });
      expect(again).toEqual({ kind: "unchanged" });
      expect(await git.readAt(directory, "HEAD", "lock")).toMatchObject({ text: "locked\n" });
      expect(await git.readAt(directory, "HEAD", "file")).toMatchObject({ text: "text\n" });
      expect(await git.commitFiles(join(root, "outer"), ["lock"], "x")).toEqual({ kind: "no-repository" });
    });

    it("says that nobody is known to commit", async () => {
      const git = subject.create(root, false);
      await git.initialize(join(root, "alone"));

      expect(await git.commitAll(join(root, "alone"), "first")).toBe("no-identity");
    });
  });
}

skipSuiteUnless(tool("git"), "git is not installed")("git in a hook of another repository", () => {
  let scratch: GitScratch;
  let fleet: string;
  let other: string;

  beforeEach(async () => {
    scratch = await createGitScratch();
    [fleet, other] = [join(scratch.root, "fleet"), join(scratch.root, "other")];
    for (const [place, text] of Object.entries({ fleet: "ours\n", other: "theirs\n" })) {
      await scratch.write(`${place}/file`, text);
      await scratch.git(place, "init", "--quiet", "--initial-branch", "main");
      await scratch.commit(place, { directory: place });
    }
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await scratch.sweep();
  });

  function enterHook(): void {
    vi.stubEnv("GIT_DIR", join(other, ".git"));
    vi.stubEnv("GIT_WORK_TREE", other);
    vi.stubEnv("GIT_INDEX_FILE", join(other, ".git/index"));
    vi.stubEnv("GIT_OBJECT_DIRECTORY", join(other, ".git/objects"));
    vi.stubEnv("GIT_PREFIX", "sub/");
    vi.stubEnv("GIT_CONFIG_PARAMETERS", "'core.bare'='true'");
    vi.stubEnv("GIT_ICASE_PATHSPECS", "1");
  }

  it("reads the fleet's own files and past", async () => {
    const { port } = scratch;
    const asked = async (): Promise<readonly unknown[]> =>
      Promise.all([
        port.readAt(fleet, "HEAD", "file"),
        port.listFiles(fleet, ["FILE", "file"]),
        port.uncommitted(fleet, ["."]),
        port.history(fleet, ["."]),
      ]);
    const before = await asked();

    enterHook();

    expect(await asked()).toEqual(before);
    expect(before).toMatchObject([{ text: "ours\n" }, { paths: ["file"] }, [], { isShallow: false }]);
  });

  it("commits to the fleet and leaves the other repository alone", async () => {
    await scratch.write("fleet/lock", "locked\n");
    const theirs = await scratch.git("other", "log", "--format=%H %s");

    enterHook();
    const made = await scratch.port.commitFiles(fleet, ["lock"], "lock");
    vi.unstubAllEnvs();

    expect(made.kind).toBe("committed");
    expect(await scratch.git("fleet", "log", "--format=%s")).toBe("lock\nfleet");
    expect(await scratch.git("other", "log", "--format=%H %s")).toBe(theirs);
    expect(await scratch.git("other", "status", "--porcelain")).toBe("");
  });
});

async function readTree(directory: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith("."));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), "utf8")] as const)),
  );
}
