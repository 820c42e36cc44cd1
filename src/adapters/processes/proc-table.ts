import { readdir, readFile, readlink } from "node:fs/promises";

import type { MarkedProcess, ProcessIdentity } from "../../ports/processes.ts";

/** The name of the variable that says whose process this is. */
export const markerVariable = "HUBFLEET_PROCESS";

/** What tells a user's server or a Dask cluster whom to call; the first that is there counts. */
export const addressVariables = ["JUPYTERHUB_API_URL", "DASK_GATEWAY_API_URL"] as const;

/** Start time of a live process in clock ticks since boot; undefined for one that ended (a zombie has ended). */
export async function readStartTime(pid: number): Promise<string | undefined> {
  const stat = await readStat(pid);
  return stat === undefined || hasEnded(stat) ? undefined : stat.startTime;
}

export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  return (await readStartTime(process.pid)) === process.startTime;
}

/** Every live process that this account may look into, as the marker in its environment tells. */
export async function listProcesses(wanted: (pid: number) => Promise<string | undefined>): Promise<MarkedProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => describe(pid, wanted)));
  return found
    .filter((process) => process !== undefined)
    .sort((one, other) => (one.marker < other.marker ? -1 : one.marker > other.marker ? 1 : one.pid - other.pid));
}

export async function readMarker(pid: number): Promise<string | undefined> {
  return readVariable(pid, [markerVariable]);
}

/** The first of these that the process was started with. */
async function readVariable(pid: number, names: readonly string[]): Promise<string | undefined> {
  const environment = (await readProc(`/proc/${pid}/environ`))?.split("\0") ?? [];
  for (const name of names) {
    const entry = environment.find((one) => one.startsWith(`${name}=`));
    if (entry !== undefined) return entry.slice(name.length + 1);
  }
  return undefined;
}

export async function readCommand(pid: number): Promise<string> {
  const words = ((await readProc(`/proc/${pid}/cmdline`)) ?? "").split("\0").filter((word) => word !== "");
  return words.join(" ").slice(0, 120);
}

export async function readUid(pid: number): Promise<number | undefined> {
  const match = /^Uid:\t(\d+)/m.exec((await readProc(`/proc/${pid}/status`)) ?? "");
  return match === null ? undefined : Number(match[1]);
}

/** Of the words, those that stand in the command line or the environment of a process that this account may look into. */
export async function findMentioned(words: readonly string[]): Promise<ReadonlySet<string>> {
  const pids = words.length === 0 ? [] : (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    pids.flatMap((pid) => ["cmdline", "environ"].map((file) => readProc(`/proc/${pid}/${file}`))),
  );
  const all = texts.join("\0");
  return new Set(words.filter((word) => all.includes(word)));
}

/** Pids that hold one of the sockets open. */
export async function findSocketHolder(inodes: ReadonlySet<string>): Promise<number | undefined> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode !== undefined && inodes.has(inode)) return Number(pid);
    }
  }
  return undefined;
}

async function describe(
  pid: number,
  wanted: (pid: number) => Promise<string | undefined>,
): Promise<MarkedProcess | undefined> {
  const marker = await wanted(pid);
  if (marker === undefined) return undefined;
  const [stat, uid, command, reportsTo] = await Promise.all([
    readStat(pid),
    readUid(pid),
    readCommand(pid),
    readVariable(pid, addressVariables),
  ]);
  if (stat === undefined || hasEnded(stat) || uid === undefined) return undefined;
  const { startTime, parent } = stat;
  return { pid, startTime, marker, parent, uid, command, ...(reportsTo === undefined ? {} : { reportsTo }) };
}

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly threads: number;
  readonly startTime: string;
}

/**
 * A killed process shows as a zombie as soon as its first thread has ended; until the others have, too, its ports and
 * files are still taken.
 */
function hasEnded({ state, threads }: Stat): boolean {
  return (state === "Z" || state === "X") && threads <= 1;
}

async function readStat(pid: number): Promise<Stat | undefined> {
  const text = await readProc(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // "pid (comm) state ppid …": comm may hold anything, so count from its last parenthesis.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    state: fields[0] ?? "X",
    parent: Number(fields[1]),
    threads: Number(fields[17]),
    startTime: fields[19] ?? "",
  };
}

export async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "latin1");
  } catch {
    return undefined; // ended meanwhile, or not ours to look into
  }
}
