import { execFileSync } from "node:child_process";
import { chownSync, cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { createLocksSocket } from "../../src/adapters/locks/locks-socket.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import type { Finding } from "../../src/operate/why/finding.ts";
import { type HubSession, logIn } from "../support/hub-session.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { itAsRoot } from "../support/skip.ts";

interface Answer {
  readonly exitCode: number;
  readonly verdict: string;
  readonly first: Finding | undefined;
  readonly causes: readonly string[];
}

/** One hub, and one real fault after another: each is made, named by `why` with the next command, and undone. */
describe("why", () => {
  let sandbox: Sandbox;
  let port: number;
  let grace: HubSession;
  const at = (...parts: readonly string[]): string => join(sandbox.hubDirectory("staging"), ...parts);
  const pidOf = (component: string): number =>
    (JSON.parse(readFileSync(at("run", `${component}.json`), "utf8")) as { pid: number }).pid;
  const environmentOf = (image: string): string => {
    const applied = JSON.parse(readFileSync(at("run/applied.json"), "utf8")) as {
      images: Record<string, { environment: string }>;
    };
    return applied.images[image]?.environment ?? "";
  };
  const kill = async (component: string): Promise<void> => {
    const pid = pidOf(component);
    process.kill(pid, "SIGKILL");
    while (existsSync(`/proc/${pid}`)) await wait(20);
  };
  const why = async (): Promise<Answer> => {
    const { exitCode, stdout } = await sandbox.hubfleet(["why", "hub/staging", "-o", "json"]);
    const { verdict, findings } = JSON.parse(stdout) as { verdict: string; findings: Finding[] };
    return { exitCode, verdict, first: findings[0], causes: findings.map(({ cause }) => cause) };
  };
  /** The fault is there: the hub is asked why, and mended. */
  const mend = async (): Promise<void> => {
    await sandbox.succeed(["apply", "hub/staging"]);
    expect(await why()).toMatchObject({ exitCode: 0, verdict: "nothing wrong" });
  };
  const startInVain = async (): Promise<void> => {
    await kill("hub");
    await sandbox.hubfleet(["apply", "hub/staging"]);
  };

  beforeAll(async () => {
    sandbox = await createSandbox("why");
    port = (await sandbox.init())["staging"] ?? 0;
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("says of a hub that was never brought up what to type", async () => {
    const { exitCode, first } = await why();

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
    await kill("hub");

    const { first, causes } = await why();

    expect(causes).toEqual(["process-ended"]);
    expect(first?.because).toContain("the hub process ended without saying why");
    expect(first?.next).toEqual(["hubfleet apply hub/staging"]);
    expect(Date.now() - new Date(first?.since ?? 0).getTime()).toBeLessThan(60_000);
    await mend();
  });

  it("process-halted: it is there and answers nobody", async () => {
    const pid = pidOf("hub");
    process.kill(pid, "SIGSTOP");

    const { first } = await why();
    process.kill(pid, "SIGCONT");

    expect(first).toMatchObject({ cause: "process-halted", next: [`kill -CONT ${pid}`] });
    await mend();
  });

  it("port-taken: by a program that is named", async () => {
    await kill("proxy");
    const server = await listen(port);

    const { first } = await why();
    await new Promise((resolve) => server.close(resolve));

    expect(first?.cause).toBe("port-taken");
    expect(first?.because).toContain(`port ${port}`);
    expect(first?.next[0]).toBe(`kill ${process.pid}`);
    await mend();
  });

  it("database-locked: by a program that is named", async () => {
    const database = new DatabaseSync(at("data/jupyterhub.sqlite"));
    database.exec("begin exclusive");

    const { first } = await why();
    database.close();

    expect(first?.cause).toBe("database-locked");
    expect(first?.because).toContain(`process ${process.pid}`);
    await wait(6_000); // the hub waits five seconds for the lock
    await mend();
  });

  it("database-newer: a newer JupyterHub changed it; the copy made before it is named", async () => {
    const database = at("data/jupyterhub.sqlite");
    const copy = `${database}.2026-01-01-000000`;
    cpSync(database, copy);
    setSchema(database, "f460b0348206");
    await startInVain();

    const { first } = await why();

    expect(first?.cause).toBe("database-newer");
    expect(first?.because).toContain("f460b0348206");
    expect(first?.next).toContain(`cp ${copy} ${database}`);
    cpSync(copy, database);
    await mend();
  });

  it("database-damaged: it is no database any more", async () => {
    const database = at("data/jupyterhub.sqlite");
    cpSync(database, join(sandbox.root, "good.sqlite"));
    await kill("hub");
    writeFileSync(database, "this is no database, and long enough to be taken for one ".repeat(100));
    await sandbox.hubfleet(["apply", "hub/staging"]);

    const { first } = await why();

    expect(first?.cause).toBe("database-damaged");
    cpSync(join(sandbox.root, "good.sqlite"), database);
    await mend();
  });

  it("environment-missing: removed, and built again by the command named", async () => {
    await kill("hub");
    const environment = environmentOf("hub");
    renameSync(environment, `${environment}.aside`);

    const { first } = await why();

    expect(first).toMatchObject({ cause: "environment-missing", next: ["hubfleet apply hub/staging"] });
    expect(first?.because).toContain(`is gone: ${environment}`);
    renameSync(`${environment}.aside`, environment);
    await mend();
  });

  it("environment-missing: not built to its end", async () => {
    const environment = environmentOf("lab");
    rmSync(join(environment, ".complete"));

    const { first } = await why();

    expect(first?.because).toContain('image "lab" was not built to its end');
    writeFileSync(join(environment, ".complete"), "");
    await mend();
  });

  it("environment-broken: a package is gone, and Python's own words say which", async () => {
    const package_ = join(environmentOf("hub"), `lib/python${pythonOf(environmentOf("hub"))}/site-packages/tornado`);
    renameSync(package_, `${package_}.aside`);
    await startInVain();

    const { first } = await why();
    renameSync(`${package_}.aside`, package_);

    expect(first?.cause).toBe("environment-broken");
    expect(first?.because).toContain("No module named 'tornado'");
    await mend();
  });

  it("login-misconfigured: the authenticator refuses its settings, at the line named", async () => {
    const before = await sandbox.read("hubs/staging.yaml");
    await sandbox.edit("hubs/staging.yaml", (text) => `${text}\nhubConfig:\n  Authenticator:\n    username_map: 5\n`);
    await sandbox.hubfleet(["up", "hub/staging"]);

    const { first } = await why();

    expect(first?.cause).toBe("login-misconfigured");
    expect(first?.because).toContain("'username_map' trait");
    expect(first?.next.join("\n")).toMatch(/hubs\/staging\.yaml:\d+/);
    await sandbox.edit("hubs/staging.yaml", () => before);
    await sandbox.succeed(["up", "hub/staging"]);
    await mend();
  });

  it("setting-refused: another part of the hub refuses one", async () => {
    const before = await sandbox.read("hubs/staging.yaml");
    await sandbox.edit(
      "hubs/staging.yaml",
      (text) => `${text}\nhubConfig:\n  JupyterHub:\n    activity_resolution: soon\n`,
    );
    await sandbox.hubfleet(["up", "hub/staging"]);

    const { first } = await why();

    expect(first?.cause).toBe("setting-refused");
    expect(first?.because).toContain("activity_resolution");
    await sandbox.edit("hubs/staging.yaml", () => before);
    await sandbox.succeed(["up", "hub/staging"]);
    await mend();
  });

  it("secrets-unusable: the file is damaged", async () => {
    const secrets = at("data/secrets.json");
    const before = readFileSync(secrets, "utf8");
    writeFileSync(secrets, before.slice(0, 40));

    const { first } = await why();
    writeFileSync(secrets, before);

    expect(first?.cause).toBe("secrets-unusable");
    expect(first?.because).not.toContain(before.slice(20, 40));
    await mend();
  });

  it("settings-not-in-effect: written, and the hub was not told", async () => {
    const current = at("run/current.json");
    writeFileSync(current, `${readFileSync(current, "utf8")} `);

    const { first } = await why();

    expect(first).toMatchObject({ cause: "settings-not-in-effect", next: ["hubfleet apply hub/staging"] });
    rmSync(current);
    await sandbox.succeed(["restart", "hub/staging"]);
    await mend();
  });

  it("routes-lost: the proxy forgot a server, and apply tells it again", async () => {
    grace = await logIn(url(), "grace", sandbox.secret("staging", "sharedPassword"));
    await grace.startServer();
    const headers = { authorization: `token ${sandbox.secret("staging", "proxyToken")}` };
    await fetch(`http://127.0.0.1:${port + 1}/api/routes/staging/user/grace`, { method: "DELETE", headers });

    const { first } = await why();

    expect(first).toMatchObject({ cause: "routes-lost", next: ["hubfleet apply hub/staging"] });
    expect(first?.wrong).toContain("grace");
    await mend();
    expect(await grace.serverStatus()).toBe(200);
  });

  itAsRoot("home-not-writable: it belongs to another account", async () => {
    const home = at("data/homes/grace");
    const { uid } = statSync(home);
    chownSync(home, 0, 0);

    const { first } = await why();

    expect(first).toMatchObject({ cause: "home-not-writable" });
    execFileSync("/bin/sh", ["-c", first?.next[0] ?? "false"]);
    expect(statSync(home).uid).toBe(uid);
    expect(await why()).toMatchObject({ verdict: "nothing wrong" });
  });

  itAsRoot("disk-full: where homes are", async () => {
    const homes = at("data/homes");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", homes]);
    try {
      const { first } = await why();

      expect(first?.cause).toBe("disk-full");
      expect(first?.because).toContain(homes);
    } finally {
      execFileSync("umount", [homes]);
    }
    expect(await why()).toMatchObject({ verdict: "nothing wrong" });
  });

  it("server-does-not-start: for one user, with the words of the server", async () => {
    await grace.stopServer();
    await sandbox.succeed(["exec", "hub/staging", "--server", "grace", "--", "mkdir", "-p", ".jupyter"]);
    const config = at("data/homes/grace/.jupyter/jupyter_server_config.py");
    writeFileSync(config, 'raise SystemExit("OSError: a configuration of my own")\n', { mode: 0o644 });
    await expect(grace.startServer()).rejects.toThrow("not started");

    const { first } = await why();
    rmSync(config);

    expect(first?.cause).toBe("server-does-not-start");
    expect(first?.because).toContain("a configuration of my own");
    expect(first?.next[0]).toBe("hubfleet logs hub/staging --component server/grace");
    await grace.startServer();
    expect(await why()).toMatchObject({ verdict: "nothing wrong" });
  });

  it("being-changed: another command holds the lease while a part is missing", async () => {
    const locks = createLocksSocket({ files: createStateFilesDisk(), clock: createClockSystem(), pid: process.pid });
    const note = join(sandbox.state, "fleets", sandbox.uuid(), "lease.json");
    const turn = await locks.tryAcquire(`fleet/${sandbox.uuid()}`, note, "apply");
    const whileWell = await why();
    await kill("culler");

    const { first, causes } = await why();
    if (turn.kind === "held") await turn.release();

    expect(whileWell.verdict).toBe("nothing wrong");
    expect(causes).toEqual(["being-changed", "process-ended"]);
    expect(first?.because).toContain(`process ${process.pid}`);
    await mend();
  });

  it("certificates: expired, not yet valid, and with the key of another one", async () => {
    const [certificate, key] = [join(sandbox.root, "cert.pem"), join(sandbox.root, "key.pem")];
    const make = (from: number, to: number): void => {
      execFileSync(join(environmentOf("hub"), "bin/python"), [
        "-c",
        makeCertificate,
        certificate,
        key,
        `${from}`,
        `${to}`,
      ]);
    };
    make(-1, 30);
    const before = await sandbox.read("clusters/here.yaml");
    await sandbox.edit(
      "clusters/here.yaml",
      (text) => `${text}\nhttps:\n  key: ${key}\n  certificate: ${certificate}\n`,
    );
    await sandbox.succeed(["up", "hub/staging"]);
    expect(await why()).toMatchObject({ verdict: "nothing wrong" });

    make(-30, -1);
    expect((await why()).first).toMatchObject({ cause: "certificate-expired" });
    make(1, 30);
    expect((await why()).first).toMatchObject({ cause: "certificate-not-yet-valid" });
    const foreign = readFileSync(key);
    make(-1, 30);
    writeFileSync(key, foreign);
    const { first } = await why();
    expect(first).toMatchObject({ cause: "certificate-unusable" });
    expect(first?.next.at(-1)).toBe("hubfleet restart hub/staging --proxy");

    await sandbox.edit("clusters/here.yaml", () => before);
    await sandbox.succeed(["up", "hub/staging"]);
    await mend();
  });

  it("says unknown when it is, with the last words", async () => {
    const grants = at("data/grants.json");
    const before = readFileSync(grants, "utf8");
    writeFileSync(grants, "{");
    await startInVain();

    const { verdict } = await why();
    const { stdout } = await sandbox.hubfleet(["why", "hub/staging"]);
    writeFileSync(grants, before);

    expect(verdict).toBe("unknown");
    expect(stdout).toContain("unknown: the hub process does not run");
    expect(stdout).toContain("JSONDecodeError");
    await mend();
  });

  function url(): string {
    return `http://127.0.0.1:${port}/staging/`;
  }
});

const makeCertificate = `
import sys, datetime
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
path, key_path, start, end = sys.argv[1:]
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
now = datetime.datetime.now(datetime.timezone.utc)
made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    .not_valid_before(now + datetime.timedelta(days=int(start))).not_valid_after(now + datetime.timedelta(days=int(end)))
    .sign(key, hashes.SHA256()))
open(path, "wb").write(made.public_bytes(serialization.Encoding.PEM))
open(key_path, "wb").write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
`;

function setSchema(path: string, version: string): void {
  const database = new DatabaseSync(path);
  database.prepare("update alembic_version set version_num = ?").run(version);
  database.close();
}

function pythonOf(environment: string): string {
  return /^version_info = (\d+\.\d+)/m.exec(readFileSync(join(environment, "pyvenv.cfg"), "utf8"))?.[1] ?? "";
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve());
  });
  return server;
}
