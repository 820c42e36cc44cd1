import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { filesWith, holdsOneOf, processesWith } from "../support/find-texts.ts";
import { logInWithGitHub } from "../support/hub-session.ts";
import { createOAuthServer, type OAuthServer } from "../support/oauth-server.ts";
import { type CommandResult, createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const reason = "sops and age-keygen are not on PATH: script/test-secrets brings them";

/** docs/guides/secrets.md with real SOPS and age, told in order: each test goes on where the one before ended. */
skipSuiteUnless(tool("sops") && tool("age-keygen"), reason)("a login whose secret is kept encrypted", () => {
  let sandbox: Sandbox;
  let github: OAuthServer;
  let url: string;
  let key: string;
  const said: string[] = [];
  const hubfleet = async (words: readonly string[], { withKey = true } = {}): Promise<CommandResult> => {
    const environment = withKey ? { SOPS_AGE_KEY_FILE: key } : {};
    const result = await sandbox.hubfleet(words, { environment });
    said.push(result.stdout, result.stderr);
    return result;
  };
  const file = (): string => join(sandbox.fleet, "secrets/login.enc.yaml");
  const encrypt = (clientSecret: string): void => {
    const plain = join(sandbox.root, "plain.json");
    writeFileSync(plain, JSON.stringify({ github: { clientSecret } }));
    const [, recipient = ""] = /public key: (\S+)/.exec(readFileSync(key, "utf8")) ?? [];
    const words = ["--encrypt", "--age", recipient, "--input-type", "json", "--output-type", "yaml", plain];
    mkdirSync(join(sandbox.fleet, "secrets"), { recursive: true });
    writeFileSync(file(), execFileSync("sops", words));
    writeFileSync(plain, "");
  };

  beforeAll(async () => {
    [sandbox, github] = await Promise.all([createSandbox("secrets", { environments: "shared" }), createOAuthServer()]);
    const ports = await sandbox.init();
    url = `http://127.0.0.1:${ports["staging"]}/staging/`;
    key = join(sandbox.root, "key.txt");
    execFileSync("age-keygen", ["-o", key], { stdio: "ignore" });
    const login = {
      ...{ kind: "github", clientId: github.clientId, address: github.address },
      clientSecret: { secret: "login", key: "github.clientSecret" },
    };
    const access = { login, admins: ["ada"], users: ["grace"] };
    await sandbox.edit(
      "hubs/staging.yaml",
      (text) => `${text.replace(/^access: .*\n/m, "")}access: ${JSON.stringify(access)}\n`,
    );
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    await github.close();
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("is refused while the file is not there, at the place that names it", async () => {
    const { exitCode, stdout } = await hubfleet(["validate"]);

    expect(exitCode).toBe(64);
    expect(stdout).toMatch(/error SECRETS_FILE_MISSING {2}hubs\/staging\.yaml:\d+:\d+/);
  });

  it("starts nothing where there is no key, and says whose are needed", async () => {
    encrypt(github.clientSecret);

    const up = await hubfleet(["up", "hub/staging"], { withKey: false });
    const doctor = await hubfleet(["doctor"], { withKey: false });

    expect([up.exitCode, up.stderr]).toEqual([1, expect.stringContaining("error SECRETS_LOCKED")]);
    expect(doctor.stdout).toMatch(/secrets\/login +changed today; for age1/);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  it("lets people in with the key at hand", async () => {
    expect((await hubfleet(["up", "hub/staging"])).exitCode).toBe(0);

    expect((await (await logInWithGitHub(url, "grace", github)).fetch("hub/api/user")).status).toBe(200);
  });

  it("goes on with what the hub has where the key is gone, as after a restart of the machine", async () => {
    const { exitCode, stderr } = await hubfleet(["apply"], { withKey: false });

    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("0 changed, 1 unchanged")]);
  });

  it("takes a new secret with the next apply, and tells it before without saying it", async () => {
    github.changeSecret();
    encrypt(github.clientSecret);

    const plan = await hubfleet(["plan"]);
    const applied = await hubfleet(["apply"]);

    expect(plan.stdout).toContain("the secret of the GitHub app");
    expect(applied.stderr).toContain("1 changed");
    await logInWithGitHub(url, "ada", github);
  });

  it("is not taken from a file that somebody changed by hand", async () => {
    const before = join(sandbox.root, "before.yaml");
    cpSync(file(), before);
    writeFileSync(file(), readFileSync(file(), "utf8").replace("clientSecret:", "other: ENC[x]\n    clientSecret:"));

    const { exitCode, stderr } = await hubfleet(["up", "hub/staging"]);

    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("error SECRETS_CHANGED")]);
    await logInWithGitHub(url, "ada", github);
    renameSync(before, file());
  });

  it("is nowhere but in the hub's own file", async () => {
    for (const command of ["plan -o json", "status -o json", "config hub/staging --origin", "doctor -o json"]) {
      await hubfleet(command.split(" "));
    }
    const processes = createProcessesLinux({ signal: () => undefined });
    const pids = (await processes.findMarked(`${sandbox.uuid()}/staging/`)).map(({ pid }) => pid);

    expect(await filesWith(github.secrets, sandbox.root)).toEqual([
      join(sandbox.hubDirectory("staging"), "data/secrets.json"),
    ]);
    expect(said.filter((text) => holdsOneOf(github.secrets, text))).toEqual([]);
    expect(pids.length).toBeGreaterThan(2);
    expect(await processesWith(github.secrets, pids)).toEqual([]);
  });
});
