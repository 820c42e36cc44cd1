import { rm } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { createGitMemory } from "../../src/adapters/git/git-memory.ts";
import { containing, countCommits, lastChange } from "../../src/image/tag/history.ts";
import type { Git } from "../../src/ports/git.ts";
import { createGitScratch, type GitScratch, readTree } from "../support/git-scratch.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

interface Subject {
  readonly git: Git;
  tag(directory: string, name: string): Promise<void>;
}

const subjects: Readonly<Record<string, (scratch: GitScratch) => Subject>> = {
  cli: (scratch) => ({
    git: scratch.port,
    tag: async (directory, name) => void (await scratch.git(directory, "tag", name)),
  }),
  memory: () => {
    const git = createGitMemory({ tree: readTree });
    return {
      git,
      tag: async (directory, name) => git.tag(directory, name),
    };
  },
};

for (const [name, create] of Object.entries(subjects)) {
  skipSuiteUnless(name === "memory" || tool("git"), "git is not installed")(`git's history: ${name}`, () => {
    let scratch: GitScratch;
    let subject: Subject;
    let directory: string;

    beforeEach(async () => {
      scratch = await createGitScratch();
      subject = create(scratch);
      directory = scratch.root;
    });
    afterEach(async () => scratch.sweep());

    const write = async (path: string, text: string): Promise<void> => scratch.write(path, text);
    const commit = async (path: string, text: string): Promise<void> => {
      await write(path, text);
      expect(await subject.git.commitAll(directory, path)).toBe("committed");
    };

    it("knows nothing where there is no repository", async () => {
      const answers = await Promise.all([
        subject.git.listFiles(directory, ["."]),
        subject.git.uncommitted(directory, ["."]),
        subject.git.history(directory, ["."]),
      ]);

      expect(answers).toEqual([undefined, undefined, undefined]);
    });

    it("tells a repository in which nothing was committed yet", async () => {
      await subject.git.initialize(directory);
      await write("images/lab/a b", "1\n");

      expect(await subject.git.history(directory, ["."])).toEqual({
        head: undefined,
        isShallow: false,
        commits: new Map(),
      });
      expect(await subject.git.listFiles(directory, ["images"])).toEqual({ paths: ["images/lab/a b"], elsewhere: [] });
      expect(await subject.git.uncommitted(directory, ["images"])).toEqual(["images/lab/a b"]);
    });

    it("lists what is tracked and what would be, below the paths alone", async () => {
      await subject.git.initialize(directory);
      await commit("images/lab/größe.txt", "1\n");
      await write("images/lab/new\nline", "1\n");
      await write("images/laboratory/x", "1\n");

      expect(await subject.git.listFiles(directory, ["images/lab"])).toEqual({
        paths: ["images/lab/größe.txt", "images/lab/new\nline"],
        elsewhere: [],
      });
    });

    it("names what the last commit does not have as it is", async () => {
      await subject.git.initialize(directory);
      await write("images/lab/same", "1\n");
      await write("images/lab/gone", "1\n");
      await commit("images/lab/changed", "1\n");
      await write("images/lab/changed", "2\n");
      await write("images/lab/new", "1\n");
      await write("images/hub/new", "1\n");
      await rm(join(directory, "images/lab/gone"));

      const uncommitted = await subject.git.uncommitted(directory, ["images/lab"]);

      expect([...(uncommitted ?? [])].sort()).toEqual(["images/lab/changed", "images/lab/gone", "images/lab/new"]);
    });

    it("knows the commits, what each changed below the paths, and what contains what", async () => {
      await subject.git.initialize(directory);
      await commit("images/lab/x", "1\n");
      await commit("images/hub/x", "1\n");
      await commit("other", "1\n");
      await commit("images/lab/x", "2\n");
      await commit("images/hub/x", "2\n");

      const history = await subject.git.history(directory, ["images"]);

      if (history?.head === undefined) throw new Error("no history");
      const { head, commits } = history;
      expect(commits.get(head)).toMatchObject({ id: head, changes: [["images/hub/x"]] });
      expect([...commits.values()].flatMap(({ changes }) => changes.flat()).sort()).toEqual([
        "images/hub/x",
        "images/hub/x",
        "images/lab/x",
        "images/lab/x",
      ]);
      const changed = lastChange(history, (path) => path.startsWith("images/lab/"));
      expect(changed?.id).toBe(commits.get(head)?.parents[0]);
      expect(countCommits(history, changed?.id ?? "")).toBe(4);
      expect(containing(history, changed?.id ?? "")).toEqual(new Set([head, changed?.id]));
      expect(lastChange(history, (path) => path === "other")).toBeUndefined();
    });

    it("describes commits by the nearest tag, and those before every tag not at all", async () => {
      await subject.git.initialize(directory);
      for (const [index, tag] of ["", "v1-0-gabc", "", "2.0.0", ""].entries()) {
        await commit("x", `${index}\n`);
        if (tag !== "") await subject.tag(directory, tag);
      }
      const history = await subject.git.history(directory, ["."]);
      const ids = [...(history?.commits.values() ?? [])];
      const chain: string[] = [];
      for (let id = history?.head; id !== undefined; id = ids.find((one) => one.id === id)?.parents[0]) chain.push(id);

      const described = await subject.git.describe(directory, chain);

      const [, second, , first, untagged] = chain;
      expect(chain.map((id) => described.get(id))).toEqual([
        { tag: "2.0.0", distance: 1, tagged: second },
        { tag: "2.0.0", distance: 0, tagged: second },
        { tag: "v1-0-gabc", distance: 1, tagged: first },
        { tag: "v1-0-gabc", distance: 0, tagged: first },
        undefined,
      ]);
      expect(described.has(untagged ?? "")).toBe(false);
      expect(await subject.git.describe(directory, [])).toEqual(new Map());
    });

    it("abbreviates commits to at least seven digits", async () => {
      await subject.git.initialize(directory);
      await commit("x", "1\n");
      const head = (await subject.git.history(directory, ["."]))?.head ?? "";

      const short = (await subject.git.abbreviate(directory, [head])).get(head) ?? "";

      expect([head.startsWith(short), short.length >= 7, short.length < 40]).toEqual([true, true, true]);
    });
  });
}

