import { spawnSync } from "node:child_process";
import { rename } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const taken = (name: string, digit: string): string => `registry.example.org/${name}@sha256:${digit.repeat(64)}`;
// Images that are taken from a registry as they are have nothing to test here: it is about Git.
const files: Readonly<Record<string, string>> = {
  "fleet.yaml":
    "version: 1\nname: two-clones\nuuid: 11111111-2222-4333-8444-555555555555\nstages:\n  - name: production\n",
  "platform.yaml":
    "version: 1\nimages: { hub: hub, notebook: lab }\naccess: { admins: [ada], login: { kind: sign-up } }\n",
  "clusters/far.yaml": "version: 1\nprovider: kubeconfig\n",
  "hubs/campus.yaml": "version: 1\ncluster: far\nstage: production\ndomain: hub.example.org\n",
  "images/hub/image.yaml": `version: 1\nrole: hub\nfrom: ${taken("hub", "a")}\n`,
  "images/lab/image.yaml": `version: 1\nrole: notebook\nfrom: ${taken("lab", "b")}\n`,
};

skipSuiteUnless(tool("git"), "git is not installed")("bundles of a repository with two clones", () => {
  let sandbox: Sandbox;
  let bare: string;
  let other: string;

  beforeAll(async () => {
    sandbox = await createSandbox("bundles");
    [bare, other] = [join(sandbox.root, "fleet.git"), join(sandbox.root, "other")];
    for (const [path, text] of Object.entries(files)) await sandbox.edit(path, () => text);
    git(sandbox.root, "init", "--quiet", "--bare", "--initial-branch", "main", bare);
    git(sandbox.fleet, "init", "--quiet", "--initial-branch", "main");
    git(sandbox.fleet, "remote", "add", "origin", bare);
    commit("first");
    git(sandbox.fleet, "push", "--quiet", "origin", "main");
    git(sandbox.root, "clone", "--quiet", bare, other);
  });
  afterAll(async () => {
    expect(await sandbox.sweep()).toEqual([]);
  });

  function git(directory: string, ...words: readonly string[]): string {
    const who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
    const { status, stdout, stderr } = spawnSync("git", ["-C", directory, ...who, ...words], { encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stderr}`);
    return stdout.trim();
  }
  function commit(message: string): void {
    git(sandbox.fleet, "add", "--all");
    git(sandbox.fleet, "commit", "--quiet", "--message", message);
  }
  const remoteCommits = (): number => Number(git(bare, "rev-list", "--count", "hubfleet/state"));

  it("are one for a commit, compared, kept while the remote is away, and refused when they were changed", async () => {
    const first = await sandbox.succeed(["bundle", "new", "-o", "name"]);
    const there = await sandbox.succeed(["bundle", "new", "-o", "name"], { directory: other });
    const id = first.stdout.trim();
    expect(id).toMatch(/^\d{4}\.\d{2}\.\d{2}-[0-9a-f]{8}$/);
    expect(there.stdout.trim()).toBe(id);
    expect(there.stderr).toContain("for the first time");
    expect(remoteCommits()).toBe(1);

    await sandbox.edit("platform.yaml", (text) => `${text}environment: { REGION: north }\n`);
    const refused = await sandbox.hubfleet(["bundle", "new"]);
    expect(refused).toMatchObject({ exitCode: 64, stdout: "" });
    expect(refused.stderr).toContain("error BUNDLE_UNCOMMITTED  platform.yaml");

    commit("region");
    await rename(bare, `${bare}.away`);
    const second = await sandbox.succeed(["bundle", "new"]);
    await rename(`${bare}.away`, bare);
    expect(second.stdout).toContain(`differs from ${id} in settings; the images are those of ${id}`);
    expect(second.stderr).toContain("state waiting to be pushed to origin: 1 commit");
    expect(remoteCommits()).toBe(1);
    await sandbox.succeed(["bundle", "new"]);
    expect(remoteCommits()).toBe(2);

    const [newest = "", oldest] = (await sandbox.succeed(["bundle", "list", "-o", "name"], { directory: other })).stdout
      .trim()
      .split("\n");
    expect(oldest).toBe(id);
    const digits = newest.split("-")[1] ?? "";
    const difference = await sandbox.succeed(["bundle", "diff", id, digits, "-o", "md"], { directory: other });
    expect(difference.stdout).toContain("| platform: environment.REGION |  | north | platform.yaml:4:16 |");
    expect(git(sandbox.fleet, "status", "--porcelain")).toBe("");

    const shown = await sandbox.succeed(["bundle", "show", digits, "-o", "yaml"]);
    const work = join(sandbox.root, "meddling");
    git(sandbox.root, "clone", "--quiet", "--branch", "hubfleet/state", bare, work);
    await sandbox.edit(`../meddling/bundles/${newest}.yaml`, (text) => text.replace("north", "south"));
    git(work, "commit", "--quiet", "--all", "--message", "meddle");
    git(work, "push", "--quiet");
    const changed = await sandbox.hubfleet(["bundle", "show", digits]);
    expect(shown.stdout).toContain("REGION: north");
    expect(changed).toMatchObject({ exitCode: 1, stdout: "" });
    expect(changed.stderr).toContain("error BUNDLE_CHANGED");
  });
});
