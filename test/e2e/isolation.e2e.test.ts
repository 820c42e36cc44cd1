import { readdirSync } from "node:fs";

import { afterAll, beforeAll, expect, it } from "vitest";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { isRoot, skipSuiteUnless } from "../support/skip.ts";

/** Python that tries each expression and prints what became of it, a line each. */
function attempts(expressions: readonly string[]): string {
  return [
    "import os",
    `for attempt in ${JSON.stringify(expressions)}:`,
    "    try:",
    "        eval(attempt)",
    "        print('ALLOWED', attempt)",
    "    except Exception as error:",
    "        print(type(error).__name__)",
  ].join("\n");
}

skipSuiteUnless(isRoot, "separate accounts for users need root")("users of one hub, started by root", () => {
  let sandbox: Sandbox;
  let grace: HubSession;
  let edsger: HubSession;
  const processes = createProcessesLinux({ signal: () => undefined });
  const pidsOf = async (part: string): Promise<readonly number[]> =>
    (await processes.findMarked(`${sandbox.uuid()}/research/${part}`)).map(({ pid }) => pid);

  beforeAll(async () => {
    sandbox = await createSandbox("isolation", { environments: "shared" });
    const ports = await sandbox.init();
    await sandbox.succeed(["up", "hub/research"]);
    const url = `http://127.0.0.1:${ports["research"]}/research/`;
    const password = sandbox.secret("research", "sharedPassword");
    [grace, edsger] = await Promise.all([logIn(url, "grace", password), logIn(url, "edsger", password)]);
    await Promise.all([grace.startServer("lab"), edsger.startServer("lab")]);
    await grace.run(
      "from dask_gateway import Gateway\nc = Gateway().new_cluster(shutdown_on_close=False)\nc.scale(1)\nc.get_client().wait_for_workers(1, timeout=60)",
      120_000,
    );
  });
  afterAll(async () => {
    await sandbox.succeed(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("run under ids of their own, Dask's scheduler and workers too", async () => {
    const uids = async (part: string): Promise<readonly number[]> => {
      const found = await processes.findMarked(`${sandbox.uuid()}/research/${part}`);
      return [...new Set(found.map(({ uid }) => uid))];
    };

    const ofGrace = await uids("server/grace");
    expect(ofGrace).toHaveLength(1);
    expect(ofGrace).not.toContain(0);
    expect(await uids("dask/grace")).toEqual(ofGrace);
    expect(await uids("server/edsger")).not.toEqual(ofGrace);
    expect(await edsger.run("import os; print(0 in os.getgroups() + [os.getgid()])")).toBe("False\n");
  });

  it("cannot read each other's homes", async () => {
    const home = `${sandbox.hubDirectory("research")}/data/homes/grace`;

    const printed = await edsger.run(
      attempts([`os.listdir("${home}")`, `open("${home}/x", "w")`, `os.stat("${home}/.local")`, `os.chdir("${home}")`]),
    );

    expect(printed).toBe("PermissionError\n".repeat(4));
  });

  it("cannot signal each other's processes, the Dask workers included, nor the hub's", async () => {
    const pids = [
      ...(await pidsOf("server/grace")),
      ...(await pidsOf("dask/grace")),
      ...(await pidsOf("hub")),
      ...(await pidsOf("gateway")),
    ];

    const printed = await edsger.run(attempts(pids.map((pid) => `os.kill(${pid}, 0)`)));

    expect(pids.length).toBeGreaterThan(4);
    expect(printed).toBe("PermissionError\n".repeat(pids.length));
  });

  it("cannot reach the hub's secrets, databases, settings, logs or environment", async () => {
    const directory = sandbox.hubDirectory("research");
    const [hub] = await pidsOf("hub");
    const [server] = await pidsOf("server/grace");
    const [cluster] = readdirSync(`${directory}/run/dask`);
    const files = [
      `${directory}/data/secrets.json`,
      `${directory}/data/jupyterhub.sqlite`,
      `${directory}/data/gateway.sqlite`,
      `${directory}/data/use-servers.jsonl`,
      `${directory}/data/use-dask.jsonl`,
      `${directory}/run/current.json`,
      `${directory}/run/applied.json`,
      `${directory}/run/hub.log`,
      `/proc/${hub}/environ`,
      `/proc/${server}/environ`,
    ];

    const printed = await edsger.run(
      attempts([
        ...files.map((path) => `open("${path}")`),
        `os.listdir("${directory}/run/settings")`,
        `os.listdir("${directory}/run/dask/${cluster}")`,
        `os.listdir("${directory}/data")`,
      ]),
    );

    expect(printed).toBe("PermissionError\n".repeat(files.length + 3));
  });

  it("share what is meant to be shared, and only admins fill what is theirs to fill", async () => {
    const shared = "os.path.expanduser('~/shared/shared/hello.txt')";
    await grace.run(`import os; open(${shared}, 'w').write('from grace')`);

    expect(await edsger.run(`import os; print(open(${shared}).read())`)).toBe("from grace\n");
    expect(await edsger.run(attempts(["open(os.path.expanduser('~/shared/tutorial-data/x'), 'w')"]))).toBe(
      "PermissionError\n",
    );
  });

  it("end at their memory limit, alone", async () => {
    const { stdout } = await sandbox.succeed(["status", "-o", "json"]);
    const { hubs } = JSON.parse(stdout) as {
      hubs: { hub: string; limits: { enforced: boolean; reason: string } | null }[];
    };
    const limits = hubs.find(({ hub }) => hub === "research")?.limits;
    const code =
      "import subprocess, sys; print(subprocess.run([sys.executable, '-c', 'x = b\"x\" * (3 * 2**30)']).returncode)";

    const printed = await edsger.run(code, 120_000);

    // Where control groups are not ours to make, the command says so and the limit does not hold.
    expect(printed).toBe(limits?.enforced === true ? "-9\n" : "0\n");
    expect(limits?.enforced === true || limits?.reason !== "").toBe(true);
    expect(await grace.serverStatus()).toBe(200);
  });
});
