import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { parseLock } from "../../src/image/lock/parse-lock.ts";
import type { CheckReport } from "../../src/operate/check/check-report.ts";
import { composeChannel, pythonPackages } from "../support/conda/conda-channel.ts";
import { anUvSubject } from "../support/environments-subject.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnlessLong } from "../support/skip.ts";

/** What a server and a Dask worker of it see; raises where it is not what environment.yml and its packages say. */
const lookAround = `
import os, subprocess, sys
from dask_gateway import Gateway

def seen():
    import os, sys
    return [sys.prefix, *(os.environ.get(name, "unset") for name in ("CONDA_PREFIX", "WORDS_DATA", "WORDS"))]

expected = [sys.prefix, sys.prefix, f"{sys.prefix}/share/words", "words"]
assert seen() == expected, seen()
assert os.path.isdir(f"{sys.prefix}/conda-meta"), sys.prefix
assert subprocess.check_output(["greet"], text=True) == "good day\\n"
cluster = Gateway().new_cluster()
try:
    cluster.scale(1)
    assert cluster.get_client().submit(seen).result(60) == expected
finally:
    cluster.shutdown()
`;

skipSuiteUnlessLong()("a hub out of conda packages with pip packages on top", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await createSandbox("conda-image", { environments: "shared" });
    await sandbox.init();
    const subject = await anUvSubject();
    const python = await subject.create().findPython("3.11");
    await subject.clean();
    if (python === undefined) throw new Error("no Python 3.11, which the example asks for");
    const channel = composeChannel(join(sandbox.root, "channel"), python, [
      ...pythonPackages(python, "whole"),
      {
        name: "greeting",
        version: "2.0",
        noarch: "python",
        depends: ["python >=3.10"],
        entryPoints: ["greet = greeting:main"],
        files: {
          "site-packages/greeting/__init__.py": "def main():\n    print('good day')\n",
          "etc/conda/activate.d/words.sh": 'export WORDS_DATA="$CONDA_PREFIX/share/$WORDS"\n',
        },
      },
    ]);
    await writeFile(
      join(sandbox.fleet, "images/lab/environment.yml"),
      `channels: ["${channel}"]\ndependencies: [python=3.11, greeting]\nvariables: { WORDS: words }\n`,
    );
    await mkdir(join(sandbox.fleet, "checks"));
    await writeFile(join(sandbox.fleet, "checks/look.py"), lookAround);
    await sandbox.edit("hubs/staging.yaml", (text) => `${text}\nchecks: [{ name: look, file: checks/look.py }]\n`);
  });

  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes", "--delete-homes"]);
    forgetEnvironments(sandbox);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("serves users and Dask", async () => {
    await sandbox.succeed(["up", "hub/staging"]);

    const lock = parseLock(await sandbox.read("images/lab/lock.txt"));
    expect(lock.conda.map(({ name }) => name)).toEqual(["greeting", "python"]);
    expect(lock.packages.map(({ name }) => name)).toContain("jupyterlab");
    const { stdout } = await sandbox.succeed(["check", "hub/staging", "--only", "kernel,extra/look", "-o", "json"]);
    const report = JSON.parse(stdout) as CheckReport;
    expect(report.steps.filter(({ state }) => state !== "passed" && state !== "skipped")).toEqual([]);
    expect(report.steps.find(({ name }) => name === "extra/look")).toMatchObject({ state: "passed" });
    expect((await sandbox.succeed(["plan", "hub/staging"])).stdout).toContain("Nothing to change");
  });
});

/** What was built out of this test's channel is of no use to another. */
function forgetEnvironments(sandbox: Sandbox): void {
  const store = sandbox.variables["HUBFLEET_ENVIRONMENTS"];
  if (store === undefined || !existsSync(store)) return;
  for (const key of readdirSync(store)) {
    const record = join(store, key, "conda-meta/greeting-2.0-0.json");
    if (existsSync(record) && readFileSync(record, "utf8").includes(`${sandbox.root}/channel`)) {
      rmSync(join(store, key), { recursive: true });
    }
  }
}
