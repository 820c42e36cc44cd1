import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { findPython } from "../../src/adapters/environments/find-python.ts";
import { createRun } from "../../src/adapters/run.ts";

describe("find python: an interpreter is usable", () => {
  const run = createRun();
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-python-"));
    await chmod(root, 0o755);
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  /** A minor that no machine has, so that the system's own interpreters are not found instead. */
  const minor = "3.99";

  async function install(directory: string, says: string, mode = 0o755): Promise<string> {
    await mkdir(join(root, directory), { recursive: true });
    const executable = join(root, directory, `python${minor}`);
    await writeFile(executable, `#!/bin/sh\n${says}\n`, { mode: 0o755 });
    await chmod(join(root, directory), mode);
    return executable;
  }

  function probeAnswer(executable: string, version = `${minor}.1`): string {
    return `echo '["${executable}","${version}","linux-x86_64"]'`;
  }

  it("where every account may go", async () => {
    const executable = await install("open", probeAnswer(join(root, `open/python${minor}`)));

    const found = await findPython(minor, { run, path: [join(root, "open")], forEverybody: true });

    expect(found).toEqual({ executable, version: `${minor}.1`, platform: "linux-x86_64" });
  });

  it("in a closed directory only for its owner", async () => {
    const executable = await install("closed", probeAnswer(join(root, `closed/python${minor}`)), 0o700);
    const path = [join(root, "closed")];

    expect(await findPython(minor, { run, path, forEverybody: true })).toBeUndefined();
    expect(await findPython(minor, { run, path, forEverybody: false })).toMatchObject({ executable });
  });

  it("when its base may be run by all, wherever the link to it lies", async () => {
    const base = await install("base", "exit 0");
    await install("closed", probeAnswer(base), 0o700);

    const found = await findPython(minor, { run, path: [join(root, "closed")], forEverybody: true });

    expect(found).toMatchObject({ executable: base });
  });

  it("unless it fails, says something else, or is of another minor", async () => {
    await install("fails", "echo 'pyenv: not installed' >&2; exit 127");
    await install("speaks", "echo 'Hello'");
    await install("other", probeAnswer(join(root, `other/python${minor}`), "3.98.7"));
    const good = await install("good", probeAnswer(join(root, `good/python${minor}`)));
    const path = ["nowhere", "fails", "speaks", "other", "good"].map((name) => join(root, name));

    expect(await findPython(minor, { run, path, forEverybody: true })).toMatchObject({ executable: good });
    expect(await findPython(minor, { run, path: path.slice(0, 4), forEverybody: true })).toBeUndefined();
  });
});
