import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, it } from "vitest";

import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import type { HubUse } from "../../src/operate/observe/count-use.ts";
import { hubUse } from "../../src/operate/observe/hub-use.ts";
import { hubPaths } from "../../src/runtime/local/paths.ts";
import { aLocalWorld } from "../support/a-local-world.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const fleetUuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
const pythonPath = fileURLToPath(new URL("../../assets/python", import.meta.url));

let root: string;
let servers: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hubfleet-use-"));
  servers = hubPaths(root, fleetUuid, "alpha").serverUse;
  await mkdir(dirname(servers), { recursive: true });
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** What hubs write, in Python, and hubfleet reads. */
skipSuiteUnless(tool("python3"), "python3 is not on PATH")("the log of a hub's use", () => {
  /** Answers what the hub's own log was told. */
  const hub = (code: string, path = servers): string => {
    const program = `
import os, resource
from hubfleet_local.use_log import UseLog
class Log:
    def warning(self, text, *words):
        print(text % words)
log, path = Log(), ${JSON.stringify(path)}
${code}`;
    const { status, stdout, stderr } = spawnSync("python3", ["-c", program], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], PYTHONPATH: pythonPath, PYTHONDONTWRITEBYTECODE: "1" },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  };
  const use = (): Promise<HubUse | undefined> =>
    hubUse(
      { fleetUuid, hub: "alpha", since: new Date(0), until: new Date(Date.now() + 60_000) },
      { files: createStateFilesDisk(), machine: { ...aLocalWorld().machine, stateRoot: root } },
    );

  it("is a line for each server and Dask cluster of people, without their names, for the hub alone to read", async () => {
    expect(await use()).toBeUndefined();
    const said = hub(`
use = UseLog(path, "fleet/alpha")
use.begin(log); use.begin(log)
for user in ("ada", "grace", "ada", "hubfleet-check-0123abcd", "Hubfleet-Check-x"):
    use.note("ready", user, log)
use.note("failed", "grace", log, "lab")
UseLog(path.replace("servers", "dask"), "fleet/alpha").note("dask", "ada", log)
use.begin(log)`);

    expect(said).toBe("");
    expect(await use()).toEqual({
      spawns: 3,
      users: 2,
      daskClusters: 1,
      failedSpawns: 1,
      failedUsers: 1,
      failing: [{ image: "lab", users: 1 }],
    });
    const text = readFileSync(servers, "utf8");
    expect(text.trimEnd().split("\n")).toHaveLength(5);
    expect(text).not.toMatch(/ada|grace|check/i);
    expect(statSync(servers).mode & 0o777).toBe(0o600);
  });

  it("is read from a moment on, over both of its parts, and is nothing where it does not count", () => {
    const none = hub(`print(UseLog(path, "fleet/alpha").read(""))`);
    const line = (at: string): string => `${JSON.stringify({ at, kind: "ready", user: "0123" })}\n`;
    const [nine, ten, eleven] = [9, 10, 11].map((hour) => line(`2026-11-21T${`${hour}`.padStart(2, "0")}:00:00.000Z`));
    writeFileSync(`${servers}.1`, `${nine}${ten}`);
    writeFileSync(servers, `${eleven}{"at":"20`);

    const said = hub(`print(UseLog(path, "fleet/alpha").read("2026-11-21T10:00:00.000Z"), end="")`);

    expect(none).toBe("None\n");
    expect(said).toBe(`${ten}${eleven}`);
  });

  it("stays below its size for ever, and keeps what is newest", async () => {
    hub(`
use = UseLog(path, "fleet/alpha", most=20_000)
for number in range(3000):
    use.note("ready", str(number), log)
use.note("failed", "last", log)`);

    expect(Math.max(...[servers, `${servers}.1`].map((path) => statSync(path).size))).toBeLessThanOrEqual(20_100);
    const counted = await use();
    expect(counted).toMatchObject({ failedSpawns: 1, failedUsers: 1 });
    expect(counted?.spawns).toBeGreaterThan(200);
    expect(counted?.users).toBe(counted?.spawns);
  });

  it("has whole lines after a kill in the middle of one", async () => {
    hub(`UseLog(path, "fleet/alpha").note("ready", "ada", log)`);
    const whole = readFileSync(servers, "utf8");
    writeFileSync(servers, whole + whole.slice(0, 30));

    hub(`UseLog(path, "fleet/alpha").note("ready", "grace", log)`);

    expect(await use()).toMatchObject({ spawns: 2, users: 2 });
    expect(readFileSync(servers, "utf8").split("\n")).toHaveLength(4);
  });

  it("loses lines on a full disk, and never leaves a part of one", async () => {
    const said = hub(`
use = UseLog(path, "fleet/alpha")
use.note("ready", "ada", log)
size = os.stat(path).st_size
for more in range(1, size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, resource.RLIM_INFINITY))
    use.note("ready", "grace", log)
    assert os.stat(path).st_size == size
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
use.note("ready", "grace", log)`);

    expect(new Set(said.trimEnd().split("\n"))).toEqual(
      new Set(["use is not counted: there is no room for a whole line"]),
    );
    expect(await use()).toMatchObject({ spawns: 2, users: 2 });
  });

  it("is given up, and said, where there is no directory, or something else in its place", async () => {
    const link = join(root, "link.jsonl");
    await symlink(join(root, "precious"), link);
    writeFileSync(join(root, "precious"), "precious");

    const said = [join(root, "none/use.jsonl"), root, link].map((path) =>
      hub(`use = UseLog(path, "fleet/alpha")\nuse.begin(log)\nuse.note("ready", "ada", log)`, path),
    );

    expect(said[0]).toMatch(/^(use is not counted: .*No such file or directory.*\n){2}$/);
    expect(said[1]).toMatch(/^use is not counted: .*Is a directory/);
    expect(said[2]).toMatch(/^use is not counted: .*symbolic link/);
    expect(readFileSync(join(root, "precious"), "utf8")).toBe("precious");
  });
});
