import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { type HubSession, logIn } from "../support/hub-session.ts";
import { processesOf } from "../support/machine-oracle.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnlessLong } from "../support/skip.ts";

const cluster = "version: 1\nprovider: kubeconfig\ncontext: campus\n";
const hub = `
version: 1
title: Climate
cluster: campus
stage: production
domain: climate.example.org
access:
  login: { kind: github, clientId: Iv1.0123456789abcdef }
  organizations: [example-lab]
storage:
  nfs: { server: files.example.org, path: /export/climate }
`;

/** A hub whose place is a Kubernetes cluster that is not there, told in order. */
skipSuiteUnlessLong()("a hub of another cluster, rehearsed on this machine", () => {
  let sandbox: Sandbox;
  let grace: HubSession;
  let secretsPath = "";
  const secret = (name: string): string =>
    (JSON.parse(readFileSync(secretsPath, "utf8")) as Record<string, string>)[name] ?? "";
  const fleets = (): readonly string[] => readdirSync(join(sandbox.state, "fleets"));

  beforeAll(async () => {
    sandbox = await createSandbox("rehearse", { environments: "shared" });
    await sandbox.init();
    await writeFile(join(sandbox.fleet, "clusters/campus.yaml"), cluster);
    await writeFile(join(sandbox.fleet, "hubs/climate.yaml"), hub);
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--on", "local", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("comes up without its login's secret, and says where, how to get in, and what is not exercised", async () => {
    const { stdout, stderr } = await sandbox.succeed(["up", "--on", "local", "hub/climate"]);

    expect(stdout).toMatch(/^Climate {2}http:\/\/127\.0\.0\.1:\d+\/climate\/ {2}healthy$/m);
    expect(stderr).toMatch(/^hub\/climate: \d+ of \d+ settings exercised here, \d+ approximated, \d+ for Kubernetes/m);
    expect(stderr).toContain("the organisation example-lab cannot be rehearsed");
    secretsPath = / both in (\S+)/.exec(stdout)?.[1] ?? "";
    const url = / (http:\S+) /.exec(stdout)?.[1] ?? "";
    grace = await logIn(url, "grace", secret("sharedPassword"));
    await expect(logIn(url, "mallory", secret("sharedPassword"))).rejects.toThrow("refuses");
    await grace.startServer();
    expect(await grace.run("print(6 * 7)")).toBe("42\n");
  });

  it("is seen by commands that are told so, and by no other", async () => {
    const [there, here] = await Promise.all([
      sandbox.succeed(["status", "--on", "local"]),
      sandbox.succeed(["status"]),
    ]);

    expect(there.stdout).toMatch(/^climate +production +healthy .* 1 +1 +0 /m);
    expect(there.stdout).not.toContain("staging");
    expect(here.stdout).toMatch(/^climate +production +unknown +unknown/m);
    expect((await sandbox.succeed(["plan", "--on", "local"])).stdout).toContain("Nothing to change");
    expect((await sandbox.succeed(["why", "--on", "local", "hub/climate"])).stdout).toContain("nothing is wrong");
    const exec = ["exec", "--on", "local", "hub/climate", "--server", "grace", "--", "pwd"];
    expect((await sandbox.succeed(exec)).stdout).toMatch(/\/homes\/grace\n$/);
    const refused = await sandbox.hubfleet(["logs", "hub/climate"]);
    expect(refused.stderr).toContain("KUBECONFIG_UNUSABLE"); // its own cluster is asked
    expect(fleets()).not.toContain(sandbox.uuid());
  });

  it("is gone with its homes when it is destroyed", async () => {
    const [derived = ""] = fleets();
    expect(processesOf(`${derived}/climate/server/grace`)).not.toEqual([]);

    const { stdout } = await sandbox.succeed(["destroy", "--on", "local", "hub/climate", "--yes"]);

    expect(stdout).toContain("left behind: none");
    expect(processesOf(`${derived}/`)).toEqual([]);
    expect(fleets()).toEqual([]);
    expect(existsSync(secretsPath)).toBe(false);
    expect((await sandbox.succeed(["status", "--on", "local"])).stderr).toContain(
      "no hub is rehearsed here: hubfleet up --on local hub/NAME",
    );
  });
});
