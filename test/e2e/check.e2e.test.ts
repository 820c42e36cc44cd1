import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createHubSessionsHttp } from "../../src/adapters/hub-session/hub-session-http.ts";
import type { CheckReport, StepReport } from "../../src/operate/check/check-report.ts";
import type { SessionHub } from "../../src/ports/hub-session.ts";
import { eventually } from "../support/eventually.ts";
import { describeHubSessions } from "../support/hub-session-cases.ts";
import { logIn } from "../support/hub-session.ts";
import { type CommandResult, createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipUnlessLong } from "../support/skip.ts";
import { find, traceUsers, type UserTraces } from "../support/user-traces.ts";
import { useOf } from "../support/use-of.ts";

const program = fileURLToPath(new URL("../../bin/hubfleet", import.meta.url));
const steps = ["user", "server", "kernel", "dask", "scale", "compute", "adapt", "shutdown"];
const extras = ["extra/arithmetic", "extra/squares"];
const itLong = skipUnlessLong();

let sandbox: Sandbox;
let port: number;
let untouched: unknown;

beforeAll(async () => {
  sandbox = await createSandbox("check");
  port = (await sandbox.init())["staging"] ?? 0;
  await mkdir(join(sandbox.fleet, "checks"));
  await writeFile(
    join(sandbox.fleet, "checks/arithmetic.py"),
    "assert sum(range(4)) == 6\nopen('made', 'w').close()\n",
  );
  const cells = [
    { cell_type: "markdown", source: ["# Squares"] },
    { cell_type: "code", source: ["from dask.distributed import Client\n", "client = Client(processes=False)"] },
    { cell_type: "code", source: ["assert client.submit(pow, 7, 2).result() == 49\n", "client.close()"] },
  ];
  await writeFile(join(sandbox.fleet, "checks/squares.ipynb"), JSON.stringify({ cells, nbformat: 4 }));
  const checks =
    "checks:\n  - {name: arithmetic, file: checks/arithmetic.py}\n  - {name: squares, file: checks/squares.ipynb}\n";
  await sandbox.edit("hubs/staging.yaml", (text) => `${text}\n${checks}`);
  await sandbox.succeed(["up", "hub/staging"]);
  untouched = await everythingAboutUsers();
});

afterAll(async () => {
  await sandbox.hubfleet(["destroy", "--all", "--yes", "--delete-homes", "--delete-environments"]);
  expect(await sandbox.sweep()).toEqual([]);
});

