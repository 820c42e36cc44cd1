import { dirname } from "node:path/posix";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { MarkedProcess, ProcessIdentity, Processes, ProcessSpec } from "../../ports/processes.ts";
import { createClockMemory } from "../clock/clock-memory.ts";
import { createStateFilesMemory, type StateFilesMemory } from "../state-files/state-files-memory.ts";
import { parseRecord } from "./launcher.ts";
import { addressVariables } from "./proc-table.ts";

/** How a started program behaves; by default it runs, listens nowhere and ends on SIGTERM. */
export interface Program {
  readonly listens?: readonly number[];
  readonly ignoresTerm?: boolean;
  /** It ends right after its start, with these last words in the log. */
  readonly fails?: string;
}

export interface ProcessesMemoryProps {
  /** Where records and logs lie; share it with the state files of the test. */
  readonly files?: StateFilesMemory;
  readonly clock?: Pick<Clock, "now">;
  /** What a program does, told by how it is started. */
  readonly programs?: (spec: ProcessSpec) => Program | Promise<Program>;
}

export interface PretendedProcess extends MarkedProcess {
  readonly listens: readonly number[];
  readonly ignoresTerm: boolean;
  /** What it was started with; absent for strangers. */
  readonly spec?: ProcessSpec;
}

/** The twin: a table of pretended processes that the test may add to, crash and look into. */
export interface ProcessesMemory extends Processes {
  readonly files: StateFilesMemory;
  /** Every process that runs, in the order of their starts. */
  running(): readonly PretendedProcess[];
  /** Markers in the order in which they were started, ended ones too. */
  readonly starts: readonly string[];
  /** Signals in the order in which they were sent. */
  readonly signals: readonly { readonly pid: number; readonly signal: "SIGTERM" | "SIGKILL" }[];
  /** Ends every process with the marker, as SIGKILL does. The record stays, as it would. */
  crash(marker: string): void;
  /** Ends everything, as a restart of the machine does: records stay and name a boot that is over. */
  reboot(): void;
  /** Somebody else's process: a user's server, a stranger that listens on a port, a child of another process. */
  add(stranger?: Partial<PretendedProcess>): PretendedProcess;
  /** The process ends and an unrelated one gets its pid. */
  reusePid(process: ProcessIdentity): PretendedProcess;
  /** The next start fails: the program's record never appears. */
  failNextStart(): void;
}

export function createProcessesMemory(props: ProcessesMemoryProps = {}): ProcessesMemory {
  const { files = createStateFilesMemory(), clock = createClockMemory(), programs = (): Program => ({}) } = props;
  const table = new Map<number, PretendedProcess>();
  const starts: string[] = [];
  const signals: { pid: number; signal: "SIGTERM" | "SIGKILL" }[] = [];
  let lastPid = 1000;
  let ticks = 50_000;
  let boot = 1;
  let isNextToFail = false;

  function isAlive({ pid, startTime }: ProcessIdentity): boolean {
    return table.get(pid)?.startTime === startTime;
  }

  function add(stranger: Partial<PretendedProcess> = {}): PretendedProcess {
    const pid = stranger.pid ?? ++lastPid;
    ticks += 7;
    const process: PretendedProcess = {
      startTime: String(ticks),
      marker: "",
      parent: 1,
      uid: 0,
      command: "stranger",
      listens: [],
      ignoresTerm: false,
      ...stranger,
      pid,
    };
    table.set(pid, process);
    return process;
  }

  function findAll(wanted: (process: PretendedProcess) => boolean): readonly MarkedProcess[] {
    return [...table.values()]
      .filter(wanted)
      .sort((one, other) => (one.marker < other.marker ? -1 : one.marker > other.marker ? 1 : one.pid - other.pid))
      .map(({ listens: _listens, ignoresTerm: _ignoresTerm, spec: _spec, ...process }) => process);
  }

  async function append(log: string, words: string): Promise<void> {
    await files.ensureFile(log, `${(await files.read(log)) ?? ""}${words}`, 0o600);
  }

  return {
    files,
    starts,
    signals,
    async start(spec) {
      await files.remove(spec.record);
      await files.ensureDirectory(dirname(spec.record), files.mode(dirname(spec.record)) ?? 0o711);
      const { listens = [], ignoresTerm = false, fails } = await programs(spec);
      await append(spec.log, fails === undefined ? "" : `${fails}\n`);
      if (isNextToFail) {
        isNextToFail = false;
        throw new HubfleetError("PROCESS_NOT_STARTED", {
          message: `"${spec.argv[0]}" for "${spec.marker}" could not be started`,
        });
      }
      const command = spec.argv.join(" ").slice(0, 120);
      const reportsTo = addressVariables.map((name) => spec.environment[name]).find((value) => value !== undefined);
      const address = reportsTo === undefined ? {} : { reportsTo };
      const process = add({ marker: spec.marker, command, listens, ignoresTerm, spec, ...address });
      const { pid, startTime } = process;
      const startedAt = clock.now().toISOString();
      const record = { version: 1, pid, startTime, boot: String(boot), specDigest: spec.specDigest, startedAt };
      await files.ensureFile(spec.record, `${JSON.stringify(record)}\n`, 0o644);
      starts.push(spec.marker);
      if (fails !== undefined) table.delete(pid);
      return { pid, startTime };
    },
    async observe(path) {
      const record = parseRecord((await files.read(path)) ?? "");
      if (record === undefined || record.boot !== String(boot) || !isAlive(record)) return undefined;
      const { pid, startTime, specDigest } = record;
      return { pid, startTime, specDigest, startedAt: new Date(record.startedAt) };
    },
    findMarked: async (prefix) => findAll(({ marker }) => marker !== "" && marker.startsWith(prefix)),
    findByUid: async (first, count) => findAll(({ uid }) => uid >= first && uid < first + count),
    async findMentioned(words) {
      const texts = [...table.values()].flatMap(({ command, marker, spec }) => [
        ...[command, marker, ...(spec?.argv ?? [])],
        ...Object.entries(spec?.environment ?? {}).map(([name, value]) => `${name}=${value}`),
      ]);
      return new Set(words.filter((word) => texts.some((text) => text.includes(word))));
    },
    async stop(processes) {
      for (const one of processes.filter(isAlive)) {
        signals.push({ pid: one.pid, signal: "SIGTERM" });
        if (table.get(one.pid)?.ignoresTerm !== true) table.delete(one.pid);
      }
      for (const { pid } of processes.filter(isAlive)) {
        signals.push({ pid, signal: "SIGKILL" });
        table.delete(pid);
      }
    },
    removeControlGroups: async () => [],
    async portOwner(port) {
      const process = [...table.values()].find(({ listens }) => listens.includes(port));
      if (process === undefined) return undefined;
      const { pid, startTime, command, marker } = process;
      return { port, process: { pid, startTime, command, ...(marker === "" ? {} : { marker }) } };
    },
    running: () => [...table.values()],
    crash(marker) {
      for (const { pid } of [...table.values()].filter((process) => process.marker === marker)) table.delete(pid);
    },
    reboot() {
      table.clear();
      boot += 1;
    },
    add,
    reusePid({ pid }) {
      table.delete(pid);
      return add({ pid });
    },
    failNextStart() {
      isNextToFail = true;
    },
  };
}
