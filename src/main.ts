import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { App, Watch } from "./app.ts";
import type { CommandContext, GlobalOptions, OutputFormat } from "./cli/command.ts";
import { namesCommandsOn } from "./cli/output/names-commands-on.ts";
import { exitCodes } from "./cli/exit-codes.ts";
import { runProgram } from "./cli/program.ts";
import type { InitWorld } from "./operate/init-fleet.ts";
import type { ImageSources } from "./ports/image-sources.ts";
import type { Terminal } from "./ports/terminal.ts";
import { machinePaths } from "./runtime/local/paths.ts";

/** The package's own directory, of a checkout as of an installed package: both keep this file one level below it. */
const packageDirectory = fileURLToPath(new URL("..", import.meta.url));

/** Where the command that runs was told to go; commands that it names to its reader go there, too. */
let on: GlobalOptions["on"];

const terminal: Terminal = {
  out: (text) => void process.stdout.write(namesCommandsOn(on, text)),
  err: (text) => void process.stderr.write(namesCommandsOn(on, text)),
  isInteractive: process.stdin.isTTY && process.stdout.isTTY,
  isOutTerminal: process.stdout.isTTY,
  isErrTerminal: process.stderr.isTTY,
  colors: wantsColors(),
  movesCursor: process.env["TERM"] !== "dumb",
  get columns() {
    return process.stdout.columns || process.stderr.columns || 120;
  },
  get rows() {
    return process.stdout.rows || process.stderr.rows || 40;
  },
};

const interruption = new AbortController();
let interruptionMeans: "fails" | "ends" | "is passed on" = "fails";
let format: OutputFormat = "table";
const questions = new AbortController();
/** Says a line while a command draws its progress. */
let say = (text: string): void => terminal.err(`\n${text}\n`);
const version = versionOf(packageDirectory);

const context: CommandContext = {
  terminal,
  signal: interruption.signal,
  questions: AbortSignal.any([interruption.signal, questions.signal]),
  packageDirectory,
  workingDirectory: process.cwd(),
  watch,
  openApp,
  openInitWorld,
  exit: (code) => {
    // What an interrupted command managed to say does not make it a finished one.
    if (!interruption.signal.aborted || interruptionMeans !== "fails") process.exitCode = code;
  },
  formatChosen: (chosen) => {
    format = chosen;
  },
  interruption: (meaning) => {
    interruptionMeans = meaning;
  },
};

// Nobody can answer a question any more; a prompt that still waits would end hubfleet without a word.
process.stdin.once("end", () => questions.abort());
// Other accounts run what is built and read what is shared here, however careful the operator's shell is.
process.umask(0o022);
process.on("SIGINT", interrupt);
process.once("SIGTERM", interrupt);
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `hubfleet status | head` closes the pipe: the reader has what it wanted.
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  throw error;
});

try {
  await runProgram(process.argv.slice(2), context, version);
} catch (error) {
  await explainFailure(error);
}
process.off("SIGINT", interrupt);
process.off("SIGTERM", interrupt);

async function watch<Result>(work: (watch: Watch) => Promise<Result>): Promise<Result> {
  const { createProgress } = await import("./cli/output/progress.ts");
  const every = (milliseconds: number, call: () => void): (() => void) => {
    const timer = setInterval(call, milliseconds);
    return () => clearInterval(timer);
  };
  const progress = createProgress(terminal, { now: () => performance.now(), every });
  const before = say;
  say = progress.say;
  try {
    return await work({ report: progress.report, signal: interruption.signal });
  } finally {
    progress.end();
    say = before;
  }
}

async function openApp(options: GlobalOptions): Promise<App> {
  const directory = findFleet(options.dir);
  on = options.on;
  const [{ createApp }, { createRepositoryDisk }, local] = await Promise.all([
    import("./app.ts"),
    import("./adapters/repository/repository-disk.ts"),
    openLocalWorld(),
  ]);
  return createApp({
    directory,
    repository: createRepositoryDisk(directory),
    local,
    sources: () => openSources(directory),
    on: options.on,
  });
}

