import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { createRun } from "../../src/adapters/run.ts";
import { about, directoryOf, sortedPaths, write } from "../support/state-edits.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";
import { createGitStateWorld, openGitState, readUntouched, runGit } from "../support/state-worlds.ts";

type GitWorld = Awaited<ReturnType<typeof createGitStateWorld>>;

skipSuiteUnless(tool("git"), "git is not installed")("the state ref beside people and their settings", () => {
  let world: GitWorld;
  let bare: string;

  beforeEach(async () => {
    world = await createGitStateWorld();
    bare = join(world.root, "fleet.git");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await world.remove();
  });

  it("touches no work tree, index, HEAD or configuration, runs no hook and signs nothing", async () => {
    const clone = await world.clone();
    const directory = directoryOf(clone);
    await mkdir(join(directory, ".git/hooks"));
    for (const hook of ["reference-transaction", "pre-push", "pre-commit", "post-commit", "post-index-change"]) {
      await writeFile(join(directory, ".git/hooks", hook), `#!/bin/sh\necho ${hook} >> ${world.root}/ran\nexit 1\n`);
      await chmod(join(directory, ".git/hooks", hook), 0o755);
    }
    for (const [key, value] of [
      ["commit.gpgSign", "true"],
      ["push.gpgSign", "true"],
      ["gpg.program", "/bin/false"],
    ] as const) {
      runGit(directory, "config", key, value);
    }
    await writeFile(join(directory, "fleet.yaml"), "version: 1 # being edited\n");
    await writeFile(join(directory, "new.yaml"), "new\n");
    const before = await readUntouched(directory);

    const committed = await clone.state.commit(write({ "evidence/a.json": "a" }), about("first"));
    await world.cutOff(true);
    await clone.again().commit(write({ "evidence/b.json": "b" }), about("second"));
    await world.cutOff(false);
    await clone.again().sync();

    expect(committed.kind).toBe("pushed");
    expect(await readUntouched(directory)).toEqual(before);
    expect(await readdir(world.root)).not.toContain("ran");
    expect(await readdir(join(directory, ".git"))).not.toContain("FETCH_HEAD");
  });

  it("writes as hubfleet, whoever Git thinks is there", async () => {
    vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
    vi.stubEnv("GIT_AUTHOR_NAME", "Ada Example");
    vi.stubEnv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z");
    vi.stubEnv("EMAIL", "");

    await (await world.clone()).state.commit(write({ "evidence/a.json": "a" }), about("first\n\nand more: é"));

    const log = runGit(bare, "log", "--format=%an <%ae> %cn <%ce> %aI %B", "hubfleet/state");
    expect(log.trim()).toBe(
      "hubfleet <hubfleet@localhost> hubfleet <hubfleet@localhost> 2026-11-21T09:01:00+00:00 first\n\nand more: é",
    );
  });

  it("does not follow the repository that a hook around it works in", async () => {
    const [clone, other] = [await world.clone(), directoryOf(await world.clone({ hasRemote: false }))];
    const objects = runGit(other, "count-objects");
    vi.stubEnv("GIT_DIR", join(other, ".git"));
    vi.stubEnv("GIT_WORK_TREE", other);
    vi.stubEnv("GIT_INDEX_FILE", join(other, ".git/index"));
    vi.stubEnv("GIT_OBJECT_DIRECTORY", join(other, ".git/objects"));
    vi.stubEnv("GIT_CONFIG_PARAMETERS", "'core.bare'='true'");

    const committed = await clone.state.commit(write({ "evidence/a.json": "a" }), about("first"));

    vi.unstubAllEnvs();
    expect(committed.kind).toBe("pushed");
    expect(runGit(other, "for-each-ref", "refs/heads/hubfleet", "refs/hubfleet")).toBe("");
    expect(runGit(other, "count-objects")).toBe(objects);
    expect(await world.messages()).toEqual(["first"]);
  });

  it("gives up on a remote that does not answer, and leaves no process behind", async () => {
    const directory = directoryOf(await world.clone());
    const connections: string[] = [];
    const server = createServer((socket) => void socket.once("data", () => connections.push("asked")));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number }; // it listens on a port
    try {
      for (const scheme of ["git", "http"]) {
        runGit(directory, "remote", "set-url", "origin", `${scheme}://127.0.0.1:${port}/fleet.git`);
        const state = openGitState(directory, { remoteMilliseconds: 700 });

        const committed = await state.commit(write({ [`evidence/${scheme}.json`]: scheme }), about(scheme));

        expect(committed).toMatchObject({
          kind: "waiting",
          snapshot: { standing: { waiting: { reason: "unreachable", words: "no answer within 0.7 s" } } },
        });
      }
      expect(connections).toEqual(["asked", "asked"]);
      expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(`127.0.0.1:${port}/fleet.git`);
    } finally {
      server.close();
    }
  });

  it("shows no password of an address, and asks nobody for one", async () => {
    const directory = directoryOf(await world.clone());
    runGit(directory, "remote", "set-url", "origin", "http://ada:geheim@127.0.0.1:9/fleet.git");

    const { standing } = await openGitState(directory).read();

    expect(standing.reach).toMatchObject({ kind: "stale", words: expect.stringContaining("127.0.0.1:9") as string });
    expect(JSON.stringify(standing)).not.toContain("geheim");
  });

  it("calls ssh as the operator does, but so that it does not ask", async () => {
    const directory = directoryOf(await world.clone());
    const ssh = join(world.root, "my-ssh");
    await writeFile(ssh, `#!/bin/sh\necho "$@" >> ${world.root}/asked\nexit 255\n`);
    await chmod(ssh, 0o755);
    runGit(directory, "remote", "set-url", "origin", "git@example.invalid:fleet.git");
    runGit(directory, "config", "core.sshCommand", `${ssh} -v`);

    const { standing } = await openGitState(directory).read();

    expect(standing.reach.kind).toBe("stale");
    const asked = execFileSync("cat", [join(world.root, "asked")], { encoding: "utf8" });
    expect(asked).toContain("-v -oBatchMode=yes -oConnectTimeout=15");
  });

  it("names what people type when the remote was rewritten, and that works", async () => {
    const clone = await world.clone();
    const directory = directoryOf(clone);
    await clone.state.commit(write({ "evidence/a.json": "a" }), about("first"));
    await clone.state.commit(write({ "evidence/b.json": "b" }), about("second"));
    const hintNow = async (): Promise<readonly string[]> =>
      commandsIn(
        await clone
          .again()
          .read()
          .catch((thrown: unknown) => thrown),
      );

    await world.damage("truncate");
    const [putBack = "false"] = await hintNow();
    execFileSync("sh", ["-c", putBack], { cwd: directory, stdio: "pipe" });
    const mended = await world.messages();
    await world.damage("truncate");
    const [, accept = "false"] = await hintNow();
    execFileSync("sh", ["-c", accept], { cwd: directory, stdio: "pipe" });

    expect(mended).toEqual(["first", "second"]);
    expect(sortedPaths((await clone.again().read()).files)).toEqual(["evidence/a.json"]);
    expect((await clone.again().sync()).kind).toBe("nothing");
  });

  it("names what people type to give up what waits and contradicts the remote, and that works", async () => {
    const [ada, grace] = [await world.clone(), await world.clone()];
    await ada.state.commit(write({ "deployed.yaml": "stage: a\n" }), about("together"));
    await world.cutOff(true);
    await ada.again().commit(write({ "deployed.yaml": "stage: b\n" }), about("ada's"));
    await world.cutOff(false);
    await grace.state.commit(write({ "deployed.yaml": "stage: c\n" }), about("grace's"));
    const thrown: unknown = await ada
      .again()
      .sync()
      .catch((error: unknown) => error);
    const [compare = "false", giveUp = "false"] = commandsIn(thrown);

    const difference = execFileSync("sh", ["-c", compare], { cwd: directoryOf(ada), encoding: "utf8" });
    execFileSync("sh", ["-c", giveUp], { cwd: directoryOf(ada), stdio: "pipe" });

    expect(difference).toMatch(/^-stage: c\n\+stage: b$/m);
    expect((await ada.again().read()).files.get("deployed.yaml")).toBe("stage: c\n");
  });

  it("leaves alone what others put on the branch, and shows bytes that are no text", async () => {
    const clone = await world.clone();
    const directory = directoryOf(clone);
    const blob = execFileSync("git", ["-C", directory, "hash-object", "-w", "--stdin"], {
      input: Buffer.from([0xff, 0x0a]),
    });
    const id = blob.toString().trim();
    const tree = `100644 blob ${id}\tbytes\n120000 blob ${id}\tlink\n100755 blob ${id}\ttool\n`;
    const made = execFileSync("git", ["-C", directory, "mktree"], { input: tree, encoding: "utf8" }).trim();
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    const commit = runGit(directory, ...who, "commit-tree", made, "-m", "by hand").trim();
    runGit(directory, "push", "--quiet", "origin", `${commit}:refs/heads/hubfleet/state`);

    const committed = await clone.state.commit(write({ "evidence/a.json": "a" }), about("ours"));

    expect([...committed.snapshot.files]).toEqual([
      ["bytes", "\u{fffd}\n"],
      ["tool", "\u{fffd}\n"],
      ["evidence/a.json", "a"],
    ]);
    expect(
      runGit(bare, "ls-tree", "hubfleet/state")
        .trim()
        .split("\n")
        .map((line) => line.replace(/ [a-z]+ \S+\t/, " ")),
    ).toEqual(["100644 bytes", "040000 evidence", "120000 link", "100755 tool"]);
  });

  it("names the lock file that a killed Git left", async () => {
    const clone = await world.clone();
    const directory = directoryOf(clone);
    await clone.state.commit(write({ "evidence/a.json": "a" }), about("first"));
    const lock = join(directory, ".git/refs/heads/hubfleet/state.lock");
    await writeFile(lock, "");
    await world.cutOff(true);

    const failing = clone.again().commit(write({ "evidence/b.json": "b" }), about("second"));

    await expect(failing).rejects.toMatchObject({
      code: "STATE_GIT_FAILED",
      hint: `if no other Git is at work in this repository, remove ${lock}`,
    });
  });

  it("says that there is no repository, and that a command was interrupted", async () => {
    const clone = await world.clone();
    const controller = new AbortController();
    controller.abort();

    await expect(openGitState(world.root).read()).rejects.toMatchObject({ code: "NOT_A_REPOSITORY" });
    await expect(clone.state.read({ signal: controller.signal })).rejects.toMatchObject({ code: "INTERRUPTED" });
    const noGit = openGitState(world.root, { run: (_argv, options) => createRun()(["no-such-program"], options) });
    await expect(noGit.read()).rejects.toMatchObject({ code: "TOOL_MISSING" });
  });
});

/** What a hint tells people to type. */
function commandsIn(thrown: unknown): readonly string[] {
  const { hint = "" } = thrown as { readonly hint?: string }; // a HubfleetError has one
  return [.../git .*?(?=;|$)/g[Symbol.matchAll](hint)].map(([words]) => words);
}
