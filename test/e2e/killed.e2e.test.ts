import { setTimeout as wait } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { eventually } from "../support/eventually.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import {
  buildersOf,
  complaintsAbout,
  complaintsAboutRest,
  processesOf,
  type WantedOnMachine,
} from "../support/machine-oracle.ts";
import { beginUntil, type JournalPoint, killAt } from "../support/mortal-command.ts";
import { createSandbox, freeBlock, type Sandbox } from "../support/process-sandbox.ts";
import { skipUnless } from "../support/skip.ts";

/** script/test-kill does all of it; script/test three points, one of each command. */
const isWhole = process.env["HUBFLEET_TEST_KILL"] === "all";
const points = (...all: readonly (readonly [string, JournalPoint["state"], "always"?])[]): readonly JournalPoint[] =>
  all.filter(([, , always]) => isWhole || always === "always").map(([step, state]) => ({ step, state }));

const inWhole = skipUnless(isWhole, "it is part of script/test-kill");

/** Real commands killed with SIGKILL where their journal is at a point; the next one needs nobody's help. */
describe("a real hub whose commands are killed", () => {
  let sandbox: Sandbox;
  let wanted: WantedOnMachine;
  const target = "hub/staging";
  const destroyed = ["destroy", target, "--yes"];

  beforeAll(async () => {
    sandbox = await createSandbox("killed", { environments: isWhole ? "own" : "shared" });
    const { staging: port = 0 } = await sandbox.init();
    const announcement = "This hub is for trying changes";
    wanted = { hub: "staging", port, title: "Staging", announcement, users: ["grace", "edsger"] };
  });
  afterAll(async () => {
    expect(await sandbox.sweep()).toEqual([]);
  });

  const write = async (changes: Partial<WantedOnMachine>): Promise<void> => {
    const now = { ...wanted, ...changes };
    await sandbox.edit("hubs/staging.yaml", (text) =>
      text
        .replace(/^title: .*$/m, `title: ${now.title}`)
        .replace(/^port: .*$/m, `port: ${now.port}`)
        .replace(/^announcement: .*$/m, `announcement: ${now.announcement}`),
    );
    wanted = now;
  };
  const logInAs = async (user: string): Promise<HubSession> => {
    const password = sandbox.secret("staging", "sharedPassword");
    const session = await logIn(`http://127.0.0.1:${wanted.port}/staging/`, user, password);
    if ((await session.serverStatus()) !== 200) await session.startServer("lab");
    return session;
  };
  const expectConverged = async (): Promise<void> => {
    expect(await complaintsAbout(sandbox, wanted)).toEqual([]);
    expect((await sandbox.hubfleet(["plan", target, "--detailed-exitcode"])).exitCode).toBe(0);
  };

  inWhole("comes up after a first up was killed while it built, and its builder went on", async () => {
    const command = await beginUntil(sandbox, ["up", target], { step: "build environment", state: "intent" });
    await eventually("a builder is at work", () => buildersOf(sandbox).length > 0);
    command.signal("SIGKILL");
    await command.result;
    expect(buildersOf(sandbox)).not.toEqual([]);

    await sandbox.succeed(["up", target]);

    await expectConverged();
    await sandbox.succeed([...destroyed, "--delete-homes", "--delete-environments"]);
  });

  for (const point of points(
    ["build environment", "done"],
    ["start proxy", "intent"],
    ["start proxy", "done"],
    ["start hub", "intent", "always"],
    ["start hub", "done"],
    ["start culler", "intent"],
  )) {
    it(`comes up after a first up was killed at "${point.step}" (${point.state})`, async () => {
      await killAt(sandbox, ["up", target], point);

      await sandbox.succeed(["up", target]);

      expect(await complaintsAbout(sandbox, wanted)).toEqual([]);
      if (isWhole && point.step !== "start culler") await sandbox.succeed([...destroyed, "--delete-homes"]);
    });
  }

  for (const point of points(["stop", "intent"], ["stop", "done"], ["start hub", "intent"], ["start hub", "done"])) {
    it(`has its new title after an up was killed at "${point.step}" (${point.state})`, async () => {
      const session = await logInAs("edsger");
      await write({ title: `Title ${point.step} ${point.state}` });

      await killAt(sandbox, ["up", target], point);
      await sandbox.succeed(["up", target]);

      await expectConverged();
      expect(await session.serverStatus()).toBe(200);
    });
  }

  for (const point of points(["live settings", "intent", "always"], ["live settings", "done"])) {
    it(`has put a user out after an apply was killed at "${point.step}" (${point.state})`, async () => {
      const [edsger, grace] = [await logInAs("edsger"), await logInAs("grace")];
      const grown = `users: [edsger, "for-${point.state}"]`;
      await sandbox.edit("platform.yaml", (text) => text.replace(/users: \[.*\]/, grown));
      await write({ announcement: `At ${point.state}`, users: ["edsger", `for-${point.state}`] });

      await killAt(sandbox, ["apply", target], point);
      await sandbox.succeed(["apply", target]);

      await expectConverged();
      expect(await edsger.serverStatus()).toBe(200);
      expect(await grace.serverStatus()).not.toBe(200);
      expect(processesOf(`${sandbox.uuid()}/staging/server/`).every(({ marker }) => !marker.includes("grace"))).toBe(
        true,
      );
      await sandbox.edit("platform.yaml", (text) => text.replace(/users: \[.*\]/, "users: [grace, edsger]"));
      wanted = { ...wanted, users: ["grace", "edsger"] };
      await sandbox.succeed(["apply", target]);
    });
  }

  for (const point of points(["start proxy", "intent"], ["start proxy", "done"], ["restore routes", "intent"])) {
    it(`finds its servers again after an apply was killed at "${point.step}" (${point.state})`, async () => {
      const session = await logInAs("edsger");
      for (const { pid } of processesOf(`${sandbox.uuid()}/staging/proxy`)) process.kill(pid, "SIGKILL");

      await killAt(sandbox, ["apply", target], point);
      await sandbox.succeed(["apply", target]);

      await expectConverged();
      expect(await session.serverStatus()).toBe(200);
    });
  }

  for (const point of points(["start gateway", "intent"], ["start culler", "done"])) {
    it(`has moved after an up to another port was killed at "${point.step}" (${point.state})`, async () => {
      await write({ port: await freeBlock() });

      await killAt(sandbox, ["up", target, "--yes"], point);
      await sandbox.succeed(["up", target, "--yes"]);

      expect(await complaintsAbout(sandbox, wanted)).toEqual([]);
    });
  }

  inWhole("has one gateway after its first one ended and left a child behind", async () => {
    const gateway = processesOf(`${sandbox.uuid()}/staging/gateway`);
    const head = gateway.find(({ parent }) => !gateway.some(({ pid }) => pid === parent));
    expect(gateway.length).toBeGreaterThan(1);
    process.kill(head?.pid ?? 0, "SIGKILL");
    await wait(500);

    await sandbox.succeed(["apply", target]);

    await expectConverged();
  });

  inWhole("is changed by one operator at a time, and the first one finishes", async () => {
    await write({ title: "By the first of two" });
    const first = await beginUntil(sandbox, ["up", target], { step: "stop", state: "intent" });

    const second = await sandbox.hubfleet(["apply", target]);

    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain("LEASE_HELD");
    expect(second.stderr).toContain("hubfleet up");
    expect((await first.result).exitCode).toBe(0);
    await expectConverged();
  });

  inWhole("stays with an operator that was stopped, until that one goes on", async () => {
    await write({ title: "By somebody who slept" });
    const sleeper = await beginUntil(sandbox, ["up", target], { step: "stop", state: "done" });
    sleeper.signal("SIGSTOP");
    await wait(1_000);

    const other = await sandbox.hubfleet(["apply", target]);
    sleeper.signal("SIGCONT");

    expect(other.exitCode).toBe(1);
    expect(other.stderr).toContain("LEASE_HELD");
    expect((await sleeper.result).exitCode).toBe(0);
    await expectConverged();
  });

  for (const point of points(["stop everything", "intent", "always"], ["stop everything", "done"])) {
    it(`is gone after a destroy was killed at "${point.step}" (${point.state})`, async () => {
      if (point.state === "done") await sandbox.succeed(["up", target]);
      await logInAs("grace");

      await killAt(sandbox, destroyed, point);
      await sandbox.succeed(destroyed);

      expect(complaintsAboutRest(sandbox, wanted)).toEqual([]);
    });
  }
});
