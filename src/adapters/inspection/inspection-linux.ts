import { access, constants, lstat, readFile, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";

import type { Inspection, LockingProcess, PathFacts, Space } from "../../ports/inspection.ts";
import { isMissing } from "../is-missing.ts";
import { readCommand, readMarker } from "../processes/proc-table.ts";

/** The machine as /proc, /sys and its file systems show it. */
export function createInspectionLinux(): Inspection {
  return { space, facts, lockHolders, isHalted, bootTime, whyNoControlGroups };
}

async function space(path: string): Promise<Space> {
  for (let place = path; ; place = dirname(place)) {
    try {
      const { bavail, blocks, bsize, files, ffree } = await statfs(place);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeInodes: ffree, totalInodes: files };
    } catch (error) {
      if (!isMissing(error) || place === dirname(place)) throw error;
    }
  }
}

async function facts(path: string): Promise<PathFacts | undefined> {
  try {
    const status = await lstat(path);
    const kind = status.isFile() ? "file" : status.isDirectory() ? "directory" : "other";
    return { kind, uid: status.uid, mode: status.mode & 0o7777, modified: status.mtime };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Lines of /proc/locks: "1: POSIX  ADVISORY  WRITE 20693 fe:00:3712194 1073741824 1073742335" (proc_locks(5)). */
async function lockHolders(path: string): Promise<readonly LockingProcess[]> {
  const inode = await stat(path).then(
    ({ ino }) => ino,
    () => undefined,
  );
  if (inode === undefined) return [];
  const table = await readFile("/proc/locks", "utf8").catch(() => "");
  const pids = table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "WRITE" && fields[5]?.endsWith(`:${inode}`) === true)
    .map((fields) => Number(fields[4]));
  return Promise.all(
    [...new Set(pids)].map(async (pid) => {
      const [command, marker] = await Promise.all([readCommand(pid), readMarker(pid)]);
      return { pid, command, ...(marker === undefined ? {} : { marker }) };
    }),
  );
}

async function isHalted(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  const state = text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3);
  return state === "T" || state === "t";
}

async function bootTime(): Promise<Date> {
  const match = /^btime (\d+)$/m.exec(await readFile("/proc/stat", "utf8"));
  return new Date(Number(match?.[1] ?? 0) * 1000);
}

const groups = "/sys/fs/cgroup";

async function whyNoControlGroups(): Promise<string> {
  const unified = await readFile(`${groups}/cgroup.controllers`, "utf8").catch(() => undefined);
  const present = async (name: string): Promise<boolean> =>
    unified === undefined ? (await facts(`${groups}/${name}`)) !== undefined : unified.split(/\s+/).includes(name);
  const missing: string[] = [];
  for (const name of ["cpu", "memory"]) if (!(await present(name))) missing.push(name);
  if (missing.length > 0) return `this machine has no control group for ${missing.join(" and ")}`;
  for (const directory of unified === undefined ? [`${groups}/cpu`, `${groups}/memory`] : [groups]) {
    const isOpen = await access(directory, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!isOpen) return `groups cannot be made in ${directory}`;
  }
  return "";
}
