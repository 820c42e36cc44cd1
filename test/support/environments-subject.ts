import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import {
  createEnvironmentsMemory,
  type EnvironmentsMemory,
} from "../../src/adapters/environments/environments-memory.ts";
import { createEnvironmentsUv } from "../../src/adapters/environments/environments-uv.ts";
import { createLocksSocket } from "../../src/adapters/locks/locks-socket.ts";
import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { createRun, type Run } from "../../src/adapters/run.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import type { Environments, Python } from "../../src/ports/environments.ts";
import type { StateFiles } from "../../src/ports/state-files.ts";

/** Environments under test, with a directory of their own. */
export interface EnvironmentsSubject {
  /** A new one each time, as two commands at once have. */
  readonly create: () => Environments;
  readonly files: StateFiles;
  readonly root: string;
  builds(): number;
  /** The twin itself, where it is one. */
  readonly memory?: EnvironmentsMemory;
  /** Deletes the directory. */
  clean(): Promise<void>;
}

export interface RealSubjectProps {
  /** Put before every program: what holds the network off, for example. */
  readonly before?: readonly string[];
  /** A directory that an earlier subject left. */
  readonly root?: string;
}

/** The real adapter, in a new directory below the system's temporary one. */
export async function anUvSubject({ before = [], root: given }: RealSubjectProps = {}): Promise<EnvironmentsSubject> {
  const root = given ?? (await mkdtemp(join(tmpdir(), "hubfleet-environments-")));
  const files = createStateFilesDisk();
  const clock = createClockSystem();
  let builds = 0;
  const run: Run = async (argv, options) => {
    const isTool = argv.at(-1)?.includes("/runtime/") === true;
    if ((argv[1] === "venv" && !isTool) || options.input?.includes('"command":"install"') === true) builds += 1;
    const [first = "", ...rest] = [...before, ...argv];
    return createRun()([first, ...rest], options);
  };
  return {
    files,
    root,
    builds: () => builds,
    create: () =>
      createEnvironmentsUv({
        run,
        files,
        clock,
        locks: createLocksSocket({ files, clock, pid: process.pid }),
        path: (process.env["PATH"] ?? "").split(delimiter),
        processes: createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) }),
        forEverybody: false,
        conda: condaBelow(root),
      }),
    clean: () => rm(root, { recursive: true, force: true }),
  };
}

/** The twin. */
export async function aMemorySubject(): Promise<EnvironmentsSubject> {
  const memory = createEnvironmentsMemory();
  for (const version of ["1.16.0", "1.17.0"]) memory.publish("six", version);
  return {
    memory,
    create: () => memory,
    files: memory.files,
    root: "/root-of-test",
    builds: () => memory.builds.length,
    clean: async () => undefined,
  };
}

/** Where the real adapter keeps what it needs for conda packages. */
export function condaBelow(root: string): { source: string; runtime: string; cache: string } {
  const source = new URL("../../assets/python/hubfleet_image/conda", import.meta.url).pathname;
  return { source, runtime: join(root, "runtime"), cache: join(root, "cache") };
}

/** The newest Python of this machine. */
export async function newestPython(environments: Environments): Promise<Python> {
  const [newest = ""] = await environments.listPythonMinors();
  const python = await environments.findPython(newest);
  if (python === undefined) throw new Error("this machine has no Python from 3.10 to 3.14");
  return python;
}

export function minorOf({ version }: Python): string {
  return version.split(".").slice(0, 2).join(".");
}
