import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { logIn } from "../support/hub-session.ts";
import { processesOf } from "../support/machine-oracle.ts";
import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnlessLong } from "../support/skip.ts";
import { createVisitor } from "../support/visitor.ts";

const logo = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><circle cx="4" cy="4" r="4"/></svg>\n';
const loginPage = `{% extends "templates/login.html" %}
{% block main %}
<p id="house-rules">Leave the telescope as you found it.</p>
{{ super() }}
{% endblock main %}
`;
const everyPage = `{% extends "templates/page.html" %}
{% block nav_bar %}
{{ super() }}
<a href="https://example.org/handbook">Handbook</a>
{% endblock nav_bar %}
`;

/** Told in order: each test goes on where the one before ended. */
skipSuiteUnlessLong()("two hubs on one host", () => {
  let sandbox: Sandbox;
  let ports: Readonly<Record<string, number>>;
  const url = (hub: string): string => `http://127.0.0.1:${ports[hub]}/${hub}/`;
  const pids = (hub: string): Readonly<Record<string, number>> =>
    Object.fromEntries(
      ["proxy", "gateway", "hub", "culler"].map((component) => {
        const record = readFileSync(join(sandbox.hubDirectory(hub), "run", `${component}.json`), "utf8");
        return [component, (JSON.parse(record) as { pid: number }).pid];
      }),
    );
  const loginText = async (hub: string): Promise<string> => (await createVisitor().open(`${url(hub)}hub/login`)).text;

  beforeAll(async () => {
    sandbox = await createSandbox("look", { environments: "shared" });
    ports = await sandbox.init();
    await sandbox.succeed(["up"]);
  });
  afterAll(async () => {
    await sandbox.hubfleet(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("take their title, logo and pages from the fleet; only the hub process of the one that changed restarts", async () => {
    const before = { research: pids("research"), staging: pids("staging") };
    await mkdir(join(sandbox.fleet, "appearance/templates"), { recursive: true });
    await writeFile(join(sandbox.fleet, "appearance/logo.svg"), logo);
    await writeFile(join(sandbox.fleet, "appearance/templates/login.html"), loginPage);
    await writeFile(join(sandbox.fleet, "appearance/templates/page.html"), everyPage);
    await sandbox.edit(
      "hubs/staging.yaml",
      (text) =>
        `${text.replace(/^title: .*$/m, "title: The night sky")}appearance: { logo: appearance/logo.svg, templates: appearance/templates }\n`,
    );

    await sandbox.succeed(["up"]);

    const text = await loginText("staging");
    expect(text).toContain("<title>The night sky</title>");
    expect(text).toContain("Leave the telescope as you found it.");
    expect(text).toContain("https://example.org/handbook");
    expect(text).toMatch(/id="hub-title">\s*The night sky/);
    expect((await createVisitor().open(`${url("staging")}hub/logo`)).text).toBe(logo);
    expect(pids("staging")).toEqual({ ...before.staging, hub: expect.any(Number) as number });
    expect(pids("staging")["hub"]).not.toBe(before.staging["hub"]);
    expect(pids("research")).toEqual(before.research);
    expect(await loginText("research")).not.toContain("telescope");
  });

  it("notice that a picture or a page was changed in place", async () => {
    const before = pids("staging")["hub"];
    const edited = loginPage.replace("telescope", "microscope");
    await writeFile(join(sandbox.fleet, "appearance/templates/login.html"), edited);
    expect((await sandbox.succeed(["plan"])).stdout).toContain(
      "~ hub  (hub restarts)\n      the content of appearance/templates (appearance.templates) changed\n",
    );

    await sandbox.succeed(["up"]);

    expect(await loginText("staging")).toContain("Leave the microscope as you found it.");
    expect(pids("staging")["hub"]).not.toBe(before);
    expect((await sandbox.succeed(["plan"])).stdout).toContain("Nothing to change");
  });

  it("show a changed announcement without a restart", async () => {
    const before = pids("staging");
    await sandbox.edit("hubs/staging.yaml", (text) =>
      text.replace(/^announcement: .*$/m, "announcement: The hub restarts on Friday at noon."),
    );

    await sandbox.succeed(["apply"]);

    expect(await loginText("staging")).toContain("The hub restarts on Friday at noon.");
    expect(await loginText("research")).not.toContain("Friday");
    expect(pids("staging")).toEqual(before);
  });

  it("keep the logins of one browser apart", async () => {
    const browser = createVisitor();
    const grace = await logIn(url("research"), "grace", sandbox.secret("research", "sharedPassword"), browser);
    const edsger = await logIn(url("staging"), "edsger", sandbox.secret("staging", "sharedPassword"), browser);
    const whoAmI = async (hub: string): Promise<string | undefined> => {
      const { url: place, text } = await browser.open(`${url(hub)}hub/home`);
      return place.endsWith("/hub/home") ? /"?user"?: "?([a-z]+)/.exec(text)?.[1] : undefined;
    };

    expect([await whoAmI("research"), await whoAmI("staging")]).toEqual(["grace", "edsger"]);
    const asGrace = { headers: { authorization: `token ${grace.token}` } };
    expect((await fetch(`${url("staging")}hub/api/user`, asGrace)).status).toBe(403);
    await browser.open(`${url("research")}hub/logout`);

    expect([await whoAmI("research"), await whoAmI("staging")]).toEqual([undefined, "edsger"]);
    expect((await edsger.fetch("hub/api/user")).status).toBe(200);
  });

  it("end alone: the other one keeps its processes and its users' servers", async () => {
    const grace = await logIn(url("research"), "grace", sandbox.secret("research", "sharedPassword"));
    await grace.startServer("lab");
    const before = pids("research");

    const { stdout } = await sandbox.succeed(["destroy", "hub/staging", "--yes"]);

    expect(stdout).toContain("left behind: none");
    await expect(fetch(url("staging"))).rejects.toThrow("fetch failed");
    expect(pids("research")).toEqual(before);
    expect(await grace.run("print('still here')")).toBe("still here\n");
  });

  it("move with homes, logins and user ids to a new name, and keep their address", async () => {
    const password = sandbox.secret("research", "sharedPassword");
    const before = await logIn(url("research"), "grace", password);
    const uid = await before.run("import os; open('thesis.txt', 'w').write('mine'); print(os.getuid())");
    const text = (await sandbox.read("hubs/research.yaml")).replace(
      "version: 1\n",
      "version: 1\nrenamedFrom: research\n",
    );
    await rename(join(sandbox.fleet, "hubs/research.yaml"), join(sandbox.fleet, "hubs/atlas.yaml"));
    await writeFile(join(sandbox.fleet, "hubs/atlas.yaml"), text);
    const plan = await sandbox.succeed(["plan"]);
    expect(plan.stdout).toContain("hub/atlas\n  ~ name  (servers end)\n      it is hub/research under a new name");
    expect(plan.stdout).toContain("hubs/atlas.yaml:3:1\n1 change on 1 of 2 hubs");

    await sandbox.succeed(["apply"]);

    expect(sandbox.secret("atlas", "sharedPassword")).toBe(password);
    const grace = await logIn(url("research"), "grace", password);
    await grace.startServer("lab");
    expect(await grace.run("import os; print(open('thesis.txt').read(), os.getuid())")).toBe(`mine ${uid}`);
    expect(existsSync(sandbox.hubDirectory("research"))).toBe(false);
    expect(processesOf(`${sandbox.uuid()}/research/`)).toEqual([]);
    const after = await sandbox.succeed(["plan"]);
    expect(after.stdout).toContain("Nothing to change");
    expect(after.stdout).toContain("note: hub/atlas has its new name on this machine");
  });

  it("run on when their file is gone, and are taken down by apply --remove with their homes kept", async () => {
    const before = pids("atlas");
    const file = join(sandbox.fleet, "hubs/atlas.yaml");
    const text = await sandbox.read("hubs/atlas.yaml");
    await rm(file);

    const left = await sandbox.hubfleet(["apply"]);
    expect(left.stderr).toContain("NO_DRAFT");
    expect(pids("atlas")).toEqual(before);
    const { stdout } = await sandbox.succeed(["plan"]);
    expect(stdout).toContain(
      "hub/atlas\n  - hub  (servers end)\n      hubs/atlas.yaml is not there any more\n      1 server ends",
    );

    await sandbox.succeed(["apply", "--remove"]);

    expect(processesOf(`${sandbox.uuid()}/atlas/`)).toEqual([]);
    expect((await sandbox.succeed(["status"])).stdout).toContain("hub/atlas: taken down, its homes and database kept");
    const thesis = join(sandbox.hubDirectory("atlas"), "data/homes/grace/thesis.txt");
    expect(readFileSync(thesis, "utf8")).toBe("mine");
    await writeFile(file, text);
    await sandbox.succeed(["up", "hub/atlas"]);
    const grace = await logIn(url("research"), "grace", sandbox.secret("atlas", "sharedPassword"));
    expect((await grace.fetch("hub/api/user")).status).toBe(200);
    expect(readFileSync(thesis, "utf8")).toBe("mine");
  });
});
