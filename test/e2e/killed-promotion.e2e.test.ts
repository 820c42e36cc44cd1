import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { afterAll, beforeAll, expect, it } from "vitest";

import { readDeployed } from "../../src/bundle/deployed.ts";
import { readRecords } from "../../src/evidence/read-records.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import { begin } from "../support/mortal-command.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnless } from "../support/skip.ts";

const isWhole = process.env["HUBFLEET_TEST_KILL"] === "all";

/** Real promotions killed with SIGKILL after so many seconds; the same command again needs nobody's help. */
skipSuiteUnless(isWhole, "it is part of script/test-kill")("a real promotion that is killed", () => {
  let sandbox: Sandbox;
  let bundles: readonly [string, string];
  let grace: HubSession;

  const git = (...words: readonly string[]): string => {
    const who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
    const { status, stdout, stderr } = spawnSync("git", ["-C", sandbox.fleet, ...who, ...words], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stderr}`);
    return stdout;
  };
  const bundleWith = async (region: string): Promise<string> => {
    await sandbox.edit(
      "platform.yaml",
      (text) => `${text.replace(/^environment:.*\n/m, "")}environment: { REGION: ${region} }\n`,
    );
    git("commit", "--quiet", "--all", "--message", region);
    return (await sandbox.succeed(["bundle", "new", "-o", "name"])).stdout.trim();
  };
  const state = (): ReadonlyMap<string, string> => {
    const paths = git("ls-tree", "-r", "--name-only", "hubfleet/state").trim().split("\n");
    const wanted = paths.filter((path) => path.startsWith("evidence/") || path === "deployed.yaml");
    return new Map(wanted.map((path) => [path, git("show", `hubfleet/state:${path}`)]));
  };

  beforeAll(async () => {
    sandbox = await createSandbox("killed-promotion", { environments: "shared" });
    const ports = await sandbox.init();
    for (const path of ["groups", "images/classroom", "hubs/research.yaml"]) {
      await rm(join(sandbox.fleet, path), { recursive: true });
    }
    await sandbox.edit("platform.yaml", (text) => text.replace("dask:\n", "dask:\n  enabled: false\n"));
    git("add", "--all");
    bundles = [await bundleWith("north"), await bundleWith("south")];
    await sandbox.succeed(["promote", bundles[1], "--to", "staging"]);
    const url = `http://127.0.0.1:${ports["staging"]}/staging/`;
    grace = await logIn(url, "grace", sandbox.secret("staging", "sharedPassword"));
    await grace.startServer();
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  const moments = [0.4, 0.8, 1.2, 1.6, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10, 12];

  it.each(moments.map((seconds, index) => ({ seconds, index })))(
    "after $seconds s is brought to an end by the same command",
    async ({ seconds, index }) => {
      const bundle = bundles[index % 2] ?? "";
      const command = begin(sandbox, ["promote", bundle, "--to", "staging"]);
      await wait(seconds * 1000);
      command.signal("SIGKILL");
      await command.result;

      const again = await sandbox.succeed(["promote", bundle, "--to", "staging"]);

      expect(again.stdout).toContain("stage staging stands at 1 of 1 hub");
      const files = state();
      expect(readDeployed(files)).toMatchObject({
        stages: { staging: { id: bundle, hubs: { staging: "done" } } },
        hubs: { staging: { id: bundle } },
      });
      expect(readRecords(files)).toMatchObject({ problems: [], missing: [] });
      // The working tree has the other bundle's setting: that waits, and is no change.
      const plan = JSON.parse((await sandbox.succeed(["plan", "-o", "json"])).stdout) as { changes: unknown[] };
      expect(plan.changes).toEqual([]);
      expect(await grace.run("print('still here')")).toBe("still here\n");
      const left = git("for-each-ref", "--format=%(refname)").trim().split("\n");
      expect(left.toSorted()).toEqual(["refs/heads/hubfleet/state", "refs/heads/main"]);
    },
  );
});
