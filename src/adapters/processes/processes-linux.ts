import { spawn } from "node:child_process";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { PortOwner, ProcessIdentity, Processes, ProcessSpec, RunningProcess } from "../../ports/processes.ts";
import { isMissing } from "../is-missing.ts";
import { launcher, parseRecord } from "./launcher.ts";
import { createListeningInodes, type ListeningInodes } from "./listening-sockets.ts";
import { removeControlGroups } from "./control-groups.ts";
import {
  findMentioned,
  findSocketHolder,
  isAlive,
  listProcesses,
  markerVariable,
  readCommand,
  readMarker,
  readProc,
  readStartTime,
  readUid,
} from "./proc-table.ts";

export interface ProcessesLinuxProps {
  /** Kills with a signal; `process.kill` outside of tests. */
  readonly signal: (pid: number, signal: "SIGTERM" | "SIGKILL") => void;
}

/** Processes of this machine as /proc shows them. */
export function createProcessesLinux({ signal }: ProcessesLinuxProps): Processes {
  const listeningInodes = createListeningInodes(readProc);
  return {
    start,
    observe,
    findMarked: (prefix) =>
      listProcesses(async (pid) => {
        const marker = await readMarker(pid);
        return marker?.startsWith(prefix) === true ? marker : undefined;
      }),
    findByUid: (first, count) =>
      listProcesses(async (pid) => {
        const uid = await readUid(pid);
        return uid !== undefined && uid >= first && uid < first + count ? ((await readMarker(pid)) ?? "") : undefined;
      }),
    findMentioned,
    stop: (processes, grace) => stop(processes, grace, signal),
    removeControlGroups,
    portOwner: (port) => portOwner(port, listeningInodes),
  };
}

async function start(spec: ProcessSpec): Promise<ProcessIdentity> {
  await mkdir(dirname(spec.record), { recursive: true, mode: 0o711 });
  await rm(spec.record, { force: true });
  const boot = await readBootId();
  const log = await open(spec.log, "a", 0o600);
  try {
    const child = spawn("/bin/sh", ["-c", launcher, "hubfleet", spec.record, boot, spec.specDigest, ...spec.argv], {
      cwd: spec.directory,
      env: { ...spec.environment, [markerVariable]: spec.marker },
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    const failed = new Promise<never>((_, reject) => child.once("error", (cause) => reject(notStarted(spec, cause))));
    child.unref();
    return await (child.pid === undefined ? failed : Promise.race([failed, waitForRecord(spec, child.pid)]));
  } finally {
    await log.close();
  }
}

async function waitForRecord(spec: ProcessSpec, pid: number): Promise<ProcessIdentity> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    // Asked before the record is read: a program that ends at once has written it, too.
    const hasEnded = attempt > 2 && (await readStartTime(pid)) === undefined;
    const record = await readRecord(spec.record);
    if (record !== undefined && record.pid === pid) return { pid: record.pid, startTime: record.startTime };
    if (hasEnded) break;
    await wait(5);
  }
  throw notStarted(spec);
}

function notStarted(spec: ProcessSpec, cause?: unknown): HubfleetError {
  return new HubfleetError("PROCESS_NOT_STARTED", {
    message: `"${spec.argv[0]}" for "${spec.marker}" could not be started`,
    hint: `its output is in ${spec.log}`,
    retry: "later",
    cause,
  });
}

async function observe(path: string): Promise<RunningProcess | undefined> {
  const record = await readRecord(path);
  if (record === undefined || record.boot !== (await readBootId()) || !(await isAlive(record))) return undefined;
  const { pid, startTime, specDigest } = record;
  return { pid, startTime, specDigest, startedAt: new Date(record.startedAt) };
}

async function stop(
  processes: readonly ProcessIdentity[],
  graceMilliseconds: number,
  signal: ProcessesLinuxProps["signal"],
): Promise<void> {
  const waitForEnd = async (milliseconds: number): Promise<readonly ProcessIdentity[]> => {
    const until = performance.now() + milliseconds;
    let left = await stillAlive(processes);
    while (left.length > 0 && performance.now() < until) {
      await wait(20);
      left = await stillAlive(left);
    }
    return left;
  };
  const sendAll = (targets: readonly ProcessIdentity[], name: "SIGTERM" | "SIGKILL"): void => {
    for (const { pid } of targets) sendSignal(signal, pid, name);
  };

  sendAll(await stillAlive(processes), "SIGTERM");
  const stubborn = await waitForEnd(graceMilliseconds);
  if (stubborn.length === 0) return;
  sendAll(await stillAlive(stubborn), "SIGKILL");
  const immortal = await waitForEnd(10_000);
  if (immortal.length === 0) return;
  throw new HubfleetError("PROCESS_NOT_STOPPED", {
    message: `process ${immortal.map(({ pid }) => pid).join(", ")} did not end ten seconds after SIGKILL`,
    hint: "it waits in the kernel, most often for a file system that does not answer (see `ps -o pid,stat,wchan`)",
    retry: "later",
  });
}

async function stillAlive(processes: readonly ProcessIdentity[]): Promise<readonly ProcessIdentity[]> {
  const alive = await Promise.all(processes.map(isAlive));
  return processes.filter((_, index) => alive[index]);
}

function sendSignal(signal: ProcessesLinuxProps["signal"], pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    signal(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function portOwner(port: number, listeningInodes: ListeningInodes): Promise<PortOwner | undefined> {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pid = await findSocketHolder(inodes);
  const startTime = pid === undefined ? undefined : await readStartTime(pid);
  if (pid === undefined || startTime === undefined) return { port };
  const [command, marker] = await Promise.all([readCommand(pid), readMarker(pid)]);
  return { port, process: { pid, startTime, command, ...(marker === undefined ? {} : { marker }) } };
}

async function readRecord(path: string): Promise<ReturnType<typeof parseRecord>> {
  try {
    return parseRecord(await readFile(path, "utf8"));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readBootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}