describe("hubfleet check", () => {
  it("passes on a good hub, says how long each step took, and leaves nothing", async () => {
    const { stdout } = await sandbox.succeed(["check", "hub/staging", "-o", "json"]);
    const report = JSON.parse(stdout) as CheckReport;

    expect(report).toMatchObject({ version: 1, verdict: "passed", target: "hub/staging", swept: [], deferred: [] });
    expect(report.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
      [...steps, ...extras, "stop", "delete"].map((name) => `${name} passed`),
    );
    expect(report.steps.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
    // A check is no use.
    expect(await useOf(sandbox, "staging")).toMatchObject({ spawns: 0, users: 0, daskClusters: 0, failedSpawns: 0 });
    expect(await everythingAboutUsers()).toEqual(untouched);
    expect((await sandbox.succeed(["plan", "hub/staging"])).stdout).toContain("Nothing to change");
    console.info(
      report.steps.map(({ name, milliseconds }) => `${name} ${(milliseconds / 1000).toFixed(1)} s`).join(", "),
    );
  });

  it("lets nobody in by the login page under its names or names that lead elsewhere, though everyone may enter, and is no drift while it runs", async () => {
    const name = "hubfleet-check-0badcafe";
    const password = sandbox.secret("staging", "sharedPassword");
    await sandbox.edit("platform.yaml", (text) => text.replace("users: [grace, edsger]", "everyone: true"));
    const session = await createHubSessionsHttp().begin(place(), name, 600);
    const patience = { milliseconds: 60_000, signal: new AbortController().signal };
    await session.startServer(undefined, patience);

    await sandbox.succeed(["apply", "hub/staging"]);

    expect((await sandbox.succeed(["plan", "hub/staging"])).stdout).toContain("Nothing to change");
    const kernel = await session.startKernel(patience);
    expect(await kernel.run("print(6 * 7)", patience)).toMatchObject({ printed: "42\n" });
    await expect(logIn(place().url, name, password)).rejects.toThrow("refuses");
    await expect(logIn(place().url, name.toUpperCase(), password)).rejects.toThrow("refuses");
    await expect(logIn(place().url, "hubfleet-check-anything", password)).rejects.toThrow("refuses");
    for (const elsewhere of ["..", ".", "%2e%2e", "..%2fgrace", "..\\grace", "a\\b"]) {
      await expect(logIn(place().url, elsewhere, password)).rejects.toThrow("refuses");
    }
    await logIn(place().url, "zoe", password);
    await createHubSessionsHttp().end(place(), name);
    await sandbox.edit("platform.yaml", (text) => text.replace("everyone: true", "users: [grace, edsger]"));
    await sandbox.succeed(["apply", "hub/staging"]);
    expect(await everythingAboutUsers()).toEqual(untouched);
  });

  it("gives the user a token for its own server and for the Dask gateway, and nothing else", async () => {
    const name = "hubfleet-check-0badcaf1";
    const { operator, url } = place();
    const made = await fetch(`${operator.url}hub/api/hubfleet/checks/${name}`, {
      method: "POST",
      headers: { authorization: `token ${operator.token}` },
      body: JSON.stringify({ seconds: 600 }),
    });
    const { token } = (await made.json()) as { token: string };
    const ask = async (path: string, method = "GET"): Promise<number> =>
      (await fetch(`${url}${path}`, { method, headers: { authorization: `token ${token}` }, redirect: "manual" }))
        .status;

    expect(await ask(`hub/api/users/${name}`)).toBe(200);
    expect(await ask("hub/api/users")).toBe(403);
    expect(await ask("hub/api/users/ada")).toBe(404);
    expect(await ask("hub/api/users/ada/server", "POST")).toBe(404);
    expect(await ask(`hub/api/users/${name}/tokens`, "POST")).toBe(403);
    expect(await ask(`hub/api/users/${name}`, "DELETE")).toBe(403);
    expect(await ask("hub/api/hubfleet/state")).toBe(403);
    await createHubSessionsHttp().end(place(), name);
    expect(await everythingAboutUsers()).toEqual(untouched);
  });

  it("ends by the hub's clock when nobody else ends it", async () => {
    const session = await createHubSessionsHttp().begin(place(), "hubfleet-check-0badcaf2", 12);
    await session.startServer(undefined, { milliseconds: 60_000, signal: new AbortController().signal });
    expect(await everythingAboutUsers()).not.toEqual(untouched);

    await eventually(
      "the user is gone",
      async () => JSON.stringify(await everythingAboutUsers()) === JSON.stringify(untouched),
      30_000,
    );
  });

  it("names a limit of no workers", async () => {
    // By hand, because a fleet may not say so.
    const current = join(run(), "current.json");
    const good = readFileSync(current, "utf8");
    await writeFile(current, good.replace(/"maxWorkersPerCluster": ?4/, '"maxWorkersPerCluster": 0'));

    const failed = await failingStep(
      await sandbox.hubfleet(["check", "hub/staging", "--only", "scale,compute", "--json"]),
    );

    expect(failed).toMatchObject({ name: "scale" });
    expect(failed.reason).toContain("Scale request of 2 workers would exceed resource limit of 0 workers");
    await writeFile(current, good);
    expect(await everythingAboutUsers()).toEqual(untouched);
  });

  itLong("names what a kernel says that cannot start", async () => {
    const launcher = findLauncher();
    const good = readFileSync(launcher);
    // Removed first: the file is a link into the package cache of the machine.
    await rm(launcher);
    await writeFile(launcher, "raise SystemExit('no kernel today')\n");

    const failed = await failingStep(await sandbox.hubfleet(["check", "hub/staging", "--only", "kernel", "--json"]));

    expect(failed).toMatchObject({ name: "kernel", reason: "the kernel ended while it started: no kernel today" });
    await rm(launcher);
    await writeFile(launcher, good);
    expect(await everythingAboutUsers()).toEqual(untouched);
  });

  itLong("names a gateway that is gone in the middle, and takes its Dask cluster away without it", async () => {
    const check = startCheck(["--only", "scale,adapt", "--json"]);
    await check.says("✓ hub/staging        start a Dask cluster");
    process.kill(pidOf("gateway"), "SIGKILL");

    const failed = await failingStep(await check.ended);

    expect(failed).toMatchObject({ name: "scale", reason: "the Dask gateway does not answer (its process ended)" });
    expect(readdirSync(join(run(), "dask"))).toEqual([]);
    await sandbox.succeed(["apply", "hub/staging"]);
    expect(await everythingAboutUsers()).toEqual(untouched);
  });

  /** The exit status of a check that is interrupted after this step; nothing of it is left. */
  const interruptedAfter = async (before: string): Promise<number> => {
    const check = startCheck(["--only", "adapt"]);
    await check.says(`✓ hub/staging        ${before}`);
    process.kill(check.pid, "SIGINT");

    const { exitCode, stdout } = await check.ended;

    expect(stdout).toContain("hub/staging: interrupted");
    expect(await everythingAboutUsers()).toEqual(untouched);
    return exitCode;
  };
  it("leaves nothing when it is interrupted while it starts its server", async () => {
    expect(await interruptedAfter("let a temporary user in")).toBe(130);
  });
  itLong("leaves nothing when it is interrupted while it runs code", async () => {
    expect(await interruptedAfter("start its server")).toBe(130);
  });
  itLong("leaves nothing when it is interrupted while it starts a Dask cluster", async () => {
    expect(await interruptedAfter("run code in a kernel")).toBe(130);
  });
  it("leaves nothing when it is interrupted while it lets it adapt", async () => {
    expect(await interruptedAfter("start a Dask cluster")).toBe(130);
  });

  it("removes what a killed check left, with the next one", async () => {
    const check = startCheck(["--only", "adapt"]);
    await check.says("✓ hub/staging        start a Dask cluster");
    process.kill(check.pid, "SIGKILL");
    await check.ended;
    const left = await everythingAboutUsers();
    const [name = ""] = left.homes.filter((home) => home.startsWith("hubfleet-check-"));
    expect(left.processes.length).toBeGreaterThan(2);
    expect(left.clusters).toHaveLength(1);

    const { stdout } = await sandbox.succeed(["check", "hub/staging", "--only", "user", "--json"]);

    expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed", swept: [name] });
    expect(await everythingAboutUsers()).toEqual(untouched);
  });
});

describeHubSessions("http", () => ({ sessions: createHubSessionsHttp(), hub: place() }));

const everythingAboutUsers = (): Promise<UserTraces> => traceUsers(sandbox, "staging");

function place(): SessionHub {
  const operator = { url: `http://127.0.0.1:${port + 2}/staging/`, token: sandbox.secret("staging", "operatorToken") };
  return { operator, url: `http://127.0.0.1:${port}/staging/` };
}

function run(): string {
  return join(sandbox.hubDirectory("staging"), "run");
}

function pidOf(component: string): number {
  return (JSON.parse(readFileSync(join(run(), `${component}.json`), "utf8")) as { pid: number }).pid;
}

function findLauncher(): string {
  const found = find([join(sandbox.state, "environments"), "-name", "ipykernel_launcher.py"]);
  const [first = ""] = found.split("\n");
  return first;
}

/** The one step that failed; the check's exit status is 1 then. */
async function failingStep({ exitCode, stdout, stderr }: CommandResult): Promise<StepReport> {
  if (exitCode !== 1) throw new Error(`the check ended with ${exitCode}: ${stderr}`);
  const report = JSON.parse(stdout) as CheckReport;
  const failed = report.steps.filter(({ state }) => state === "failed");
  expect(report.verdict).toBe("failed");
  expect(failed).toHaveLength(1);
  expect(failed[0]?.reason).not.toMatch(/Traceback|\n/);
  return failed[0] as StepReport; // there is one
}

interface RunningCheck {
  readonly pid: number;
  readonly ended: Promise<CommandResult>;
  /** Resolves when the words were written to stderr. */
  says(words: string): Promise<void>;
}

function startCheck(words: readonly string[]): RunningCheck {
  const child = spawn(program, ["check", "hub/staging", ...words], {
    cwd: sandbox.fleet,
    env: { ...process.env, HUBFLEET_STATE: sandbox.state, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? -1, stdout, stderr }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    says: async (text) => {
      const hasSaid = eventually(`the check says "${text}"`, () => stderr.includes(text), 120_000);
      await Promise.race([hasSaid, ended.then(() => Promise.reject(new Error(`the check ended: ${stderr}`)))]);
    },
  };
}
