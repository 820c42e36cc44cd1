import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import { useOf } from "../support/use-of.ts";

/** The life of a fleet on one machine, told in order: each test goes on where the one before ended. */
describe("a fleet on one machine", () => {
  let sandbox: Sandbox;
  let ports: Readonly<Record<string, number>>;
  let grace: HubSession;
  const url = (hub: string): string => `http://127.0.0.1:${ports[hub]}/${hub}/`;
  const pidOf = (hub: string, component: string): number => {
    const record = readFileSync(join(sandbox.hubDirectory(hub), "run", `${component}.json`), "utf8");
    return (JSON.parse(record) as { pid: number }).pid;
  };
  const status = async (): Promise<
    Record<string, { health: string; reason: string; servers: number; olderServers: number }>
  > => {
    const { stdout } = await sandbox.succeed(["status", "-o", "json"]);
    const { hubs } = JSON.parse(stdout) as {
      hubs: { hub: string; health: string; reason: string; servers: number; olderServers: number }[];
    };
    return Object.fromEntries(hubs.map((hub) => [hub.hub, hub]));
  };

  beforeAll(async () => {
    sandbox = await createSandbox("first-fleet");
    ports = await sandbox.init();
  });
  afterAll(async () => {
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("comes up from nothing with one command", async () => {
    const { stdout, stderr } = await sandbox.succeed(["up"]);

    expect(stdout).toContain(url("research"));
    expect(stderr).toContain("2 hubs: 2 changed, 0 unchanged");
    expect(await status()).toMatchObject({ research: { health: "healthy" }, staging: { health: "healthy" } });
    expect(stdout).not.toContain(sandbox.secret("research", "sharedPassword"));
  });

  it("has nothing to plan and touches nothing when it comes up again", async () => {
    const before = [pidOf("research", "hub"), pidOf("research", "proxy"), pidOf("staging", "gateway")];

    const plan = await sandbox.succeed(["plan", "--detailed-exitcode"]);
    const again = await sandbox.succeed(["up"]);

    expect(plan.stdout).toContain("Nothing to change");
    expect(again.stderr).toContain("2 hubs: 0 changed, 2 unchanged");
    expect([pidOf("research", "hub"), pidOf("research", "proxy"), pidOf("staging", "gateway")]).toEqual(before);
  });

  it("lets a user in, runs a kernel, and refuses a wrong password", async () => {
    await expect(logIn(url("research"), "grace", "wrong")).rejects.toThrow("refuses");
    grace = await logIn(url("research"), "grace", sandbox.secret("research", "sharedPassword"));

    await grace.startServer("lab");

    expect(await grace.run("print(6 * 7)")).toBe("42\n");
    expect(await status()).toMatchObject({ research: { servers: 1 }, staging: { servers: 0 } });
  });

  it("computes on a Dask cluster of two workers through the gateway", async () => {
    const printed = await grace.run(
      [
        "from dask_gateway import Gateway",
        "cluster = Gateway().new_cluster()",
        "cluster.scale(2)",
        "client = cluster.get_client()",
        "client.wait_for_workers(2, timeout=60)",
        "print(client.submit(lambda number: number + 1, 41).result(), len(client.scheduler_info()['workers']))",
        "cluster.shutdown()",
      ].join("\n"),
      120_000,
    );

    expect(printed).toBe("42 2\n");
    expect(await useOf(sandbox, "research")).toEqual({
      spawns: 1,
      users: 1,
      daskClusters: 1,
      failedSpawns: 0,
      failedUsers: 0,
      failing: [],
    });
    expect(await useOf(sandbox, "staging")).toMatchObject({ spawns: 0, users: 0, daskClusters: 0 });
  });

  it("keeps the environment of a running server and gives new ones the added package", async () => {
    await sandbox.edit("images/lab/requirements.txt", (text) => `${text}humanize\n`);
    const planned = await sandbox.succeed(["plan"]);
    expect(planned.stdout).toContain("waiting for hubfleet up");
    const proxy = pidOf("research", "proxy");
    const hub = pidOf("research", "hub");

    await sandbox.succeed(["up"]);

    expect([pidOf("research", "proxy"), pidOf("research", "hub")]).toEqual([proxy, hub]);
    expect(await status()).toMatchObject({ research: { olderServers: 1 } });
    await expect(grace.run("import humanize")).rejects.toThrow("No module named");
    await grace.stopServer();
    await grace.startServer("lab");
    expect(await grace.run("import humanize; print(humanize.intcomma(1000))")).toBe("1,000\n");
  });

  it("changes one hub only, and its users' servers live through its restart", async () => {
    const staging = pidOf("staging", "hub");
    const research = pidOf("research", "hub");
    await sandbox.edit("hubs/research.yaml", (text) => text.replace(/^title: .*$/m, "title: Research of all kinds"));

    await sandbox.succeed(["up"]);

    expect(pidOf("staging", "hub")).toBe(staging);
    expect(pidOf("research", "hub")).not.toBe(research);
    expect(await grace.run("print('still here')")).toBe("still here\n");
  });

  it("says that a hub process ended, and mends it", async () => {
    process.kill(pidOf("research", "hub"), "SIGKILL");

    const { stdout } = await sandbox.succeed(["status"]);
    expect(stdout).toContain("hub/research: the hub process ended");
    await sandbox.succeed(["apply"]);

    expect(await status()).toMatchObject({ research: { health: "healthy", servers: 1 } });
    expect(await grace.serverStatus()).toBe(200);
  });

  it("names whoever holds a port that a hub needs", async () => {
    const port = ports["staging"] ?? 0;
    process.kill(pidOf("staging", "proxy"), "SIGKILL");
    const server = await listenWhenFree(port);

    const result = await sandbox.hubfleet(["apply"]);
    await new Promise((resolve) => server.close(resolve));

    expect(result.exitCode).toBe(4);
    expect(result.stderr).toContain("PORT_TAKEN");
    expect(result.stderr).toContain(`port ${port}`);
    expect(result.stderr).toContain(`process ${process.pid}`);
    await sandbox.succeed(["apply"]);
    expect(await status()).toMatchObject({ staging: { health: "healthy" } });
  });

  it("restores the routes of running servers when the proxy was restarted", async () => {
    process.kill(pidOf("research", "proxy"), "SIGKILL");

    await sandbox.succeed(["apply"]);

    expect(await grace.serverStatus()).toBe(200);
  });

  it("puts a removed user out without a restart, and lets an added one in", async () => {
    const hub = pidOf("research", "hub");
    await sandbox.edit("platform.yaml", (text) => text.replace("users: [grace, edsger]", "users: [edsger, mary]"));
    const plan = await sandbox.succeed(["plan"]);
    expect(plan.stdout).toContain("servers of grace end");

    await sandbox.succeed(["apply"]);

    expect(pidOf("research", "hub")).toBe(hub);
    expect(await grace.serverStatus()).not.toBe(200);
    expect((await grace.fetch("hub/api/user")).status).toBe(403);
    await expect(logIn(url("research"), "grace", sandbox.secret("research", "sharedPassword"))).rejects.toThrow(
      "refuses",
    );
    await logIn(url("research"), "mary", sandbox.secret("research", "sharedPassword"));
  });

  it("is gone after destroy, but for what it says it keeps", async () => {
    const mary = await logIn(url("research"), "mary", sandbox.secret("research", "sharedPassword"));
    await mary.startServer("lab");
    // Grace's second server and mary's, through restarts of the hub that started neither.
    expect(await useOf(sandbox, "research")).toMatchObject({ spawns: 3, users: 2, daskClusters: 1, failedSpawns: 0 });

    const refused = await sandbox.hubfleet(["destroy", "--all"]);
    const { stdout } = await sandbox.succeed(["destroy", "--all", "--yes"]);

    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toContain("CONFIRMATION_NEEDED");
    expect(stdout).toContain("left behind: none");
    expect(stdout).toContain("homes of hub/research");
    await expect(fetch(url("research"))).rejects.toThrow("fetch failed");
    expect(await status()).toMatchObject({ research: { health: "absent" }, staging: { health: "absent" } });
  });

  it("finds the homes again when it comes back, and leaves nothing when told to", async () => {
    await sandbox.succeed(["up", "hub/research"]);
    const mary = await logIn(url("research"), "mary", sandbox.secret("research", "sharedPassword"));
    expect((await mary.fetch("hub/api/user")).status).toBe(200);

    const { stdout } = await sandbox.succeed(["destroy", "--all", "--yes", "--delete-homes", "--delete-environments"]);

    expect(stdout).toContain("left behind: none");
    expect(stdout.match(/homes of/g)).toBeNull();
  });
});

/** A listener on a port whose holder was just killed: the kernel needs a moment to give it back. */
async function listenWhenFree(port: number): Promise<Server> {
  for (let attempt = 0; ; attempt++) {
    const server = createServer();
    const isListening = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isListening) return server;
    if (attempt > 100) throw new Error(`port ${port} stays taken`);
    await wait(50);
  }
}
