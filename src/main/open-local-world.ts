import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { InitWorld } from "../operate/init-fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { machinePaths } from "../runtime/local/paths.ts";
import { environmentsDirectory, stateRoot, versionOf } from "./directories.ts";

/** This machine and Git, for making a fleet. */
export async function openInitWorld(packageDirectory: string): Promise<InitWorld> {
  const [local, { createGitCli }, { createRun }] = await Promise.all([
    openLocalWorld(packageDirectory, process.cwd()),
    import("../adapters/git/git-cli.ts"),
    import("../adapters/run.ts"),
  ]);
  return { ...local, git: createGitCli(createRun()) };
}

/**
 * This machine, with its real adapters. `packageDirectory`: of this hubfleet, where assets and examples lie.
 * `fleetDirectory`: of the working tree, where there is one.
 */
export async function openLocalWorld(packageDirectory: string, fleetDirectory: string): Promise<LocalWorld> {
  const [
    clock,
    random,
    files,
    locks,
    processes,
    environments,
    hubApi,
    hubSession,
    inspection,
    programs,
    bootService,
    secretFiles,
    run,
  ] = await Promise.all([
    import("../adapters/clock/clock-system.ts"),
    import("../adapters/random/random-system.ts"),
    import("../adapters/state-files/state-files-disk.ts"),
    import("../adapters/locks/locks-socket.ts"),
    import("../adapters/processes/processes-linux.ts"),
    import("../adapters/environments/environments-uv.ts"),
    import("../adapters/hub-api/hub-api-http.ts"),
    import("../adapters/hub-session/hub-session-http.ts"),
    import("../adapters/inspection/inspection-linux.ts"),
    import("../adapters/programs/programs-system.ts"),
    import("../adapters/boot-service/boot-service-systemd.ts"),
    import("../adapters/secret-files/secret-files-sops.ts"),
    import("../adapters/run.ts"),
  ]);
  const isRoot = process.getuid?.() === 0;
  const proxyPackage = dirname(fileURLToPath(import.meta.resolve("configurable-http-proxy/package.json")));
  const world = {
    clock: clock.createClockSystem(),
    random: random.createRandomSystem(),
    files: files.createStateFilesDisk(),
  };
  const lockAdapter = locks.createLocksSocket({ ...world, pid: process.pid });
  const processTable = processes.createProcessesLinux({ signal: (pid, name) => void process.kill(pid, name) });
  return {
    ...world,
    locks: lockAdapter,
    processes: processTable,
    environments: environments.createEnvironmentsUv({
      ...world,
      locks: lockAdapter,
      processes: processTable,
      run: run.createRun(),
      path: (process.env["PATH"] ?? "").split(":").filter((entry) => entry.startsWith("/")),
      forEverybody: isRoot,
      conda: {
        source: join(packageDirectory, "assets", "python", "hubfleet_image", "conda"),
        runtime: machinePaths(stateRoot(isRoot)).runtime,
        cache: machinePaths(stateRoot(isRoot)).condaCache,
      },
    }),
    hubApi: hubApi.createHubApiHttp(),
    hubSessions: hubSession.createHubSessionsHttp(),
    inspection: inspection.createInspectionLinux(),
    bootService: bootService.createBootServiceSystemd({ ...world, isRoot, run: run.createRun() }),
    secretFiles: secretFiles.createSecretFilesSops(run.createRun(), fleetDirectory),
    programs: programs.createProgramsSystem(),
    machine: {
      stateRoot: stateRoot(isRoot),
      environments: environmentsDirectory(stateRoot(isRoot)),
      pid: process.pid,
      program: [process.execPath, process.argv[1] ?? join(packageDirectory, "dist", "main.js")],
      isRoot,
      node: process.execPath,
      proxyProgram: join(proxyPackage, "bin", "configurable-http-proxy"),
      proxyVersion: versionOf(proxyPackage),
      boundLog: join(packageDirectory, "assets", "node", "bound-log.cjs"),
    },
    pythonSource: join(packageDirectory, "assets", "python", "hubfleet_local"),
    variable: (name) => process.env[name],
  };
}
