import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { about, directoryOf, sortedPaths, write } from "../support/state-edits.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";
import { createGitStateWorld, openGitState, runGit } from "../support/state-worlds.ts";

type GitWorld = Awaited<ReturnType<typeof createGitStateWorld>>;

skipSuiteUnless(tool("git"), "git is not installed")("the state ref in all kinds of clones", () => {
  let world: GitWorld;
  let bare: string;

  beforeEach(async () => {
    world = await createGitStateWorld();
    bare = join(world.root, "fleet.git");
  });
  afterEach(async () => {
    await world.remove();
  });

  /** A clone that Git made, with what `words` say; `main` is on the remote. */
  const cloneWith = async (name: string, ...words: readonly string[]): Promise<string> => {
    const maker = directoryOf(await world.clone());
    runGit(maker, "push", "--quiet", "origin", "main");
    const directory = join(world.root, name);
    runGit(world.root, "clone", "--quiet", ...words, `file://${bare}`, directory);
    return directory;
  };

  it("counts in SHA-256 where the repository does", async () => {
    const other = await createGitStateWorld({ isSha256: true });
    try {
      const [ada, grace] = [await other.clone(), await other.clone()];
      await ada.state.commit(write({ "evidence/a.json": "a" }), about("a"));
      await other.cutOff(true);
      await ada.again().commit(write({ "evidence/b.json": "b" }), about("b"));
      await other.cutOff(false);
      await grace.state.commit(write({ "evidence/c.json": "c" }), about("c"));

      const synced = await ada.again().sync();

      expect(synced).toMatchObject({
        kind: "pushed",
        snapshot: { commit: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      });
      expect(await other.messages()).toEqual(["a", "c", "b"]);
    } finally {
      await other.remove();
    }
  });

  it("takes one commit of the state where CI took one commit of main, and what follows it later", async () => {
    const ada = await world.clone();
    for (const name of ["a", "b", "c"]) await ada.state.commit(write({ [`evidence/${name}.json`]: name }), about(name));
    const directory = await cloneWith("ci", "--depth=1", "--branch=main");
    runGit(directory, "switch", "--quiet", "--detach");
    const shallowBefore = runGit(directory, "rev-list", "--count", "HEAD");

    const read = await openGitState(directory).read();
    const depth = runGit(directory, "rev-list", "--count", "refs/hubfleet/seen").trim();
    const committed = await openGitState(directory).commit(write({ "evidence/d.json": "d" }), about("d"));
    await ada.again().commit(write({ "evidence/e.json": "e" }), about("e"));
    // Somebody fetches everything, one commit deep: what lies between is cut off.
    runGit(directory, "fetch", "--quiet", "--depth=1", "origin", "+refs/heads/*:refs/remotes/origin/*");
    const later = await openGitState(directory).read();

    expect([read.files.size, read.standing.isFirstSight, depth, committed.kind]).toEqual([3, true, "1", "pushed"]);
    expect([...later.files.keys()].map((path) => path[9])).toEqual(["a", "b", "c", "d", "e"]);
    expect(await world.messages()).toEqual(["a", "b", "c", "d", "e"]);
    expect(runGit(directory, "rev-list", "--count", "HEAD")).toBe(shallowBefore);
    await world.damage("truncate");
    await expect(openGitState(directory).read()).rejects.toMatchObject({ code: "STATE_REWRITTEN" });
  });

  it("does not make a whole clone shallow", async () => {
    await (await world.clone()).state.commit(write({ "evidence/a.json": "a" }), about("first"));
    const directory = await cloneWith("whole");

    await openGitState(directory).read();

    expect(runGit(directory, "rev-parse", "--is-shallow-repository").trim()).toBe("false");
  });

  it.each([
    ["a mirror", ["--mirror"]],
    ["a clone without files", ["--filter=blob:none", "--no-checkout"]],
    ["a clone without a work tree", ["--bare"]],
  ] as const)("writes from %s", async (_name, words) => {
    runGit(bare, "config", "uploadpack.allowFilter", "true");
    await (await world.clone()).state.commit(write({ "evidence/a.json": "a" }), about("first"));
    const directory = await cloneWith("special", ...words);
    await (await world.clone()).state.commit(write({ "evidence/b.json": "b" }), about("second"));

    await world.cutOff(true);
    const waiting = await openGitState(directory).commit(write({ "evidence/c.json": "c" }), about("third"));
    await world.cutOff(false);
    const pushed = await openGitState(directory).commit(write({ "evidence/d.json": "d" }), about("fourth"));

    expect([waiting.kind, pushed.kind]).toEqual(["waiting", "pushed"]);
    expect(await world.messages()).toEqual(["first", "second", "third", "fourth"]);
    expect(sortedPaths(await world.files())).toEqual([
      "evidence/a.json",
      "evidence/b.json",
      "evidence/c.json",
      "evidence/d.json",
    ]);
  });

  it("is one state for all work trees of a clone, and for a directory below one", async () => {
    const clone = await world.clone();
    const directory = directoryOf(clone);
    runGit(directory, "worktree", "add", "--quiet", "--detach", join(world.root, "beside"));
    await mkdir(join(world.root, "beside/fleets/campus"), { recursive: true });

    await openGitState(join(world.root, "beside/fleets/campus")).commit(
      write({ "evidence/a.json": "a" }),
      about("beside"),
    );
    const read = await clone.state.read({ isOffline: true });

    expect(sortedPaths(read.files)).toEqual(["evidence/a.json"]);
  });

  it("is the state of a submodule, not of what it is part of", async () => {
    await cloneWith("unused");
    const outer = directoryOf(await world.clone({ hasRemote: false }));
    runGit(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", `file://${bare}`, "fleet");

    const committed = await openGitState(join(outer, "fleet")).commit(
      write({ "evidence/a.json": "a" }),
      about("inner"),
    );

    expect([committed.kind, await world.messages()]).toEqual(["pushed", ["inner"]]);
    expect(runGit(outer, "for-each-ref", "refs/heads/hubfleet", "refs/hubfleet")).toBe("");
  });

  it("uses the remote that was chosen, origin otherwise, never the fork that a branch follows", async () => {
    const directory = directoryOf(await world.clone());
    const fork = join(world.root, "fork.git");
    runGit(world.root, "init", "--quiet", "--bare", fork);
    runGit(directory, "remote", "add", "fork", fork);
    runGit(directory, "push", "--quiet", "--set-upstream", "fork", "main");
    const remoteWith = async (key?: string, value = ""): Promise<string | undefined> => {
      if (key !== undefined) runGit(directory, "config", key, value);
      return (await openGitState(directory).read()).standing.remote;
    };

    expect(await remoteWith()).toBe("origin");
    expect(await remoteWith("branch.hubfleet/state.remote", "fork")).toBe("fork");
    expect(await remoteWith("hubfleet.remote", "origin")).toBe("origin");
    expect(await remoteWith("hubfleet.remote", "none")).toBeUndefined();
    await expect(remoteWith("hubfleet.remote", "gone")).rejects.toMatchObject({
      code: "STATE_REMOTE_UNKNOWN",
      hint: "remotes: origin, fork; choose with: git config hubfleet.remote NAME",
    });
  });
});
