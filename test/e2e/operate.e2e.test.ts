import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { eventually } from "../support/eventually.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { isRoot, skipUnless, tool } from "../support/skip.ts";

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

  it("examines the machine inside of a fleet and outside of one", async () => {
    const inside = await sandbox.succeed(["doctor"]);
    const outside = await sandbox.succeed(["doctor", "-C", sandbox.root, "-o", "json"]);

    expect(inside.stdout).toMatch(/^ok {4}ports of staging +\d+ to \d+: 5 held by the hub, 0 free$/m);
    expect(inside.stdout).toMatch(/^ok {4}environments +2, each in use$/m);
    const report = JSON.parse(outside.stdout) as { version: number; fleet: null; lines: { about: string }[] };
    expect({ version: report.version, fleet: report.fleet }).toEqual({ version: 1, fleet: null });
    expect(report.lines.map(({ about }) => about)).not.toContain("lease");
    expect(report.lines.map(({ about }) => about)).toContain(isRoot ? "limits" : "state");
  });
});
