import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { createFleetHistoryGit } from "../../src/adapters/fleet-history/fleet-history-git.ts";
import { createFleetHistoryMemory } from "../../src/adapters/fleet-history/fleet-history-memory.ts";
import { createRun } from "../../src/adapters/run.ts";
import type { FleetHistory, HistoryQuestion, HistoryReading } from "../../src/ports/fleet-history.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const { signal } = new AbortController();
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const words = new Set([...["1", "2", "3", "4", "a"].map(digest), "1.10", "v2.0", "0123456789abcdef", "spare"]);

interface Subject {
  readonly history: FleetHistory;
  readonly directory: string;
  commit(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  writeWorkTree(text: string): Promise<void>;
}

const run = createRun();

async function git(directory: string, ...argv: readonly string[]): Promise<string> {
  const environment = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  const who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "protocol.file.allow=always"];
  const result = await run(["git", "-C", directory, ...who, ...argv], { timeoutMilliseconds: 30_000, environment });
  if (result.exitCode !== 0) throw new Error(`git ${argv.join(" ")}: ${result.stderr}`);
  return result.stdout.trim();
}

async function write(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

/** A branch keeps its own files: each is made without those of the others. */
async function commitOn(directory: string, branch: string, files: Readonly<Record<string, string>>): Promise<string> {
  const isKnown =
    (await run(["git", "-C", directory, "rev-parse", "--verify", "--quiet", branch], { timeoutMilliseconds: 30_000 }))
      .exitCode === 0;
  await git(directory, "checkout", "--quiet", ...(isKnown ? [branch] : ["--orphan", branch]));
  await git(directory, "rm", "-r", "--quiet", "--force", "--ignore-unmatch", ".");
  await write(directory, files);
  await git(directory, "add", "--all");
  await git(directory, "commit", "--quiet", "--allow-empty", "--message", branch);
  return git(directory, "rev-parse", "HEAD");
}

const subjects: Readonly<Record<string, (root: string) => Promise<Subject>>> = {
  git: async (root) => {
    const directory = join(root, "fleet");
    await mkdir(directory);
    await git(directory, "init", "--quiet", "--initial-branch", "main");
    return {
      history: createFleetHistoryGit(run),
      directory,
      commit: (branch, files) => commitOn(directory, branch, files),
      writeWorkTree: (text) => write(directory, { "new.yaml": text }),
    };
  },
  memory: async () => {
    const history = createFleetHistoryMemory();
    return {
      history,
      directory: "/fleet",
      commit: async (branch, files) => history.commit(branch, files),
      writeWorkTree: async (text) => history.writeWorkTree(text),
    };
  },
};

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hubfleet-history-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

for (const [name, create] of Object.entries(subjects)) {
  skipSuiteUnless(name === "memory" || tool("git"), "git is not installed")(`fleet history: ${name}`, () => {
    const ask = async (
      { history, directory }: Subject,
      question: Partial<HistoryQuestion> = {},
    ): Promise<HistoryReading> => history.read(directory, { words, commits: new Set(), ...question }, signal);
    const named = async (subject: Subject): Promise<readonly string[]> => {
      const reading = await ask(subject);
      return reading.kind === "complete" ? [...reading.named].sort() : [reading.why];
    };

    it("finds what the state ever named, what branches name now, and the work tree", async () => {
      const subject = await create(root);
      await subject.commit("hubfleet/state", { "bundles/one.yaml": `lab: ${digest("1")}\n` });
      await subject.commit("hubfleet/state", { "bundles/two.yaml": `lab: "r.org/lab:v2.0@${digest("2")}"\n` });
      await subject.commit("other", { "values.yaml": "tag: spare\n" });
      await subject.commit("other", { "values.yaml": "tag: '1.10'\n" });
      await subject.commit("main", { "notes.txt": "nothing\n" });
      await subject.writeWorkTree(`from: r.org/x@${digest("3")}\n`);

      expect(await named(subject)).toEqual(["1.10", digest("1"), digest("2"), digest("3"), "v2.0"].sort());
    });

    it("takes the digest of inputs for the tag that is made of it", async () => {
      const subject = await create(root);
      await subject.commit("hubfleet/state", { "a.yaml": `inputs: sha256:0123456789abcdef${"9".repeat(48)}\n` });

      expect(await named(subject)).toEqual(["0123456789abcdef"]);
    });

    it("knows which commits are its own", async () => {
      const subject = await create(root);
      const commit = await subject.commit("main", { "a.yaml": "a: 1\n" });

      const reading = await ask(subject, { commits: new Set([commit, "f".repeat(40)]) });

      expect(reading).toMatchObject({ kind: "complete", commits: new Set([commit]) });
    });

    it("has nothing to say of a repository without a commit", async () => {
      expect(await named(await create(root))).toEqual([]);
    });
  });
}

skipSuiteUnless(tool("git"), "git is not installed")("fleet history: only git can", () => {
  it("look at the fleet's own repository in a hook of another", async () => {
    const subject = await subjects["git"]?.(root);
    if (subject === undefined) throw new Error("there is one");
    await subject.commit("hubfleet/state", { "bundles/one.yaml": `lab: ${digest("1")}\n` });
    await git(root, "init", "--quiet", "other");

    vi.stubEnv("GIT_DIR", join(root, "other/.git"));
    vi.stubEnv("GIT_WORK_TREE", join(root, "other"));
    const reading = await subject.history.read(subject.directory, { words, commits: new Set() }, signal);
    vi.unstubAllEnvs();

    expect(reading).toMatchObject({ kind: "complete", named: new Set([digest("1")]) });
  });

  const history = createFleetHistoryGit(run);
  const ask = async (directory: string): Promise<HistoryReading> =>
    history.read(directory, { words, commits: new Set() }, signal);
  const served = async (): Promise<string> => {
    const server = join(root, "server");
    await mkdir(server);
    await git(server, "init", "--quiet", "--initial-branch", "main");
    await commitOn(server, "main", { "a.yaml": "a: 1\n" });
    await commitOn(server, "main", { "a.yaml": "a: 2\n" });
    return server;
  };
  const clone = async (...options: readonly string[]): Promise<string> => {
    await git(root, "clone", "--quiet", ...options, `file://${join(root, "server")}`, "clone");
    return join(root, "clone");
  };

  it("be in no repository", async () => {
    expect(await ask(root)).toMatchObject({
      kind: "incomplete",
      why: expect.stringContaining("no Git repository") as string,
    });
  });

  it("be cut off", async () => {
    await served();

    expect(await ask(await clone("--depth", "1"))).toMatchObject({
      kind: "incomplete",
      hint: "run `git fetch --unshallow`",
    });
  });

  it("lack what a remote has, until it is fetched", async () => {
    const server = await served();
    const directory = await clone();
    await commitOn(server, "hubfleet/state", { "bundles/one.yaml": `lab: ${digest("4")}\n` });
    await commitOn(server, "hubfleet/state", { "bundles/two.yaml": "lab: none\n" });

    const before = await ask(directory);
    expect(before).toMatchObject({
      kind: "incomplete",
      why: 'the remote "origin" has what was not fetched: hubfleet/state',
    });

    await git(directory, "fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*");
    expect(await ask(directory)).toMatchObject({ kind: "complete", named: new Set([digest("4")]) });
  });

  it("have a remote that does not answer", async () => {
    await served();
    const directory = await clone();
    await rm(join(root, "server"), { recursive: true });

    expect(await ask(directory)).toMatchObject({
      kind: "incomplete",
      why: expect.stringContaining('the remote "origin" does not say which branches it has') as string,
    });
  });

  it("remember a state that no branch has any more", async () => {
    const server = await served();
    await commitOn(server, "hubfleet/state", { "a.yaml": `lab: ${digest("4")}\n` });
    await commitOn(server, "hubfleet/state", { "a.yaml": "lab: none\n" });
    await git(server, "update-ref", "refs/hubfleet/seen", "HEAD");
    await git(server, "checkout", "--quiet", "main");
    await git(server, "branch", "--quiet", "-D", "hubfleet/state");

    expect(await ask(server)).toMatchObject({ kind: "complete", named: new Set([digest("4")]) });
  });

  it("lack an object", async () => {
    const server = await served();
    const blob = await git(server, "rev-parse", "HEAD:a.yaml");
    await rm(join(server, ".git/objects", blob.slice(0, 2), blob.slice(2)));

    expect((await ask(server)).kind).toBe("incomplete");
  });

  it("see what a tag, a stash, a large file and a file with any bytes in it name", async () => {
    const server = await served();
    await commitOn(server, "gone", {
      "a.bin": `\u0000\u00ff${digest("1")}\u0000`,
      "b.txt": `${"x ".repeat(9_000_000)}${digest("2")}`,
    });
    await git(server, "tag", "--annotate", "--message", "x", "kept");
    await git(server, "checkout", "--quiet", "main");
    await git(server, "branch", "--quiet", "-D", "gone");
    await write(server, { "a.yaml": `a: ${digest("3")}\n` });
    await git(server, "stash", "--quiet");

    expect(await ask(server)).toMatchObject({
      kind: "complete",
      named: new Set([digest("1"), digest("2"), digest("3")]),
    });
  });
});
