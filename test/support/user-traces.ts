import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import type { Sandbox } from "./process-sandbox.ts";

const processes = createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) });

/** What is on a hub because of its users; equal before and after a check. */
export interface UserTraces {
  readonly homes: readonly string[];
  readonly processes: readonly string[];
  readonly clusters: readonly string[];
  readonly [what: string]: unknown;
}

/** Whatever a user could leave: rows, homes, ids, processes, logs, control groups, files in public places. */
export async function traceUsers(sandbox: Sandbox, hub: string): Promise<UserTraces> {
  const run = join(sandbox.hubDirectory(hub), "run");
  const data = join(sandbox.hubDirectory(hub), "data");
  const list = (path: string): readonly string[] => (existsSync(path) ? readdirSync(path).toSorted() : []);
  const { isolation } = JSON.parse(readFileSync(settingsFile(run), "utf8")) as { isolation: { firstUid: number } };
  const uid = isolation.firstUid + 2;
  const marked = await processes.findMarked(`${sandbox.uuid()}/${hub}/`);
  const owned = await processes.findByUid(uid, 1);
  return {
    homes: list(join(data, "homes")).filter((name) => name !== "zoe"),
    uids: (existsSync(join(data, "uids.json")) ? readFileSync(join(data, "uids.json"), "utf8") : "").includes("check"),
    grants: (existsSync(join(data, "grants.json")) ? readFileSync(join(data, "grants.json"), "utf8") : "").includes(
      "check",
    ),
    processes: [...marked, ...owned]
      .map(({ marker }) => marker)
      .filter((marker) => !/^[^/]+\/[^/]+\/\w+$/.test(marker)),
    clusters: list(join(run, "dask")),
    logs: list(join(run, "servers")),
    live:
      existsSync(join(run, "checks.json")) &&
      readFileSync(join(run, "checks.json"), "utf8").includes("hubfleet-check-"),
    groups: find(["/sys/fs/cgroup", "-path", `*hubfleet/${sandbox.uuid()}/${hub}/*`, "-type", "d"]),
    files: find(["/tmp", "/var/tmp", "/dev/shm", "-maxdepth", "2", "-uid", String(uid)]),
    rows: countRows(join(data, "jupyterhub.sqlite")),
  };
}

function settingsFile(run: string): string {
  const [name = ""] = readdirSync(join(run, "settings")).filter((one) => one.startsWith("hub-"));
  return join(run, "settings", name);
}

/** Rows that mention a temporary user, and those that belong to nobody who is there. */
function countRows(path: string): Readonly<Record<string, number>> {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  try {
    const count = (query: string): number => Number(Object.values(database.prepare(query).get() ?? {})[0]);
    return {
      users: count("select count(*) from users where name like 'hubfleet-check-%'"),
      tokens: count(
        "select count(*) from api_tokens where user_id is not null and user_id not in (select id from users)",
      ),
      clients: count("select count(*) from oauth_clients where identifier like '%hubfleet-check-%'"),
      spawners: count("select count(*) from spawners where user_id not in (select id from users)"),
      servers: count("select count(*) from servers where base_url like '%hubfleet-check-%'"),
      roles: count("select count(*) from user_role_map where user_id not in (select id from users)"),
    };
  } finally {
    database.close();
  }
}

/** Others make and remove files at the same time, which is no reason to fail. */
export function find(words: readonly string[]): string {
  const { stdout } = spawnSync("find", words, { encoding: "utf8", timeout: 30_000, maxBuffer: 1e8 });
  return stdout;
}
