import { readdir } from "node:fs/promises";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const requirements = "# What the tools need.\nsix==1.16.0  # old on purpose\n";

/** What becomes of an edit of an image, with real locks and environments of a few small packages. */
skipSuiteUnless(tool("uv") && tool("git"), "uv or git is not installed")("an image that somebody edits", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await createSandbox("images", { environments: "own" });
    await sandbox.init();
    const minor = await minorOf(sandbox);
    await sandbox.edit(
      "images/tools/image.yaml",
      () => `${image(minor)}variants:\n  next:\n    requirements: next.txt\n`,
    );
    await sandbox.edit("images/tools/requirements.txt", () => requirements);
    await sandbox.edit("images/tools/next.txt", () => "six\npackaging\n");
    await sandbox.hubfleet(["image", "lock"]);
    await git("add", "--all");
    await git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "tools");
  });

  afterAll(async () => {
    expect(await sandbox.sweep()).toEqual([]);
  });

  const git = async (...words: readonly string[]): Promise<string> =>
    (await execa("git", words, { cwd: sandbox.fleet })).stdout;
  const python = async (target: string, code: string): Promise<string> => {
    const shown = await sandbox.succeed(["image", "show", target, "-o", "json"]);
    const { environment } = JSON.parse(shown.stdout) as { environment: { path: string } }; // as documented
    return (await execa(`${environment.path}/bin/python`, ["-c", code])).stdout;
  };

  it("in a web page is refused at its line, and mended by image lock --ci, which commits nothing else", async () => {
    await sandbox.edit("images/tools/requirements.txt", (text) => `${text}packaging\n`);
    await sandbox.edit("platform.yaml", (text) => `${text}# not for this commit\n`);

    const refused = await sandbox.hubfleet(["validate", "--ci", "github"]);
    const checked = await sandbox.hubfleet(["image", "lock", "--check"]);
    const built = await sandbox.hubfleet(["image", "build", "tools"]);
    const mended = await sandbox.succeed(["image", "lock", "--ci"]);

    expect(refused).toMatchObject({ exitCode: 64 });
    expect(refused.stdout).toContain("error LOCK_STALE  images/tools/requirements.txt:3:1");
    expect(refused.stdout).toContain("hubfleet image lock tools");
    expect(refused.stdout).toMatch(/^::error .*file=images\/tools\/requirements.txt,line=3/m);
    expect([checked.exitCode, built.exitCode]).toEqual([64, 64]);
    expect(mended.stderr).toContain("image/tools: + packaging");
    expect(await git("show", "--stat", "--format=%s", "HEAD")).toMatch(/^Lock tools\n[^]*lock\.txt/);
    expect(await git("diff", "--name-only", "HEAD")).toBe("images/tools/requirements.txt\nplatform.yaml");
    await sandbox.succeed(["validate"]);
  });

  it("by image add keeps its comments, and is locked, built and importable", async () => {
    const before = await sandbox.read("images/tools/requirements.txt");

    const added = await sandbox.succeed(["image", "add", "tools", "toolz>=1.0"]);

    expect(await sandbox.read("images/tools/requirements.txt")).toBe(`${before}toolz>=1.0\n`);
    expect(added.stdout).toMatch(/images\/tools\/lock\.txt: \+ toolz \d/);
    expect(await python("tools", "import six, packaging, toolz; print(six.__version__)")).toBe("1.16.0");
  });

  it("by image add leaves no trace when there is no such package", async () => {
    const before = await git("status", "--short");
    const text = await sandbox.read("images/tools/requirements.txt");

    const refused = await sandbox.hubfleet(["image", "add", "tools", "hubfleet-no-such-package-1b6c"]);

    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("LOCK_FAILED") as string });
    expect(await sandbox.read("images/tools/requirements.txt")).toBe(text);
    expect(await git("status", "--short")).toBe(before);
  });

  it("gets newer versions only when they are asked for", async () => {
    await sandbox.edit("images/tools/requirements.txt", (text) => text.replace("six==1.16.0", "six"));

    const kept = await sandbox.succeed(["image", "lock", "tools"]);
    const unknown = await sandbox.hubfleet(["image", "lock", "--upgrade", "sixx"]);
    const upgraded = await sandbox.succeed(["image", "lock", "--upgrade", "six"]);

    expect(kept.stderr).toContain("image/tools: same packages");
    expect(unknown).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('did you mean "six"?') as string });
    expect(upgraded.stderr).toMatch(/image\/tools: six 1\.16\.0 → 1\.\d+\.\d+/);
  });

  it("is built once by several at a time, and its variant beside it", async () => {
    const builds = await Promise.all(
      Array.from({ length: 3 }, () => sandbox.hubfleet(["image", "build", "tools", "tools/next"])),
    );

    expect(builds.map(({ exitCode, stderr }) => [exitCode, stderr.includes("error")])).toEqual(
      Array.from({ length: 3 }, () => [0, false]),
    );
    expect(await python("tools/next", "import six, packaging; print(six.__version__ > '1.16')")).toBe("True");
    const environments = sandbox.variables["HUBFLEET_ENVIRONMENTS"] ?? `${sandbox.state}/environments`;
    const left = (await readdir(environments)).filter((name) => !/^[0-9a-f]{32}(?:\.used)?$/.test(name));
    expect(left).toEqual([]);
  });
});

describe("an image's locks", () => {
  it("are the same bytes in every clone", async () => {
    const sandbox = await createSandbox("image-clones", { environments: "own" });
    await sandbox.init();
    const minor = await minorOf(sandbox);
    await sandbox.edit("images/tools/image.yaml", () => image(minor));
    await sandbox.edit("images/tools/requirements.txt", () => "packaging\n");
    await sandbox.hubfleet(["image", "lock", "tools"]);
    const first = await sandbox.read("images/tools/lock.txt");
    await execa("rm", ["images/tools/lock.txt"], { cwd: sandbox.fleet });

    await sandbox.hubfleet(["-C", sandbox.fleet, "image", "lock", "tools"], { directory: "/" });

    expect(await sandbox.read("images/tools/lock.txt")).toBe(first);
    expect(first).not.toContain(sandbox.root);
    expect(await sandbox.sweep()).toEqual([]);
  });
});

function image(minor: string): string {
  return `version: 1\nrole: notebook\npython: "${minor}"\n`;
}

/** The one that `init` found on this machine. */
async function minorOf(sandbox: Sandbox): Promise<string> {
  return /^python: "(3\.\d+)"/m.exec(await sandbox.read("images/lab/image.yaml"))?.[1] ?? "3.11";
}
