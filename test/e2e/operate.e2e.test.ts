import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { eventually } from "../support/eventually.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import { processesOf } from "../support/machine-oracle.ts";
import { createSandbox, freeBlock, type Sandbox } from "../support/process-sandbox.ts";
import { isRoot, skipUnless, skipUnlessLong, tool } from "../support/skip.ts";
import { createVisitor } from "../support/visitor.ts";

const program = fileURLToPath(new URL("../../bin/hubfleet", import.meta.url));

/** What operators do to a hub that people use, told in order. */
describe("operating a hub", () => {
  let sandbox: Sandbox;
  let url: string;
  let grace: HubSession;
  const pidOf = (component: string): number => {
    const record = readFileSync(join(sandbox.hubDirectory("staging"), "run", `${component}.json`), "utf8");
    return (JSON.parse(record) as { pid: number }).pid;
  };
  const pids = (): readonly number[] => ["proxy", "gateway", "hub", "culler"].map(pidOf);

  beforeAll(async () => {
    sandbox = await createSandbox("operate", { environments: "shared" });
    const ports = await sandbox.init();
    url = `http://127.0.0.1:${ports["staging"]}/staging/`;
    await sandbox.succeed(["up", "hub/staging"]);
    grace = await logIn(url, "grace", sandbox.secret("staging", "sharedPassword"));
    await grace.startServer();
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("restarts hub, gateway and culler; the proxy and servers go on, and the log from before is kept", async () => {
    const [proxy, ...others] = pids();

    const { stderr } = await sandbox.succeed(["restart", "hub/staging"]);

    expect(stderr).toContain("running ones go on");
    expect(pidOf("proxy")).toBe(proxy);
    expect(pids().filter((pid) => others.includes(pid))).toEqual([]);
    expect(await grace.run("print('still here')")).toBe("still here\n");
    const previous = await sandbox.succeed(["logs", "hub/staging", "-c", "hub", "--previous"]);
    expect(previous.stdout).toContain("...done");
    const now = await sandbox.succeed(["logs", "hub/staging", "-c", "hub", "-n", "1000"]);
    expect(now.stdout).not.toContain("...done");
    expect((await sandbox.succeed(["plan"])).stdout).toContain("Nothing to change");
  });

  it("restarts the proxy; servers are reached again at once", async () => {
    const [proxy, ...others] = pids();

    await sandbox.succeed(["restart", "hub/staging", "--proxy"]);

    expect(pidOf("proxy")).not.toBe(proxy);
    expect(pids().slice(1)).toEqual(others);
    expect(await grace.serverStatus()).toBe(200);
  });

  it("runs a command in the hub's environment, and passes its exit status on", async () => {
    const python = 'import jupyterhub, sys; print("hub", jupyterhub.__name__); sys.exit(7)';

    const { exitCode, stdout } = await sandbox.hubfleet(["exec", "hub/staging", "--", "python", "-c", python]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: "hub jupyterhub\n" });
  });

  it("runs a command as a user: in their home, with the rights and the environment of their server", async () => {
    const words = 'import os; print(os.environ["JUPYTERHUB_USER"], os.path.basename(os.getcwd()), os.getuid())';
    const own = await grace.run("import os; print(os.getuid())");

    const { stdout } = await sandbox.succeed([
      ...["exec", "hub/staging", "--server", "grace", "--", "python", "-c", words],
    ]);

    expect(stdout).toBe(`grace grace ${own}`);
    const stranger = await sandbox.hubfleet(["exec", "hub/staging", "--server", "nobody", "--", "true"]);
    expect(stranger).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("has no home") as string });
    const absent = await sandbox.hubfleet(["exec", "hub/staging", "--server", "grace", "--", "no-such-program"]);
    expect(absent.exitCode).toBe(127);
  });

  const limited = skipUnless(canLimit(), "no control group can be made here");
  const groupOf = "import re; print(re.findall('hubfleet/.*', open('/proc/self/cgroup').read())[0])";
  const inGroup = async (): Promise<string> =>
    (await sandbox.succeed(["exec", "hub/staging", "--server", "grace", "--", "python", "-c", groupOf])).stdout;

  limited("runs it in the control group of their server, whose limits hold for both", async () => {
    expect(await inGroup()).toBe(await grace.run(groupOf));
    expect(await inGroup()).toBe(`hubfleet/${sandbox.uuid()}/staging/server-grace\n`);
  });

  skipUnless(tool("script"), "script(1), which makes a terminal, is not on PATH")("gives it the terminal", async () => {
    const words = `'${program}' exec hub/staging --server grace -- sh -c 'test -t 0 && test -t 1 && echo a terminal'`;
    const child = spawn("script", ["-qec", words, "/dev/null"], {
      cwd: sandbox.fleet,
      env: { ...process.env, HUBFLEET_STATE: sandbox.state },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => void (said += chunk.toString()));
    await once(child, "close");

    expect(said).toContain("a terminal");
  });

  it("watches the status: a line a change, and Ctrl-C is no failure", async () => {
    const child = spawn(program, ["status", "-w"], {
      cwd: sandbox.fleet,
      env: { ...process.env, HUBFLEET_STATE: sandbox.state },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    let talk = "";
    child.stdout.on("data", (chunk: Buffer) => void (said += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => void (talk += chunk.toString()));
    await eventually("the hub is healthy", () => said.includes("hub/staging healthy"), 20_000);
    process.kill(pidOf("culler"), "SIGKILL");
    await eventually("its end is seen", () => said.includes("hub/staging degraded (the culler process ended)"), 20_000);

    child.kill("SIGINT");
    const [exitCode] = (await once(child, "close")) as [number];

    expect({ exitCode, talk }).toEqual({ exitCode: 0, talk: "" });
    expect(said.split("\n").filter((line) => line.includes("hub/staging"))).toHaveLength(2);
    await sandbox.succeed(["apply"]);
  });

  it("announces before it stops servers, which is no change for plan, and says what it stopped", async () => {
    const refused = await sandbox.hubfleet(["stop-servers", "hub/staging"]);
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toContain("this would stop 1 server (grace) on hub/staging");
    const pages = async (): Promise<string> => (await fetch(`${url}hub/login`)).text();

    const stopping = sandbox.hubfleet([
      ...["stop-servers", "hub/staging", "grace", "--message", "Upgrade <tonight>", "--in", "8s", "--yes"],
    ]);
    await eventually("it is announced", async () =>
      (await pages()).includes("Upgrade &lt;tonight&gt; (servers stop at"),
    );
    expect(await pages()).toContain("This hub is for trying changes.");
    expect((await sandbox.succeed(["plan"])).stdout).toContain("Nothing to change");
    expect(await grace.serverStatus()).toBe(200);
    const { exitCode, stdout } = await stopping;

    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "hub/staging: stopped grace\n" });
    expect(await grace.serverStatus()).not.toBe(200);
    await wait(100);
    expect(await pages()).not.toContain("Upgrade");
    expect((await sandbox.succeed(["plan"])).stdout).toContain("Nothing to change");
    expect((await sandbox.succeed(["stop-servers", "hub/staging"])).stdout).toBe("hub/staging: no server runs\n");
  });

  limited("runs a command as a user without a server under the limits that the server would have", async () => {
    const groups = ["exec", "hub/staging", "--server", "grace", "--", "cat", "/proc/self/cgroup"];

    const { stdout } = await sandbox.succeed(groups);

    // Only root may look into the group.
    const path = /^\d+:(?:memory)?:(.*hubfleet\/.*)$/m.exec(stdout)?.[1] ?? "";
    const files = [`/sys/fs/cgroup/memory${path}/memory.limit_in_bytes`, `/sys/fs/cgroup${path}/memory.max`];
    const limit = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8").trim());
    expect(limit).toEqual([String(2 * 1024 ** 3)]);
    expect(await inGroup()).toBe(`hubfleet/${sandbox.uuid()}/staging/server-grace\n`);
  });

  skipUnlessLong()(
    "moves to another port: what runs ends, as planned, and people start again at the new address",
    async () => {
      const dask = [
        "from dask_gateway import Gateway",
        "cluster = Gateway().new_cluster(shutdown_on_close=False)",
        "cluster.scale(1)",
        "print(cluster.get_client().submit(lambda number: number + 1, 41).result())",
      ].join("\n");
      await grace.startServer();
      expect(await grace.run(dask, 120_000)).toBe("42\n");
      const ofGrace = (): readonly string[] =>
        processesOf(`${sandbox.uuid()}/staging/`)
          .map(({ marker }) => marker)
          .filter((marker) => marker.includes("grace"));
      expect(new Set(ofGrace().map((marker) => marker.split("/")[2]))).toEqual(new Set(["server", "dask"]));
      const port = await freeBlock();
      await sandbox.edit("hubs/staging.yaml", (text) => text.replace(/^port: .*$/m, `port: ${port}`));

      const plan = await sandbox.succeed(["plan"]);
      const held = await sandbox.hubfleet(["up", "hub/staging"]);
      expect([held.exitCode, held.stderr]).toEqual([
        4,
        expect.stringContaining("held back: hub/staging: it would end 1 server and 1 Dask cluster; --yes allows it"),
      ]);
      expect(ofGrace()).not.toEqual([]);
      // Killed while it waits: what its pages say goes by itself, and the next run takes it back.
      const waiting = spawn(program, ["up", "hub/staging", "--yes", "--wait", "10m", "--announce", "The hub moves"], {
        cwd: sandbox.fleet,
        env: { ...process.env, ...sandbox.variables },
        stdio: "ignore",
      });
      const page = async (): Promise<string> => (await createVisitor().open(`${url}hub/login`)).text;
      await eventually(
        "the page says so",
        async () => (await page()).includes("The hub moves (servers stop at"),
        60_000,
      );
      waiting.kill("SIGKILL");
      await once(waiting, "close");
      await sandbox.hubfleet(["apply", "hub/staging"]);
      expect(await page()).not.toContain("The hub moves");
      expect(ofGrace()).not.toEqual([]);
      const up = await sandbox.succeed(["up", "hub/staging", "--yes"]);

      expect(plan.stdout).toContain("servers end");
      expect(plan.stdout).toContain("1 server and 1 Dask cluster end: they know the hub by the address that it leaves");
      expect(up.stderr).toContain("end servers: 1 of 1");
      expect(ofGrace()).toEqual([]);
      url = `http://127.0.0.1:${port}/staging/`;
      grace = await logIn(url, "grace", sandbox.secret("staging", "sharedPassword"));
      await grace.startServer();
      expect(await grace.run(dask, 120_000)).toBe("42\n");
      const last = "from dask_gateway import Gateway; print(len(Gateway().list_clusters()))";
      expect(await grace.run(last)).toBe("1\n");
      expect((await sandbox.succeed(["plan"])).stdout).toContain("Nothing to change");
    },
  );

  it("examines the machine inside of a fleet and outside of one", async () => {
    const inside = await sandbox.succeed(["doctor"]);
    const outside = await sandbox.succeed(["doctor", "-C", sandbox.root, "-o", "json"]);

    expect(inside.stdout).toMatch(/^ok {4}ports of staging +\d+ to \d+: 5 held by the hub, 0 free$/m);
    // The directory is shared with other tests, whose environments no hub of this one uses.
    expect(inside.stdout).toMatch(/^(?:ok|warn) +environments +(?:2, each in use|\d+ of \d+ used by nothing)/m);
    const report = JSON.parse(outside.stdout) as { version: number; fleet: null; lines: { about: string }[] };
    expect({ version: report.version, fleet: report.fleet }).toEqual({ version: 1, fleet: null });
    expect(report.lines.map(({ about }) => about)).not.toContain("lease");
    expect(report.lines.map(({ about }) => about)).toContain(isRoot ? "limits" : "state");
  });
});

/** Whether control groups can be made, as root can where they are writable. */
function canLimit(): boolean {
  return ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"].some((directory) => {
    try {
      const probe = mkdtempSync(join(directory, "hubfleet-probe-"));
      rmdirSync(probe);
      return existsSync("/sys/fs/cgroup/memory") || existsSync("/sys/fs/cgroup/cgroup.controllers");
    } catch {
      return false;
    }
  });
}
