import { spawnSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { comparable, type GuideShell, openGuideShell, releaseGuide, stepsOf } from "../support/guide.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnlessLong } from "../support/skip.ts";
import { createVirtualTime, type VirtualTime } from "../support/virtual-time.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

/** The guide as its reader types it; only the week is virtual. A user has a server open all the time. */
skipSuiteUnlessLong()("the way of a change to production, as typed", () => {
  let sandbox: Sandbox;
  let shell: GuideShell;
  let time: VirtualTime;
  let grace: HubSession;

  beforeAll(async () => {
    sandbox = await createSandbox("release", { environments: "shared" });
    const ports = await sandbox.init();
    await symlink("fleet", join(sandbox.root, "my-fleet"));
    await sandbox.succeed(["up"]);
    const url = `http://127.0.0.1:${ports["staging"]}/staging/`;
    grace = await logIn(url, "grace", sandbox.secret("staging", "sharedPassword"));
    await grace.startServer();
    time = createVirtualTime(join(sandbox.root, "shift"));
    const who = { GIT_AUTHOR_NAME: "Somebody", GIT_AUTHOR_EMAIL: "somebody@example.org" };
    const committer = { GIT_COMMITTER_NAME: "Somebody", GIT_COMMITTER_EMAIL: "somebody@example.org" };
    shell = await openGuideShell(sandbox.root, { ...sandbox.variables, ...time.environment, ...who, ...committer });
    await shell.run("cd my-fleet");
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  /** What a reader did at the keyboard, and what time did. */
  const deeds: Readonly<Record<string, () => Promise<void>>> = {
    "staging asks for a week": () =>
      sandbox.edit("fleet.yaml", (text) =>
        text.replace("first\n", "first\n    soak:\n      minimum: 7d\n      patchMinimum: 5m\n"),
      ),
    "a week passes": async () => {
      for (let days = 1; days <= 7; days += 1) {
        time.advance(day);
        await shell.run("hubfleet advance");
      }
    },
    "minutes pass": async () => {
      time.advance(6 * minute);
      await shell.run("hubfleet advance");
    },
    "the workers have another dask": async () => {
      await sandbox.edit("images/classroom/requirements.txt", (text) =>
        text.replace(/^(dask|distributed)>=.*$/gm, "$1==2026.6.0"),
      );
      await sandbox.edit("platform.yaml", (text) =>
        text.replace("notebook: lab\n", "notebook: lab\n  worker: classroom\n"),
      );
      await shell.run("hubfleet image lock classroom");
    },
  };
  const act = async (names: readonly string[]): Promise<void> => {
    for (const name of names) {
      const deed = deeds[name];
      if (deed === undefined) throw new Error(`this test does not know how to do "${name}"`);
      await deed();
    }
  };
  const steps = stepsOf(releaseGuide).filter(({ skipped }) => skipped === undefined);

  it.each(steps)("line $line: $title", async ({ first, afterwards, ...step }) => {
    await act(first);
    const { exitCode, output } = await shell.run(step.shell);
    await act(afterwards);

    const printed = output.split("\n").map(comparable);
    const missing = step.prints.filter((text) => !printed.some((line) => line.includes(comparable(text))));
    expect({ exitCode, missing, output }).toEqual({ exitCode: step.exitCode, missing: [], output });
  });

  it("left the server of a user alone, and nothing of it on the branch of people", async () => {
    expect(await grace.run("print('still here')")).toBe("still here\n");
    const { stdout } = spawnSync("git", ["-C", sandbox.fleet, "log", "--format=%an"], { encoding: "utf8" });
    expect(stdout).not.toContain("hubfleet");
  });
});
