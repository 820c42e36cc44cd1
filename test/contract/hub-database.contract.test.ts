import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";

import { skipSuiteUnless, tool } from "../support/skip.ts";

const module = fileURLToPath(new URL("../../assets/python/hubfleet_kubernetes/database.py", import.meta.url));

/** A database of JupyterHub's own making, brought to an earlier revision by its own alembic. */
const setUp = `
import importlib.util, logging, os, sqlite3, subprocess, sys
from jupyterhub import dbutil, orm

specification = importlib.util.spec_from_file_location("database", ${JSON.stringify(module)})
database = importlib.util.module_from_spec(specification)
specification.loader.exec_module(database)
logging.disable(logging.CRITICAL)
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
name, url = "jupyterhub.sqlite", "sqlite:///jupyterhub.sqlite"

def run(*words):
    connection = sqlite3.connect(name)
    try:
        rows = connection.execute(*words).fetchall()
        connection.commit()
        return [first for first, *_ in rows]
    finally:
        connection.close()
def add(user):
    run("insert into users (name, admin, cookie_id) values (?, 0, ?)", (user, user))
def tell(head):
    revision = {head: "head", old: "old"}.get(run("select version_num from alembic_version")[0])
    files = sorted(file.replace(old, "OLD").replace(head, "HEAD") for file in os.listdir("."))
    print(revision, *run("select name from users order by name"), *files)
def prepare(knows=None):
    real = database._scripts
    class Earlier:
        def get_current_head(self):
            return old
        def get_revision(self, revision):
            if revision != old:
                raise database.CommandError("unknown")
            return revision
    database._scripts = Earlier if knows == "old" else real
    database.prepare(url, logging)
    database._scripts = real

orm.new_session_factory(url)
head = database._scripts().get_current_head()
old = database._scripts().get_revision(head).down_revision
add("ada")
`;
const downgrade = `
with dbutil._temp_alembic_ini(url) as ini:
    subprocess.check_call(["alembic", "-c", ini, "downgrade", old], stderr=subprocess.DEVNULL)
`;

let environment: string;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hubfleet-database-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Real JupyterHub, real SQLite. */
skipSuiteUnless(tool("uv"), "uv is not on PATH; script/bootstrap brings it")(
  "the database of a hub that starts",
  () => {
    const run = (program: string, words: readonly string[], input = ""): string => {
      const { status, stdout, stderr } = spawnSync(program, words, { cwd: root, input, encoding: "utf8" });
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      return stdout.trim();
    };
    beforeAll(() => {
      environment = mkdtempSync(join(tmpdir(), "hubfleet-jupyterhub-"));
      root = environment;
      run("uv", ["venv", "--quiet", "--clear", "--no-python-downloads", environment]);
      const python = join(environment, "bin", "python");
      run("uv", ["pip", "install", "--quiet", "--python", python, "jupyterhub==5.5.0"]);
    }, 120_000);
    afterAll(() => {
      rmSync(environment, { recursive: true, force: true });
    });
    const say = (program: string): string =>
      run(join(environment, "bin", "python"), ["-"], `${setUp}${program}\ntell(head)\n`);

    it("is left alone as this JupyterHub has it", { timeout: 60_000 }, () => {
      expect(say("prepare()")).toBe("head ada jupyterhub.sqlite");
    });

    it("is copied, then upgraded, where an earlier one made it", { timeout: 60_000 }, () => {
      expect(say(`${downgrade}\nprepare()`)).toBe("head ada jupyterhub.sqlite jupyterhub.sqlite.before-OLD");
    });

    it(
      "comes back with the JupyterHub that had it, and what was written since is kept aside",
      { timeout: 120_000 },
      () => {
        expect(say(`${downgrade}\nprepare()\nadd("late")\nprepare(knows="old")`)).toBe(
          "old ada jupyterhub.sqlite jupyterhub.sqlite.later-HEAD",
        );
      },
    );

    it("is upgraded from the copy where a start was killed in the middle", { timeout: 60_000 }, () => {
      const killed = `database._copy(name, name + ".before-" + old)\nadd("half")`;

      expect(say(`${downgrade}\n${killed}\nprepare()`)).toBe("head ada jupyterhub.sqlite jupyterhub.sqlite.before-OLD");
    });

    it("of a later JupyterHub is left to be refused where nobody made a copy", { timeout: 60_000 }, () => {
      expect(say(`prepare(knows="old")`)).toBe("head ada jupyterhub.sqlite");
    });
  },
);
