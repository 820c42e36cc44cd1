import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Sandbox } from "./process-sandbox.ts";

/** How the hub of a sandbox shall be, in the words of whoever wrote it. */
export interface WantedOnMachine {
  readonly hub: string;
  readonly port: number;
  readonly title: string;
  readonly announcement: string;
  readonly users: readonly string[];
}

/** A process as ps, /proc and ss show it. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly marker: string;
  readonly command: string;
}

const ports = { proxy: [0, 1], hub: [2], gateway: [3, 4], culler: [] } as const;

/**
 * What is wrong with a hub on this machine; empty when it is as wanted. It asks ps, ss, the files and the hub's own
 * pages, and uses nothing of hubfleet's.
 */
export async function complaintsAbout(sandbox: Sandbox, wanted: WantedOnMachine): Promise<readonly string[]> {
  const found: string[] = [];
  const expect = (isSo: boolean, words: string): void => void (isSo || found.push(words));
  const { hub, port } = wanted;
  const run = join(sandbox.hubDirectory(hub), "run");
  const listeners = listening();
  for (const [part, offsets] of Object.entries(ports)) {
    const all = processesOf(`${sandbox.uuid()}/${hub}/${part}`);
    const heads = all.filter(({ parent }) => !all.some(({ pid }) => pid === parent));
    expect(heads.length === 1, `${part} runs ${heads.length} times: ${heads.map(({ pid }) => pid).join(", ")}`);
    for (const offset of offsets) {
      const owner = listeners.get(port + offset);
      expect(
        all.some(({ pid }) => pid === owner),
        `port ${port + offset} belongs to ${owner}, not to the ${part}`,
      );
    }
    const record = JSON.parse(readFileSync(join(run, `${part}.json`), "utf8")) as { pid: number };
    expect(record.pid === heads[0]?.pid, `the record of the ${part} names ${record.pid}`);
  }
  for (const { pid, marker } of processesOf(`${sandbox.uuid()}/${hub}/`)) {
    const told = readVariable(pid, /\/server\//.test(marker) ? "JUPYTERHUB_API_URL" : "DASK_GATEWAY_API_URL");
    const isKnown = told === "" || told.includes(`:${port + 2}/`) || told.includes(`:${port + 3}/`);
    expect(isKnown, `process ${pid} (${marker}) calls ${told}, where nobody is`);
  }
  const settings = /--settings (\S+)/.exec(processesOf(`${sandbox.uuid()}/${hub}/hub`)[0]?.command ?? "")?.[1] ?? "";
  const title = existsSync(settings) ? (JSON.parse(readFileSync(settings, "utf8")) as { title: string }).title : "";
  expect(title === wanted.title, `the hub was started with the title "${title}"`);
  expect(readdirSync(join(run, "settings")).length === 2, "there are settings of earlier starts");

  const applied = JSON.parse(readFileSync(join(run, "applied.json"), "utf8")) as { hub: WantedOnMachine };
  expect(applied.hub.port === port && applied.hub.title === wanted.title, "other notes than what runs");
  const current = JSON.parse(readFileSync(join(run, "current.json"), "utf8")) as { access: { users: string[] } };
  expect(String(current.access.users) === String(wanted.users), `it lets in ${String(current.access.users)}`);
  const page = await fetch(`http://127.0.0.1:${port}/${hub}/hub/login`).then((one) => one.text(), String);
  expect(page.includes(wanted.announcement), `its page does not announce "${wanted.announcement}"`);
  return [...found, ...leftovers(sandbox)];
}

/** The same for a machine from which the hub was taken, its data kept. */
export function complaintsAboutRest(sandbox: Sandbox, { hub, port }: WantedOnMachine): readonly string[] {
  const running = processesOf(`${sandbox.uuid()}/`).map(({ pid, command }) => `process ${pid} is left: ${command}`);
  const listeners = listening();
  const held = Object.values(ports)
    .flat()
    .filter((offset) => listeners.has(port + offset))
    .map((offset) => `port ${port + offset} is held`);
  const files = readdirSync(sandbox.hubDirectory(hub)).filter((name) => name !== "data");
  const cgroup = `/sys/fs/cgroup/hubfleet/${sandbox.uuid()}/${hub}`;
  const groups = existsSync(cgroup) ? [`${cgroup} is left`] : [];
  const data = existsSync(join(sandbox.hubDirectory(hub), "data", "secrets.json")) ? [] : ["its data is lost"];
  return [...running, ...held, ...files.map((name) => `${name} is left`), ...groups, ...data, ...leftovers(sandbox)];
}

/** Processes whose marker is this, or begins with it when it ends with a slash. */
export function processesOf(marker: string): readonly SeenProcess[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args=", "-ww"], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid = "", parent = "", state = "", command = ""] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === "" || state.startsWith("Z")) return [];
    const own = readMarker(Number(pid));
    const isMeant = own === marker || (marker.endsWith("/") && own.startsWith(marker));
    return isMeant ? [{ pid: Number(pid), parent: Number(parent), marker: own, command }] : [];
  });
}

function readMarker(pid: number): string {
  return readVariable(pid, "HUBFLEET_PROCESS");
}

function readVariable(pid: number, name: string): string {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  } catch {
    return ""; // ended meanwhile
  }
}

/** Who listens, by port, as ss tells. */
function listening(): ReadonlyMap<number, number> {
  const lines = execFileSync("ss", ["-ltnpH"], { encoding: "utf8" }).split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [, port] = /^\S+\s+\S+\s+\S+\s+\S*:(\d+)\s/.exec(line) ?? [];
      const [, pid] = /pid=(\d+)/.exec(line) ?? [];
      return port === undefined || pid === undefined ? [] : [[Number(port), Number(pid)] as const];
    }),
  );
}

/** What builds an environment of the sandbox, or makes one of its locks, at this moment. */
export function buildersOf({ state, fleet }: Sandbox): readonly SeenProcess[] {
  const all = [...processesOf("build:/"), ...processesOf("lock:/")];
  return all.filter(({ marker }) => marker.includes(state) || marker.includes(fleet));
}

/** Locks, half-written files and builders that no command needs any more. */
function leftovers(sandbox: Sandbox): readonly string[] {
  const { state, fleet } = sandbox;
  const files = [...readdirSync(join(state, "fleets"), { recursive: true }), ...readdirSync(fleet, { recursive: true })]
    .map(String)
    .filter((path) => path.endsWith(".new") || path.endsWith("lease.json"));
  const environments = existsSync(join(state, "environments")) ? readdirSync(join(state, "environments")) : [];
  const notes = environments.filter((name) => name.endsWith(".building"));
  const sockets = execFileSync("ss", ["-lxH"], { encoding: "utf8" });
  const held = sockets.includes(`hubfleet/fleet/${sandbox.uuid()}`) ? ["the fleet's lock is held"] : [];
  const builders = buildersOf(sandbox);
  return [
    ...[...files, ...notes].map((path) => `${path} is left`),
    ...held,
    ...builders.map(({ pid, command }) => `builder ${pid} is at work: ${command}`),
  ];
}
