import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, copyFile, mkdir, readFile, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, it } from "vitest";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import { type CommandResult, createSandbox, freeBlock, type Sandbox } from "../support/process-sandbox.ts";
import { isLongRun, isRoot, skipSuiteUnless } from "../support/skip.ts";

/** An account that /etc/passwd does not know, as containers have them. */
const uid = 12_345;
const checkout = fileURLToPath(new URL("../..", import.meta.url));
const warning = "warning: not run by root, so all users of a hub are this one account";

const isReachable = ["bin/hubfleet", "node_modules/commander/package.json"].every(
  (path) => spawnSync("/usr/bin/test", ["-r", join(checkout, path)], { uid, gid: uid }).status === 0,
);
const uv = findOnPath("uv");
const reason = !isLongRun
  ? "it takes long: script/test-long runs it"
  : isRoot
    ? `another account cannot read ${checkout}, or there is no uv`
    : "only root can act for an ordinary user; the other suites ran as one already";

skipSuiteUnless(isLongRun && isRoot && isReachable && uv !== undefined, reason)("a fleet of an ordinary user", () => {
  let sandbox: Sandbox;
  let state: string;
  let url: string;
  let grace: HubSession;
  const processes = createProcessesLinux({ signal: () => undefined });

  const hubfleet = (words: readonly string[], directory = sandbox.fleet): Promise<CommandResult> => {
    const environment = {
      HOME: join(sandbox.root, "home"),
      XDG_STATE_HOME: join(sandbox.root, "home/state"),
      XDG_CACHE_HOME: "",
      HUBFLEET_STATE: "",
      PATH: `${sandbox.root}/bin:/usr/bin:/bin`,
      STAGING_GITHUB_SECRET: "s3cret",
    };
    return sandbox.hubfleet(words, { uid, directory, environment });
  };
  const succeed = async (words: readonly string[], directory?: string): Promise<CommandResult> => {
    const result = await hubfleet(words, directory);
    if (result.exitCode !== 0) throw new Error(`${words.join(" ")}: ${result.exitCode}\n${result.stderr}`);
    return result;
  };
  const hubDirectory = (): string => join(state, "fleets", sandbox.uuid(), "hubs/staging");
  const running = async (): Promise<readonly string[]> =>
    (await processes.findMarked(`${sandbox.uuid()}/`)).map(({ pid, marker }) => `${marker} ${pid}`).toSorted();
  /** Without Dask clusters, which end in their own time when their kernel did. */
  const hubAndServers = async (): Promise<readonly string[]> =>
    (await running()).filter((process) => !process.includes("/dask/"));

  beforeAll(async () => {
    sandbox = await createSandbox("ordinary-user");
    state = join(sandbox.root, "home/state/hubfleet");
    for (const directory of ["home", "bin"]) await mkdir(join(sandbox.root, directory));
    for (const directory of ["", "home"]) await chown(join(sandbox.root, directory), uid, uid);
    for (const [name, from] of [
      ["node", process.execPath],
      ["uv", uv ?? ""],
    ] as const) {
      await copyFile(from, join(sandbox.root, "bin", name));
      await chmod(join(sandbox.root, "bin", name), 0o755);
    }
  });
  afterAll(async () => {
    await hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("is made in a directory of theirs", async () => {
    const { stderr } = await succeed(["init", sandbox.fleet], sandbox.root);
    const port = await freeBlock();
    await sandbox.edit("hubs/staging.yaml", (text) => text.replace(/^port: \d+$/m, `port: ${port}`));
    url = `http://127.0.0.1:${port}/staging/`;

    expect(stderr).toContain("made the fleet");
    expect((await stat(join(sandbox.fleet, "fleet.yaml"))).uid).toBe(uid);
  });

  it("comes up below their XDG directory, and says that all users are one account", async () => {
    const { stdout, stderr } = await succeed(["up", "hub/staging"]);

    expect(stdout).toContain(url);
    expect(stderr).toContain(warning);
    expect(stderr).toContain("note: memory and CPU limits are not enforced");
    expect(existsSync(join(hubDirectory(), "data/secrets.json"))).toBe(true);
    expect((await stat(join(hubDirectory(), "data/secrets.json"))).mode & 0o777).toBe(0o600);
  });

  it("lets a user in, runs a kernel, and computes on a Dask cluster", async () => {
    const { sharedPassword = "" } = JSON.parse(
      await readFile(join(hubDirectory(), "data/secrets.json"), "utf8"),
    ) as Record<string, string>;
    grace = await logIn(url, "grace", sharedPassword);
    await grace.startServer("lab");

    const printed = await grace.run(
      [
        "import os",
        "from dask_gateway import Gateway",
        "cluster = Gateway().new_cluster()",
        "cluster.scale(1)",
        "client = cluster.get_client()",
        "client.wait_for_workers(1, timeout=60)",
        "print(client.submit(lambda number: number + 1, 41).result(), os.getuid(), client.submit(os.getuid).result())",
      ].join("\n"),
      120_000,
    );

    expect(printed).toBe(`42 ${uid} ${uid}\n`);
  });

  it("runs nothing under another account", async () => {
    const found = await processes.findMarked(`${sandbox.uuid()}/`);

    expect(found.length).toBeGreaterThan(4);
    expect(new Set(found.map((process) => process.uid))).toEqual(new Set([uid]));
    expect((await stat(join(hubDirectory(), "data/homes/grace"))).mode & 0o777).toBe(0o700);
  });

  it("says it again when nothing changes", async () => {
    const before = await hubAndServers();

    const { stderr } = await succeed(["up", "hub/staging"]);

    expect(stderr).toContain("0 changed, 1 unchanged");
    expect(stderr).toContain(warning);
    expect(await hubAndServers()).toEqual(before);
  });

  it("is not opened to other machines, not even with HTTPS and logins of GitHub", async () => {
    const before = await hubAndServers();
    const login = { kind: "github", clientId: "Iv1.0123456789abcdef", clientSecretVariable: "STAGING_GITHUB_SECRET" };
    const access = `access: ${JSON.stringify({ login })}\n`;
    const https = "https: { key: /etc/hubfleet/key.pem, certificate: /etc/hubfleet/certificate.pem }\n";
    await sandbox.edit("platform.yaml", (text) => text.replace(/kind: shared-password/, "kind: sign-up"));
    await sandbox.edit("hubs/staging.yaml", (text) => `${text}${access}`);
    await sandbox.edit("clusters/here.yaml", (text) => `${text.replace(/^address: .*$/m, "address: 0.0.0.0")}${https}`);
    await succeed(["validate"]);

    const { exitCode, stderr } = await hubfleet(["up", "hub/staging"]);

    expect(exitCode).toBe(1);
    expect(stderr).toContain("error ADDRESS_NEEDS_ROOT  clusters/here.yaml:");
    expect(stderr).toContain("all of its users would run as one account");
    expect(stderr).toContain(warning);
    expect(await hubAndServers()).toEqual(before);
    expect(await grace.serverStatus()).toBe(200);
  });

  it("is gone after destroy, but for what it says it keeps", async () => {
    const { stdout } = await succeed(["destroy", "--all", "--yes"]);

    expect(stdout).toContain("left behind: none");
    expect(stdout).toContain("homes of hub/staging");
    expect(await running()).toEqual([]);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
    expect(existsSync(join(hubDirectory(), "run"))).toBe(false);
    expect(existsSync(join(hubDirectory(), "data/homes/grace"))).toBe(true);
  });
});

function findOnPath(name: string): string | undefined {
  const places = (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, name));
  return places.find((path) => existsSync(path));
}
