import { fileURLToPath } from "node:url";

import { createClockSystem } from "../../src/adapters/clock/clock-system.ts";
import { createLocksSocket } from "../../src/adapters/locks/locks-socket.ts";
import { createProcessesLinux } from "../../src/adapters/processes/processes-linux.ts";
import { createProgramsSystem } from "../../src/adapters/programs/programs-system.ts";
import { createRandomSystem } from "../../src/adapters/random/random-system.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import type { RoomWorld } from "../../src/operate/image-check/check-room.ts";

export interface RealWorldOptions {
  readonly stateRoot: string;
  /** False: code runs as whoever runs the test, also where that is root. */
  readonly isRoot: boolean;
}

/** The machine itself, as far as running an image's code asks for it. */
export function aRealWorld({ stateRoot, isRoot }: RealWorldOptions): RoomWorld {
  const world = { clock: createClockSystem(), random: createRandomSystem(), files: createStateFilesDisk() };
  return {
    ...world,
    locks: createLocksSocket({ ...world, pid: process.pid }),
    processes: createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) }),
    programs: createProgramsSystem(),
    machine: {
      stateRoot,
      environments: `${stateRoot}/environments`,
      pid: process.pid,
      program: [process.execPath],
      isRoot,
      node: process.execPath,
      proxyProgram: "none",
      proxyVersion: "none",
      boundLog: "/bound-log.cjs",
    },
    pythonSource: fileURLToPath(new URL("../../assets/python/hubfleet_local", import.meta.url)),
    variable: (name) => process.env[name],
  };
}
