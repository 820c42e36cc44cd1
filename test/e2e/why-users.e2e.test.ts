import { execFileSync } from "node:child_process";
import { chownSync, rmSync, statSync, writeFileSync } from "node:fs";

import { afterAll, beforeAll, expect, it } from "vitest";

import { type HubSession, logIn } from "../support/hub-session.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { itAsRoot, skipSuiteUnlessLong } from "../support/skip.ts";
import { type TroubledHub, troubledHub } from "../support/troubled-hub.ts";
import { useOf } from "../support/use-of.ts";

/** Faults that a hub's users feel while the hub itself is well; why.e2e.test.ts has those of the hub. */
skipSuiteUnlessLong()("why, for users", () => {
  let sandbox: Sandbox;
  let port: number;
  let grace: HubSession;
  let hub: TroubledHub;

  beforeAll(async () => {
    sandbox = await createSandbox("why-users");
    hub = troubledHub(sandbox);
    port = (await sandbox.init())["staging"] ?? 0;
    await sandbox.succeed(["up", "hub/staging"]);
    grace = await logIn(`http://127.0.0.1:${port}/staging/`, "grace", sandbox.secret("staging", "sharedPassword"));
    await grace.startServer();
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("routes-lost: the proxy forgot a server, and apply tells it again", async () => {
    const headers = { authorization: `token ${sandbox.secret("staging", "proxyToken")}` };
    await fetch(`http://127.0.0.1:${port + 1}/api/routes/staging/user/grace`, { method: "DELETE", headers });

    const { first } = await hub.why();

    expect(first).toMatchObject({ cause: "routes-lost", next: ["hubfleet apply hub/staging"] });
    expect(first?.wrong).toContain("grace");
    await hub.mend();
    expect(await grace.serverStatus()).toBe(200);
  });

  itAsRoot("home-not-writable: it belongs to another account", async () => {
    const home = hub.at("data/homes/grace");
    const { uid } = statSync(home);
    chownSync(home, 0, 0);

    const { first } = await hub.why();

    expect(first).toMatchObject({ cause: "home-not-writable" });
    execFileSync("/bin/sh", ["-c", first?.next[0] ?? "false"]);
    expect(statSync(home).uid).toBe(uid);
    expect(await hub.why()).toMatchObject({ verdict: "nothing wrong" });
  });

  itAsRoot("disk-full: where homes are", async () => {
    const homes = hub.at("data/homes");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", homes]);
    try {
      const { first } = await hub.why();

      expect(first?.cause).toBe("disk-full");
      expect(first?.because).toContain(homes);
    } finally {
      execFileSync("umount", [homes]);
    }
    expect(await hub.why()).toMatchObject({ verdict: "nothing wrong" });
  });

  it("server-does-not-start: for one user, with the words of the server", async () => {
    await grace.stopServer();
    await sandbox.succeed(["exec", "hub/staging", "--server", "grace", "--", "mkdir", "-p", ".jupyter"]);
    const config = hub.at("data/homes/grace/.jupyter/jupyter_server_config.py");
    writeFileSync(config, 'raise SystemExit("OSError: a configuration of my own")\n', { mode: 0o644 });
    await expect(grace.startServer()).rejects.toThrow("not started");
    expect(await useOf(sandbox, "staging")).toMatchObject({
      spawns: 1,
      failedSpawns: 1,
      failing: [{ image: "lab", users: 1 }],
    });

    const { first } = await hub.why();
    rmSync(config);

    expect(first?.cause).toBe("server-does-not-start");
    expect(first?.because).toContain("a configuration of my own");
    expect(first?.next[0]).toBe("hubfleet logs hub/staging --component server/grace");
    await grace.startServer();
    expect(await useOf(sandbox, "staging")).toMatchObject({ spawns: 2, users: 1, failedSpawns: 1, failing: [] });
    expect(await hub.why()).toMatchObject({ verdict: "nothing wrong" });
  });
});
