import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { eventually } from "../support/eventually.ts";
import { freeBlock } from "../support/process-sandbox.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const asset = (path: string): string => fileURLToPath(new URL(`../../assets/${path}`, import.meta.url));
const mostBytes = 50_000;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hubfleet-logs-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Sizes of the log and of its earlier part. */
const sizes = (log: string): readonly number[] =>
  [log, `${log}.older`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);

describe("the log of a real proxy", () => {
  it("stays below its size under a flood of requests that fail, and keeps the last lines", async () => {
    const [log, port] = [join(root, "proxy.log"), await freeBlock()];
    const manifest = createRequire(import.meta.url).resolve("configurable-http-proxy/package.json");
    const program = join(manifest, "..", "bin", "configurable-http-proxy");
    const out = openSync(log, "a", 0o600);
    const argv = [
      ...["--require", asset("node/bound-log.cjs"), program, "--ip", "127.0.0.1", "--port", String(port)],
      ...["--api-ip", "127.0.0.1", "--api-port", String(port + 1), "--log-level", "warn"],
      ...["--default-target", `http://127.0.0.1:${port + 2}`],
    ];
    const proxy = spawn(process.execPath, argv, {
      env: { CONFIGPROXY_AUTH_TOKEN: "x", HUBFLEET_LOG_BYTES: String(mostBytes) },
      stdio: ["ignore", out, out],
    });
    closeSync(out);
    const ended = once(proxy, "exit");
    try {
      const ask = async (path: string): Promise<number> =>
        (
          await fetch(`http://127.0.0.1:${port}/${path}`).then(async (answer) => {
            await answer.text();
            return answer;
          })
        ).status;
      await eventually("it answers", async () => (await ask("first").catch(() => 0)) === 503, 20_000);
      let asked = 0;
      const cuts = new Set<number>();
      // Until it was cut three times: each cut makes another file.
      await eventually(
        "it is cut",
        async () => {
          await Promise.all(Array.from({ length: 100 }, () => ask(`flood/${asked++}`)));
          cuts.add(statSync(`${log}.older`, { throwIfNoEntry: false })?.ino ?? 0);
          return cuts.size > 3;
        },
        60_000,
      );
      await ask("the-last-one");
      await eventually("it is below its size", () => sizes(log).every((size) => size <= mostBytes), 20_000);
      expect((await createStateFilesDisk().tail(log, 500)).join("\n")).toContain("/the-last-one");
    } finally {
      proxy.kill("SIGKILL");
      await ended;
    }
  }, 120_000);
});

skipSuiteUnless(tool("python3"), "python3 is not on PATH")("logs that hubfleet's Python bounds", () => {
  const python = (code: string, environment: Readonly<Record<string, string>> = {}): ReturnType<typeof spawnSync> =>
    spawnSync("python3", ["-c", code], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], PYTHONPATH: asset("python"), PYTHONDONTWRITEBYTECODE: "1", ...environment },
    });

  it("stay below their size while a program writes them, and end with what it wrote last", async () => {
    const log = join(root, "hub.log");
    const code = `
import os, sys, time
from hubfleet_local import log_bounds
log = os.open(${JSON.stringify(log)}, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
os.dup2(log, 1)
log_bounds._EVERY_SECONDS = 0.05
log_bounds.start()
for number in range(20000):
    print("line", number, "x" * 40, flush=True)
    if number % 500 == 0:
        time.sleep(0.1)
time.sleep(0.5)
print("the last line", flush=True)
time.sleep(0.5)
`;

    const { status, stderr } = python(code, { HUBFLEET_LOG_BYTES: String(mostBytes) });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(Math.max(...sizes(log))).toBeLessThanOrEqual(mostBytes);
    const lines = await createStateFilesDisk().tail(log, 100);
    expect(lines.slice(-2)).toEqual([`line 19999 ${"x".repeat(40)}`, "the last line"]);
  });

  it("of users' servers are cut, and those of Dask's processes shortened, but nothing that a user put a link to", async () => {
    const [servers, logs] = [join(root, "servers"), join(root, "dask", "one", "logs")];
    await Promise.all([servers, logs].map((path) => mkdir(path, { recursive: true })));
    const big = `${"x".repeat(99)}\n`.repeat(1_000);
    const small = "small\n";
    const files = { "servers/ada.log": `${big}end\n`, "servers/grace.log": small, "dask/one/logs/worker.log": big };
    for (const [path, text] of Object.entries({ ...files, precious: big })) await writeFile(join(root, path), text);
    await symlink(join(root, "precious"), join(logs, "a-link.log"));
    const code = `
import os
from hubfleet_local import log_bounds
os.link(${JSON.stringify(join(root, "precious"))}, ${JSON.stringify(join(logs, "hard.log"))})
class Site:
    def in_run(self, *parts):
        return os.path.join(${JSON.stringify(root)}, *parts)
log_bounds.bound_others(Site(), ${mostBytes})
`;

    const { status, stderr } = python(code);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(servers).sort()).toEqual(["ada.log", "ada.log.older", "grace.log"]);
    expect(readFileSync(join(servers, "ada.log"), "utf8")).toBe("");
    expect(readFileSync(join(servers, "ada.log.older"), "utf8")).toBe(`${big}end\n`.slice(-mostBytes));
    expect(readFileSync(join(servers, "grace.log"), "utf8")).toBe(small);
    expect(readFileSync(join(logs, "worker.log"), "utf8")).toBe(big.slice(-mostBytes / 2));
    expect(readFileSync(join(root, "precious"), "utf8")).toBe(big);
  });
});
