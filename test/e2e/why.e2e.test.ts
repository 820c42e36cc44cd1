import { cpSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { createLocksSocket } from "../../src/adapters/locks/locks-socket.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipUnlessLong } from "../support/skip.ts";
import { listen, pythonOf, setSchema, type TroubledHub, troubledHub } from "../support/troubled-hub.ts";

const itLong = skipUnlessLong();

/** One hub, and one real fault after another: each is made, named by `why` with the next command, and undone. */
describe("why", () => {
  let sandbox: Sandbox;
  let port: number;
  let hub: TroubledHub;

  beforeAll(async () => {
    sandbox = await createSandbox("why");
    hub = troubledHub(sandbox);
    port = (await sandbox.init())["staging"] ?? 0;
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("says of a hub that was never brought up what to type", async () => {
    const { exitCode, first } = await hub.why();

    expect({ exitCode, cause: first?.cause, next: first?.next }).toEqual({
      exitCode: 1,
      cause: "never-brought-up",
      next: ["hubfleet up hub/staging"],
    });
  });

  it("says that nothing is wrong, and ends with 0", async () => {
    await sandbox.succeed(["up", "hub/staging"]);

    const { stdout } = await sandbox.succeed(["why", "hub/staging"]);

    expect(stdout).toBe("nothing is wrong: every process of hub/staging runs and answers\n");
  });

  it("process-ended: somebody killed it", async () => {
    await hub.kill("hub");

    const { first, causes } = await hub.why();

    expect(causes).toEqual(["process-ended"]);
    expect(first?.because).toContain("the hub process ended without saying why");
    expect(first?.next).toEqual(["hubfleet apply hub/staging"]);
    expect(Date.now() - new Date(first?.since ?? 0).getTime()).toBeLessThan(60_000);
    await hub.mend();
  });

  it("process-halted: it is there and answers nobody", async () => {
    const pid = hub.pidOf("hub");
    process.kill(pid, "SIGSTOP");

    const { first } = await hub.why();
    process.kill(pid, "SIGCONT");

    expect(first).toMatchObject({ cause: "process-halted", next: [`kill -CONT ${pid}`] });
    await hub.mend();
  });

  itLong("port-taken: by a program that is named", async () => {
    await hub.kill("proxy");
    const server = await listen(port);

    const { first } = await hub.why();
    await new Promise((resolve) => server.close(resolve));

    expect(first?.cause).toBe("port-taken");
    expect(first?.because).toContain(`port ${port}`);
    expect(first?.next[0]).toBe(`kill ${process.pid}`);
    await hub.mend();
  });

  itLong("database-locked: by a program that is named", async () => {
    const database = new DatabaseSync(hub.at("data/jupyterhub.sqlite"));
    database.exec("begin exclusive");

    const { first } = await hub.why();
    database.close();

    expect(first?.cause).toBe("database-locked");
    expect(first?.because).toContain(`process ${process.pid}`);
    await wait(6_000); // the hub waits five seconds for the lock
    await hub.mend();
  });

  itLong("database-newer: a newer JupyterHub changed it; the copy made before it is named", async () => {
    const database = hub.at("data/jupyterhub.sqlite");
    const copy = `${database}.2026-01-01-000000`;
    cpSync(database, copy);
    setSchema(database, "f460b0348206");
    await hub.startInVain();

    const { first } = await hub.why();

    expect(first?.cause).toBe("database-newer");
    expect(first?.because).toContain("f460b0348206");
    expect(first?.next).toContain(`cp ${copy} ${database}`);
    cpSync(copy, database);
    await hub.mend();
  });

  itLong("database-damaged: it is no database any more", async () => {
    const database = hub.at("data/jupyterhub.sqlite");
    cpSync(database, join(sandbox.root, "good.sqlite"));
    await hub.kill("hub");
    writeFileSync(database, "this is no database, and long enough to be taken for one ".repeat(100));
    await sandbox.hubfleet(["apply", "hub/staging"]);

    const { first } = await hub.why();

    expect(first?.cause).toBe("database-damaged");
    cpSync(join(sandbox.root, "good.sqlite"), database);
    await hub.mend();
  });

  it("environment-missing: removed, and built again by the command named", async () => {
    await hub.kill("hub");
    const environment = hub.environmentOf("hub");
    renameSync(environment, `${environment}.aside`);

    const { first } = await hub.why();

    expect(first).toMatchObject({ cause: "environment-missing", next: ["hubfleet apply hub/staging"] });
    expect(first?.because).toContain(`is gone: ${environment}`);
    renameSync(`${environment}.aside`, environment);
    await hub.mend();
  });

  it("environment-missing: not built to its end", async () => {
    const environment = hub.environmentOf("lab");
    rmSync(join(environment, ".complete"));

    const { first } = await hub.why();

    expect(first?.because).toContain('image "lab" was not built to its end');
    writeFileSync(join(environment, ".complete"), "");
    await hub.mend();
  });

  itLong("environment-broken: a package is gone, and Python's own words say which", async () => {
    const package_ = join(
      hub.environmentOf("hub"),
      `lib/python${pythonOf(hub.environmentOf("hub"))}/site-packages/tornado`,
    );
    renameSync(package_, `${package_}.aside`);
    await hub.startInVain();

    const { first } = await hub.why();
    renameSync(`${package_}.aside`, package_);

    expect(first?.cause).toBe("environment-broken");
    expect(first?.because).toContain("No module named 'tornado'");
    await hub.mend();
  });

  /** Which cause `why` names for a trait with this value, having said which trait and where. */
  const causeOf = async (section: string, trait: string, value: string): Promise<string | undefined> => {
    const before = await sandbox.read("hubs/staging.yaml");
    const written = `\nhubConfig:\n  ${section}:\n    ${trait}: ${value}\n`;
    await sandbox.edit("hubs/staging.yaml", (text) => `${text}${written}`);
    await sandbox.hubfleet(["up", "hub/staging"]);

    const { first } = await hub.why();

    expect(first?.because).toContain(`'${trait}' trait`);
    expect(first?.next.join("\n")).toMatch(/hubs\/staging\.yaml:\d+/);
    await sandbox.edit("hubs/staging.yaml", () => before);
    await sandbox.succeed(["up", "hub/staging"]);
    await hub.mend();
    return first?.cause;
  };
  itLong("login-misconfigured: username_map is refused, at the line named", async () => {
    expect(await causeOf("Authenticator", "username_map", "5")).toBe("login-misconfigured");
  });
  itLong("setting-refused: activity_resolution is refused, at the line named", async () => {
    expect(await causeOf("JupyterHub", "activity_resolution", "soon")).toBe("setting-refused");
  });

  it("secrets-unusable: the file is damaged", async () => {
    const secrets = hub.at("data/secrets.json");
    const before = readFileSync(secrets, "utf8");
    writeFileSync(secrets, before.slice(0, 40));

    const { first } = await hub.why();
    writeFileSync(secrets, before);

    expect(first?.cause).toBe("secrets-unusable");
    expect(first?.because).not.toContain(before.slice(20, 40));
    await hub.mend();
  });

  itLong("settings-not-in-effect: written, and the hub was not told", async () => {
    const current = hub.at("run/current.json");
    writeFileSync(current, `${readFileSync(current, "utf8")} `);

    const { first } = await hub.why();

    expect(first).toMatchObject({ cause: "settings-not-in-effect", next: ["hubfleet apply hub/staging"] });
    rmSync(current);
    await sandbox.succeed(["restart", "hub/staging"]);
    await hub.mend();
  });

  itLong("being-changed: another command holds the lease while a part is missing", async () => {
    const locks = createLocksSocket({ files: createStateFilesDisk(), clock: createClockSystem(), pid: process.pid });
    const note = join(sandbox.state, "fleets", sandbox.uuid(), "lease.json");
    const turn = await locks.tryAcquire(`fleet/${sandbox.uuid()}`, note, "apply");
    const whileWell = await hub.why();
    await hub.kill("culler");

    const { first, causes } = await hub.why();
    if (turn.kind === "held") await turn.release();

    expect(whileWell.verdict).toBe("nothing wrong");
    expect(causes).toEqual(["being-changed", "process-ended"]);
    expect(first?.because).toContain(`process ${process.pid}`);
    await hub.mend();
  });

  itLong("certificates: expired, not yet valid, and with the key of another one", async () => {
    const [certificate, key] = [join(sandbox.root, "cert.pem"), join(sandbox.root, "key.pem")];
    const make = (from: number, to: number): void => hub.makeCertificate(certificate, key, from, to);
    make(-1, 30);
    const before = await sandbox.read("clusters/here.yaml");
    await sandbox.edit(
      "clusters/here.yaml",
      (text) => `${text}\nhttps:\n  key: ${key}\n  certificate: ${certificate}\n`,
    );
    await sandbox.succeed(["up", "hub/staging"]);
    expect(await hub.why()).toMatchObject({ verdict: "nothing wrong" });

    make(-30, -1);
    expect((await hub.why()).first).toMatchObject({ cause: "certificate-expired" });
    make(1, 30);
    expect((await hub.why()).first).toMatchObject({ cause: "certificate-not-yet-valid" });
    const foreign = readFileSync(key);
    make(-1, 30);
    writeFileSync(key, foreign);
    const { first } = await hub.why();
    expect(first).toMatchObject({ cause: "certificate-unusable" });
    expect(first?.next.at(-1)).toBe("hubfleet restart hub/staging --proxy");

    await sandbox.edit("clusters/here.yaml", () => before);
    await sandbox.succeed(["up", "hub/staging"]);
    await hub.mend();
  });

  itLong("says unknown when it is, with the last words", async () => {
    const database = hub.at("data/jupyterhub.sqlite");
    await hub.kill("hub");
    renameSync(database, `${database}.aside`);
    mkdirSync(database);
    await sandbox.hubfleet(["apply", "hub/staging"]);

    const { verdict } = await hub.why();
    const { stdout } = await sandbox.hubfleet(["why", "hub/staging"]);
    rmdirSync(database);
    renameSync(`${database}.aside`, database);

    expect(verdict).toBe("unknown");
    expect(stdout).toContain("unknown: the hub process does not run");
    expect(stdout).toContain("unable to open database file");
    await hub.mend();
  });
});
