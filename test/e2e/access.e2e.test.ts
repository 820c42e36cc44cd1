import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { filesWith, holdsOneOf, processesWith } from "../support/find-texts.ts";
import { type HubSession, logIn, logInWithGitHub, signUp, until } from "../support/hub-session.ts";
import { isRoot } from "../support/skip.ts";
import { createOAuthServer, type OAuthServer } from "../support/oauth-server.ts";
import { type CommandResult, createSandbox, type Sandbox } from "../support/process-sandbox.ts";

const secretVariable = "STAGING_GITHUB_SECRET";
const goodPassword = "correct-horse-battery";

/** The ways into one hub and out of it, told in order: each test goes on where the one before ended. */
describe("who may enter a hub", () => {
  let sandbox: Sandbox;
  let github: OAuthServer;
  let url: string;
  const said: string[] = [];
  const processes = createProcessesLinux({ signal: () => undefined });

  const hubfleet = async (words: readonly string[], environment = {}): Promise<CommandResult> => {
    const result = await sandbox.hubfleet(words, { environment });
    said.push(result.stdout, result.stderr);
    return result;
  };
  const succeed = async (words: readonly string[], environment = {}): Promise<CommandResult> => {
    const result = await hubfleet(words, environment);
    if (result.exitCode !== 0) throw new Error(`${words.join(" ")}: ${result.exitCode}\n${result.stderr}`);
    return result;
  };
  /** JSON is YAML, and stays on one line. */
  const setAccess = (access: object): Promise<void> =>
    sandbox.edit(
      "hubs/staging.yaml",
      (text) => `${text.replace(/^access: .*\n/m, "")}access: ${JSON.stringify(access)}\n`,
    );
  const marked = async (part: string): Promise<readonly number[]> =>
    (await processes.findMarked(`${sandbox.uuid()}/staging/${part}`)).map(({ pid }) => pid);
  const hubPid = (): number => {
    const record = readFileSync(join(sandbox.hubDirectory("staging"), "run", "hub.json"), "utf8");
    return (JSON.parse(record) as { pid: number }).pid;
  };
  const isAdmin = async (session: HubSession): Promise<boolean> =>
    (await session.fetch("hub/api/users")).status === 200;
  const byGitHub = (lists: object): object => ({
    login: { kind: "github", clientId: github.clientId, clientSecretVariable: secretVariable, address: github.address },
    admins: ["ada"],
    users: ["grace"],
    groups: { teachers: ["grace"] },
    organizations: ["example-lab"],
    teams: ["other-lab:analysts"],
    ...lists,
  });

  beforeAll(async () => {
    [sandbox, github] = await Promise.all([createSandbox("access", { environments: "shared" }), createOAuthServer()]);
    const ports = await sandbox.init();
    url = `http://127.0.0.1:${ports["staging"]}/staging/`;
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    await github.close();
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("starts nothing while the secret of the GitHub app is not given, or is empty", async () => {
    await setAccess(byGitHub({}));

    for (const environment of [{}, { [secretVariable]: "" }]) {
      const { exitCode, stderr } = await hubfleet(["up", "hub/staging"], environment);

      expect(exitCode).toBe(1);
      expect(stderr).toContain("error SECRET_MISSING");
      expect(stderr).toContain(`hub "staging" needs the secret of its GitHub app`);
      expect(stderr).toContain(`run the command again with ${secretVariable}=… in its environment`);
      expect(stderr).not.toContain("building");
      expect(await marked("")).toEqual([]);
    }
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  describe("with sign-up", () => {
    it("comes up and says how to sign up, but not with what", async () => {
      await setAccess({ login: { kind: "sign-up" }, admins: ["ada"], users: ["grace"] });

      const { stdout } = await succeed(["up", "hub/staging"]);

      expect(stdout).toContain("sign up as grace");
      expect(stdout).not.toContain(sandbox.secret("staging", "adminPassword"));
    });

    it("lets a listed name in with a password of its own, approved by nobody", async () => {
      expect(await signUp(url, "Grace", goodPassword)).not.toContain("This name is not on");

      const grace = await logIn(url, "grace", goodPassword);

      expect(await isAdmin(grace)).toBe(false);
      await expect(logIn(url, "grace", "another-horse-battery")).rejects.toThrow("refuses");
    });

    it("does not give a taken name away", async () => {
      await signUp(url, "grace", "another-horse-battery");

      await expect(logIn(url, "grace", "another-horse-battery")).rejects.toThrow("refuses");
      await logIn(url, "grace", goodPassword);
    });

    it("refuses a name that is not listed, until it is: without a restart", async () => {
      const before = hubPid();
      expect(await signUp(url, "mary", goodPassword)).toContain("This name is not on");
      await expect(logIn(url, "mary", goodPassword)).rejects.toThrow("refuses");

      await setAccess({ login: { kind: "sign-up" }, admins: ["ada"], users: ["grace", "mary"] });
      await succeed(["apply"]);

      await signUp(url, "mary", goodPassword);
      await logIn(url, "mary", goodPassword);
      expect(hubPid()).toBe(before);
    });

    it("makes an administrator only of whoever has the hub's administrator password", async () => {
      expect(await signUp(url, "ada", goodPassword)).toContain("administrator password");
      await expect(logIn(url, "ada", goodPassword)).rejects.toThrow("refuses");

      const password = sandbox.secret("staging", "adminPassword");
      await signUp(url, "ada", password);

      expect(await isAdmin(await logIn(url, "ada", password))).toBe(true);
    });

    it("refuses a short password and one that everybody uses", async () => {
      await setAccess({ login: { kind: "sign-up" }, admins: ["ada"], users: ["grace", "edsger"] });
      await succeed(["apply"]);

      expect(await signUp(url, "edsger", "short")).toContain("at least 8 characters");
      expect(await signUp(url, "edsger", "password123")).toContain("must not be a common one");
      await expect(logIn(url, "edsger", "password123")).rejects.toThrow("refuses");
    });
  });

  describe("with GitHub", () => {
    let grace: HubSession;
    let linus: HubSession;

    it("comes up with the secret of the operator's shell, and keeps it for the next time", async () => {
      github.members.set("example-lab", new Set(["linus"])).set("other-lab", new Set(["mallory"]));
      github.members.set("other-lab:analysts", new Set(["barbara"]));
      await setAccess(byGitHub({ groups: { teachers: ["ada"] } }));
      await sandbox.edit("hubs/staging.yaml", (text) => `${text}${profilesAndRefresh}`);
      await sandbox.edit("hubs/staging.yaml", (text) => text.replace(/^profiles:\n.*?(?=^access)/ms, ""));

      await succeed(["up", "hub/staging"], { [secretVariable]: github.clientSecret });

      expect((await succeed(["up", "hub/staging"])).stderr).toContain("0 changed, 1 unchanged");
      expect(sandbox.secret("staging", "githubClientSecret")).toBe(github.clientSecret);
    });

    it("lets in by the list of users, by organisation and by team, and no stranger", async () => {
      grace = await logInWithGitHub(url, "Grace", github);
      linus = await logInWithGitHub(url, "Linus", github);
      const barbara = await logInWithGitHub(url, "barbara", github);

      for (const [session, name] of [
        [grace, "grace"],
        [linus, "linus"],
        [barbara, "barbara"],
      ] as const) {
        expect(await (await session.fetch("hub/api/user")).json()).toMatchObject({ name, admin: false });
      }
      expect(await isAdmin(await logInWithGitHub(url, "ada", github))).toBe(true);
      await expect(logInWithGitHub(url, "mallory", github)).rejects.toThrow("403");
      await expect(logInWithGitHub(url, "mary", github)).rejects.toThrow("403");
    });

    it("asks GitHub for no more than who is a member", () => {
      expect(new Set(github.scopes)).toEqual(new Set(["read:org"]));
    });

    it("offers a profile to the groups that may have it, and refuses it to others however they ask", async () => {
      const ada = await logInWithGitHub(url, "ada", github);
      expect((await ada.page("hub/spawn")).text).toContain('value="teaching"');

      const { text } = await grace.page("hub/spawn");
      const refused = grace.startServer("teaching");

      expect(text).toContain('value="small"');
      expect(text).not.toContain('value="teaching"');
      await expect(refused).rejects.toThrow(`profile 'teaching' is not open to grace; there is: lab, small`);
      expect(await marked("server/grace")).toEqual([]);
    });

    it("knows of a change of a group without a restart", async () => {
      const before = hubPid();
      await setAccess(byGitHub({}));

      await succeed(["apply"]);

      expect((await grace.page("hub/spawn")).text).toContain('value="teaching"');
      await grace.startServer("teaching");
      expect(await grace.run("import os; print(os.environ['ROOM'])")).toBe("12\n");
      expect(hubPid()).toBe(before);
    });

    it("makes an admin of a user, and a user of an admin, without a restart", async () => {
      const before = hubPid();
      expect(await isAdmin(grace)).toBe(false);

      await setAccess(byGitHub({ admins: ["ada", "grace"] }));
      await succeed(["apply"]);
      expect(await isAdmin(grace)).toBe(true);
      await setAccess(byGitHub({}));
      const { stderr } = await succeed(["apply"]);

      expect(await isAdmin(grace)).toBe(false);
      // A running process keeps its groups, so the server of a former admin ends: unless all users are one account.
      expect(stderr).toContain("no longer admin: grace");
      expect(await marked("server/grace").then((pids) => pids.length > 0)).toBe(!isRoot);
      await grace.stopServer();
      expect(hubPid()).toBe(before);
    });

    it("puts nobody out while GitHub does not answer", async () => {
      github.answerMembershipsWith(503);
      const before = github.membershipQuestions;
      await Promise.all([linus.startServer("small"), grace.startServer("small")]);

      expect(github.membershipQuestions).toBeGreaterThan(before);
      expect((await linus.fetch("hub/api/user")).status).toBe(200);
      github.answerMembershipsWith(undefined);
    });

    it("puts an organisation's members out at the next apply when it leaves the list, and nobody else", async () => {
      const before = hubPid();
      expect(await marked("server/linus")).not.toEqual([]);

      await setAccess(byGitHub({ organizations: ["other-lab"] }));
      await succeed(["apply"]);

      expect((await linus.fetch("hub/api/user")).status).toBe(403);
      expect(await linus.serverStatus()).not.toBe(200);
      expect(await marked("server/linus")).toEqual([]);
      await expect(logInWithGitHub(url, "linus", github)).rejects.toThrow("403");
      expect((await grace.fetch("hub/api/user")).status).toBe(200);
      expect(await grace.serverStatus()).toBe(200);
      expect(hubPid()).toBe(before);
    });

    it("puts out who left the organisation, when the hub asks GitHub again", async () => {
      const mallory = await logInWithGitHub(url, "mallory", github);
      expect((await mallory.fetch("hub/api/user")).status).toBe(200);

      github.members.get("other-lab")?.delete("mallory");

      await until(async () => (await mallory.fetch("hub/api/user")).status === 403, 10_000, "mallory to be out");
      await expect(logInWithGitHub(url, "mallory", github)).rejects.toThrow("403");
    });

    it("takes a new secret of the GitHub app with the next up", async () => {
      const before = hubPid();
      github.changeSecret();
      await expect(logInWithGitHub(url, "ada", github)).rejects.toThrow("refuses");

      const { stderr } = await succeed(["up", "hub/staging"], { [secretVariable]: github.clientSecret });

      expect(stderr).toContain("1 changed");
      expect(hubPid()).not.toBe(before);
      expect(sandbox.secret("staging", "githubClientSecret")).toBe(github.clientSecret);
      await logInWithGitHub(url, "ada", github);
      expect(await grace.serverStatus()).toBe(200);
    });
  });

  it("shows its secrets nowhere but in the file that keeps them, which is its operator's alone", async () => {
    const file = join(sandbox.hubDirectory("staging"), "data/secrets.json");
    const kept = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    const given = [...github.secrets, ...github.tokens, goodPassword];
    const secrets = [...given, ...Object.values(kept)];
    const commands = ["plan", "plan -o json", "status", "status -o json", "logs hub/staging", "up hub/staging --json"];
    for (const command of [...commands, "config hub/staging --origin"])
      await succeed(command.split(" "), { [secretVariable]: github.clientSecret });

    const pids = await marked("");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await filesWith(secrets, sandbox.root)).toEqual([file]);
    expect(said.filter((text) => holdsOneOf(secrets, text))).toEqual([]);
    expect(pids.length).toBeGreaterThan(4);
    expect(await processesWith(given, pids)).toEqual([]);
  });
});

/** `auth_refresh_age`: the hub asks GitHub again at every request that is a second later than the last. */
const profilesAndRefresh = `hubConfig: { Authenticator: { auth_refresh_age: 1 } }
profiles:
  - { id: lab, name: Lab }
  - { id: small, name: Small }
  - { id: teaching, name: Teaching, allowedGroups: [teachers], environment: { ROOM: "12" } }
`;