async function openSources(fleetDirectory: string): Promise<ImageSources> {
  const [git, index, address, registry, login, run, files, clock] = await Promise.all([
    import("./adapters/git/git-cli.ts"),
    import("./adapters/package-index/package-index-http.ts"),
    import("./adapters/package-index/index-address.ts"),
    import("./adapters/registry/registry-http.ts"),
    import("./adapters/registry/registry-login.ts"),
    import("./adapters/run.ts"),
    import("./adapters/state-files/state-files-disk.ts"),
    import("./adapters/clock/clock-system.ts"),
  ]);
  const disk = files.createStateFilesDisk();
  const asked = {
    variable: (name: string) => process.env[name],
    read: (path: string) => disk.read(path),
    run: run.createRun(),
  };
  return {
    git: git.createGitCli(asked.run),
    packageIndex: index.createPackageIndexHttp({
      address: () => address.findIndexAddress({ ...asked, fleetDirectory }),
    }),
    registry: registry.createRegistryHttp({
      findLogin: (host, repository) => login.findLogin(host, repository, asked),
      clock: clock.createClockSystem(),
      insecure: (process.env["HUBFLEET_INSECURE_REGISTRIES"] ?? "").split(",").map((host) => host.trim()),
    }),
  };
}

async function openInitWorld(): Promise<InitWorld> {
  const [local, { createGitCli }, { createRun }] = await Promise.all([
    openLocalWorld(),
    import("./adapters/git/git-cli.ts"),
    import("./adapters/run.ts"),
  ]);
  return { ...local, git: createGitCli(createRun()) };
}

async function openLocalWorld(): Promise<Parameters<typeof import("./app.ts").createApp>[0]["local"]> {
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
    run,
  ] = await Promise.all([
    import("./adapters/clock/clock-system.ts"),
    import("./adapters/random/random-system.ts"),
    import("./adapters/state-files/state-files-disk.ts"),
    import("./adapters/locks/locks-socket.ts"),
    import("./adapters/processes/processes-linux.ts"),
    import("./adapters/environments/environments-uv.ts"),
    import("./adapters/hub-api/hub-api-http.ts"),
    import("./adapters/hub-session/hub-session-http.ts"),
    import("./adapters/inspection/inspection-linux.ts"),
    import("./adapters/programs/programs-system.ts"),
    import("./adapters/boot-service/boot-service-systemd.ts"),
    import("./adapters/run.ts"),
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

/** As root below /var/lib, because root's home is closed to the accounts that users' servers run under. */
function stateRoot(isRoot: boolean): string {
  const given = process.env["HUBFLEET_STATE"];
  if (given !== undefined && given !== "") return resolve(given);
  if (isRoot) return "/var/lib/hubfleet";
  const state = process.env["XDG_STATE_HOME"];
  return state !== undefined && state.startsWith("/")
    ? join(state, "hubfleet")
    : join(homeDirectory(), ".local/state/hubfleet");
}

/** On another disk, or shared by several state roots, where HUBFLEET_ENVIRONMENTS says so. */
function environmentsDirectory(root: string): string {
  const given = process.env["HUBFLEET_ENVIRONMENTS"];
  return given !== undefined && given !== "" ? resolve(given) : join(root, "environments");
}

function homeDirectory(): string {
  return process.env["HOME"] ?? "/";
}

/** The directory named, or the nearest one upwards that holds a fleet.yaml. */
function findFleet(named: string | undefined): string {
  if (named !== undefined) return resolve(named);
  for (let directory = process.cwd(); ; directory = dirname(directory)) {
    if (existsSync(join(directory, "fleet.yaml"))) return directory;
    if (directory === dirname(directory)) return process.cwd();
  }
}

async function explainFailure(thrown: unknown): Promise<void> {
  if (interruption.signal.aborted) return;
  const { explainThrown } = await import("./cli/output/explain-thrown.ts");
  const { text, data, exitCode } = explainThrown(thrown, {
    version,
    command: process.argv.slice(2),
    colors: terminal.colors,
    format,
  });
  if (data !== undefined) terminal.out(data);
  terminal.err(text);
  process.exitCode = exitCode;
}

/** The first Ctrl-C ends what can be ended cleanly; the second one ends hubfleet. What is running stays as it is. */
function interrupt(): void {
  if (interruptionMeans === "is passed on") return;
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  if (interruptionMeans === "fails") {
    say("interrupted: finishing the current step (again to end at once); run the command again to go on");
    process.exitCode = exitCodes.interrupted;
  }
  interruption.abort();
}

function wantsColors(): boolean {
  if (process.env["NO_COLOR"] !== undefined && process.env["NO_COLOR"] !== "") return false;
  if (process.env["FORCE_COLOR"] !== undefined) return process.env["FORCE_COLOR"] !== "0";
  return process.stderr.isTTY && process.env["TERM"] !== "dumb";
}

function versionOf(directory: string): string {
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { version: string }; // npm wrote it
  return manifest.version;
}