skipSuiteUnless(tool("git"), "git is not installed")("git's history: what only a real one has", () => {
  let scratch: GitScratch;

  beforeEach(async () => {
    scratch = await createGitScratch();
    await scratch.git(".", "init", "--quiet", "--initial-branch", "main");
  });
  afterEach(async () => scratch.sweep());

  it("speaks of paths as the fleet's directory sees them, wherever that lies in the repository", async () => {
    await scratch.write("fleet/images/lab/x", "1\n");
    await scratch.write("images/lab/x", "1\n");
    await scratch.commit("first");
    await scratch.write("fleet/images/lab/x", "2\n");
    await scratch.write("images/lab/x", "2\n");
    const fleet = join(scratch.root, "fleet");

    const history = await scratch.port.history(fleet, ["images"]);

    expect([...(history?.commits.values() ?? [])].map(({ changes }) => changes)).toEqual([[["images/lab/x"]]]);
    expect(await scratch.port.uncommitted(fleet, ["images"])).toEqual(["images/lab/x"]);
    expect(await scratch.port.listFiles(fleet, ["images"])).toEqual({ paths: ["images/lab/x"], elsewhere: [] });
  });

  it("takes paths as they are written, and leaves ignored files out", async () => {
    await scratch.write("images/a*/x", "1\n");
    await scratch.write("images/ab/x", "1\n");
    await scratch.write("images/a*/x.log", "1\n");
    await scratch.write(".gitignore", "*.log\n");

    expect((await scratch.port.listFiles(scratch.root, ["images/a*"]))?.paths).toEqual(["images/a*/x"]);
  });

  it("tells what a merge changed against each of its parents", async () => {
    await scratch.write("a", "1\n");
    await scratch.commit("first");
    await scratch.git(".", "checkout", "--quiet", "-b", "side");
    await scratch.write("b", "1\n");
    await scratch.commit("side");
    await scratch.git(".", "checkout", "--quiet", "main");
    await scratch.write("c", "1\n");
    await scratch.commit("main");
    await scratch.git(".", "merge", "--quiet", "--no-edit", "side");

    const history = await scratch.port.history(scratch.root, ["."]);

    expect(history?.commits.get(history.head ?? "")?.changes).toEqual([["b"], ["c"]]);
  });

  it("says where a clone has the newest commits only", async () => {
    for (const text of ["1", "2"]) {
      await scratch.write("a", text);
      await scratch.commit(text);
    }
    await scratch.git(".", "clone", "--quiet", "--depth=1", `file://${scratch.root}`, "shallow");

    expect(await scratch.port.history(join(scratch.root, "shallow"), ["."])).toMatchObject({ isShallow: true });
    expect(await scratch.port.history(scratch.root, ["."])).toMatchObject({ isShallow: false });
  });

  it("names what is in no file of this checkout: clones in the clone, submodules, sparse paths", async () => {
    await scratch.write("a/kept", "1\n");
    await scratch.write("a/left/out", "1\n");
    await scratch.commit("first");
    await scratch.git(".", "clone", "--quiet", ".", "a/module");
    await scratch.git(".", "clone", "--quiet", ".", "a/nested");
    await scratch.git(".", "-c", "advice.addEmbeddedRepo=false", "add", "a/module");
    await scratch.git(".", "update-index", "--skip-worktree", "a/left/out");

    expect(await scratch.port.listFiles(scratch.root, ["a"])).toEqual({
      paths: ["a/kept"],
      elsewhere: ["a/left/out", "a/module", "a/nested"],
    });
  });

  it("knows the recorded executable bits where the file system's mean nothing", async () => {
    await scratch.write("start", "1\n");
    await scratch.git(".", "config", "core.fileMode", "false");
    await scratch.git(".", "add", "--chmod=+x", "start");

    expect((await scratch.port.listFiles(scratch.root, ["."]))?.executables).toEqual(new Set(["start"]));
  });

  it("names the annotated tag where a commit has one of each kind", async () => {
    await scratch.write("a", "1\n");
    await scratch.commit("first");
    await scratch.git(".", "tag", "light");
    await scratch.git(".", "tag", "-a", "-m", "x", "annotated");
    const head = (await scratch.port.history(scratch.root, ["."]))?.head ?? "";

    const described = await scratch.port.describe(scratch.root, [head]);

    expect(described.get(head)).toEqual({ tag: "annotated", distance: 0, tagged: head });
  });
});
