import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type HubSession, logIn, signUp } from "../support/hub-session.ts";
import { type CommandResult, createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipUnlessLong } from "../support/skip.ts";
import { createVisitor, type Page, type Visitor } from "../support/visitor.ts";
import { createVirtualTime, type VirtualTime } from "../support/virtual-time.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

const itLong = skipUnlessLong();

/** From a tested change to production, on real hubs; only the week is virtual. Told in order. */
describe("a bundle on its way to production", () => {
  let time: VirtualTime;
  let sandbox: Sandbox;
  let grace: HubSession;
  let first: string;
  let url: string;

  const hubfleet = async (...words: readonly string[]): Promise<CommandResult> =>
    sandbox.hubfleet(words, { environment: time.environment });
  const succeed = async (...words: readonly string[]): Promise<CommandResult> =>
    sandbox.succeed(words, { environment: time.environment });
  const git = (...words: readonly string[]): string => {
    const who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
    const { status, stdout, stderr } = spawnSync("git", ["-C", sandbox.fleet, ...who, ...words], { encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stderr}`);
    return stdout;
  };
  const bundleOf = async (message: string): Promise<string> => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return (await succeed("bundle", "new", "-o", "name")).stdout.trim();
  };
  const runs = async (hub: string): Promise<string> => {
    const { stdout } = await succeed("status", "-o", "json");
    const { hubs } = JSON.parse(stdout) as { hubs: { hub: string; runs: string; health: string }[] };
    const found = hubs.find((one) => one.hub === hub);
    return `${found?.health} ${found?.runs.split(" ")[0]}`;
  };
  const recordsOf = (kind: string): readonly string[] =>
    git("grep", "-h", `"kind":"${kind}"`, "hubfleet/state", "--", "evidence/").trim().split("\n");

  beforeAll(async () => {
    sandbox = await createSandbox("promotion", { environments: "shared" });
    time = createVirtualTime(join(sandbox.root, "shift"));
    const ports = await sandbox.init();
    for (const path of ["groups", "images/classroom"]) await rm(join(sandbox.fleet, path), { recursive: true });
    await sandbox.edit("hubs/research.yaml", (text) => text.replace("groups: [classes]\n", ""));
    await sandbox.edit("platform.yaml", (text) => text.replace("dask:\n", "dask:\n  enabled: false\n"));
    await sandbox.edit("fleet.yaml", (text) =>
      text.replace("    description: Where changes are tried first\n", "    soak: { minimum: 7d, patchMinimum: 5m }\n"),
    );
    first = await bundleOf("the fleet");
    await succeed("promote", first, "--to", "staging");
    url = `http://127.0.0.1:${ports["staging"]}/staging/`;
    grace = await logIn(url, "grace", sandbox.secret("staging", "sharedPassword"));
    await grace.startServer();
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("soaks in the stage before, watched, and enters when its week is over", async () => {
    for (let days = 0; days < 4; days += 1) {
      await succeed("advance");
      time.advance(day);
    }
    const early = await hubfleet("promote", first, "--to", "production");
    for (let days = 4; days <= 7; days += 1) {
      await succeed("advance");
      time.advance(day);
    }

    expect(early).toMatchObject({ exitCode: 3 });
    expect(early.stdout).toMatch(/soaking in staging: \d d.* of 7 d/);
    expect(await runs("research")).toBe("absent nothing");
    const entered = await succeed("promote", first, "--to", "production");
    expect(entered.stdout).toContain("stage production stands at 1 of 1 hub");
    expect(await runs("research")).toBe(`healthy ${first}`);
  });

  it("that is bad goes back by itself, and servers of users go on", async () => {
    await sandbox.edit("platform.yaml", (text) => `${text}environment: { PYTHONHOME: /nowhere }\n`);
    const bad = await bundleOf("a setting that breaks every server");

    const promoted = await hubfleet("promote", bad, "--to", "staging");

    expect(promoted).toMatchObject({ exitCode: 4 });
    expect(promoted.stdout).toContain(`hub/staging did not do well, and is back at ${first}`);
    expect(promoted.stderr).toContain("error HUB_WENT_BACK");
    expect(await runs("staging")).toBe(`healthy ${first}`);
    expect(await grace.run("print('still here')")).toBe("still here\n");
    expect((await hubfleet("promote", bad, "--to", "production")).exitCode).toBe(3);
    expect(recordsOf("rollback")).toHaveLength(1);
  });

  itLong("that patches one image passes in minutes, past a hub on hold", async () => {
    await succeed("image", "add", "hub", "tomli");
    git("commit", "--quiet", "--all", "--message", "a fix for the hub image");
    const patched = await succeed("bundle", "patch", "--from", first, "--only", "hub", "-o", "name");
    const patch = patched.stdout.trim();
    await succeed("promote", patch, "--to", "staging");
    await succeed("hold", "hub/research", "--reason", "exam");
    expect((await hubfleet("promote", patch, "--to", "production")).exitCode).toBe(3);
    time.advance(6 * minute);
    await succeed("advance");

    const held = await succeed("promote", patch, "--to", "production");
    expect(held.stdout).toContain("1 kept where they are: research");
    expect(await runs("research")).toBe(`healthy ${first}`);

    await succeed("resume", "hub/research");
    await succeed("promote", patch, "--to", "production");
    expect(await runs("research")).toBe(`healthy ${patch}`);
    expect(recordsOf("promotion")).toHaveLength(5);
    expect(await grace.run("print('still here')")).toBe("still here\n");
  });

  itLong("waits for people, who say what they say on a page of a hub, behind its login", async () => {
    const password = "a long pass phrase";
    await sandbox.edit(
      "fleet.yaml",
      (text) =>
        `${text.replace("size: 1", "size: 3").replace("minimum: 7d", "minimum: 0s")}    signoffs: [{ role: approver }]
    logins: accept
people:
  - { id: gh, name: Grace, roles: [approver], email: gh@example.org, logins: { staging: grace } }
  - { id: ed, name: Edsger, roles: [approver], email: ed@example.org, logins: { staging: edsger } }
`,
    );
    await sandbox.edit("platform.yaml", (text) =>
      text
        .replace(/^environment: .*\n/m, "")
        .replace("kind: shared-password", "kind: sign-up")
        .replace("edsger]", "edsger, margaret]"),
    );
    await succeed("promote", await bundleOf("people with logins"), "--to", "staging");
    for (const user of ["grace", "edsger", "margaret"]) await signUp(url, user, password);
    await sandbox.edit("platform.yaml", (text) => text.replace("idle: 1h", "idle: 2h\nenvironment: { REGION: north }"));
    const asked = await bundleOf("a setting that people are asked about");
    await succeed("promote", asked, "--to", "staging");
    const gate = async (): Promise<string> => (await hubfleet("promote", asked, "--to", "production", "--plan")).stdout;
    const address = `${url}services/signoff/`;
    const visit = async (user: string): Promise<{ readonly visitor: Visitor; readonly page: Page }> => {
      const visitor = createVisitor();
      await logIn(url, user, password, visitor);
      return { visitor, page: await visitor.open(address) };
    };

    expect((await createVisitor().open(address)).url).toContain("/hub/login");
    expect((await visit("margaret")).page).toMatchObject({ status: 403 });
    const one = await visit("grace");
    const other = await visit("edsger");
    expect(one.page).toMatchObject({ status: 200, text: expect.stringContaining("May this go to production?") });

    const form = { "content-type": "application/x-www-form-urlencoded" };
    const forged = [
      ["no token", "kind=sign-off"],
      ["another's token", `kind=sign-off&_xsrf=${other.visitor.cookie(other.page.url, "_xsrf")}`],
    ] as const;
    for (const [what, body] of forged) {
      const { status } = await one.visitor.request("POST", one.page.url, { headers: form, body });
      expect([what, status]).toEqual([what, 403]);
    }
    const token = { authorization: `token ${sandbox.secret("staging", "operatorToken")}` };
    expect(await createVisitor().request("GET", one.page.url, { headers: token })).toMatchObject({ status: 302 });

    await one.visitor.submit(one.page.url, { kind: "sign-off", reason: "maps are right" });
    await other.visitor.submit(other.page.url, { kind: "objection", reason: "the maps are blank" });
    expect((await one.visitor.open(address)).text).toContain("waiting to be recorded");
    expect(await gate()).toContain("0 of 1 sign-off");

    const { stdout } = await succeed("advance");
    expect(stdout).toContain(`recorded: gh: sign-off of ${asked} in production, on the page of hub staging`);
    expect(await gate()).toContain("ed objects: the maps are blank");

    const said = await other.visitor.open(address);
    const [, of = ""] = /name="of" value="([0-9a-f]{64})"/.exec(said.text) ?? [];
    await other.visitor.submit(said.url, { kind: "withdrawal", of });
    await succeed("advance");
    expect(await gate()).toContain(`the gate of production is open for ${asked}`);
    expect(recordsOf("sign-off")).toEqual([expect.stringContaining('"known":"hub-login"')]);
    expect(await grace.run("print('still here')")).toBe("still here\n");
  });

  itLong("is left for one that was good, at once, and held there", async () => {
    const back = await succeed("rollback", "hub/research", "--reason", "maps are blank");

    expect(back.stdout).toContain(`to ${first}`);
    expect(await runs("research")).toBe(`healthy ${first}`);
    const drafted = await hubfleet("up", "hub/research");
    expect(drafted).toMatchObject({ exitCode: 3 });
    expect(drafted.stderr).toContain("holds hub/research");
  });
});
