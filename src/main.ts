import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { App, Watch } from "./app/use-cases.ts";
import type { CommandContext, GlobalOptions, OutputFormat } from "./cli/command.ts";
import { namesCommandsOn } from "./cli/output/names-commands-on.ts";
import { exitCodes } from "./cli/exit-codes.ts";
import { runProgram } from "./cli/program.ts";
import { versionOf } from "./main/directories.ts";
import type { Terminal } from "./ports/terminal.ts";

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
  openInitWorld: async () => (await import("./main/open-local-world.ts")).openInitWorld(packageDirectory),
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
  const [{ createApp }, { createRepositoryDisk }, { openLocalWorld }] = await Promise.all([
    import("./app/app.ts"),
    import("./adapters/repository/repository-disk.ts"),
    import("./main/open-local-world.ts"),
  ]);
  const local = await openLocalWorld(packageDirectory, directory);
  return createApp({
    directory,
    repository: createRepositoryDisk(directory),
    local,
    sources: async () => (await import("./main/open-sources.ts")).openSources(directory, local),
    state: async () => (await import("./main/open-state.ts")).openState(directory, local),
    history: async () => (await import("./main/open-state.ts")).openStateHistory(directory, local),
    notifier: async () => (await import("./main/open-notifier.ts")).openNotifier(directory, local),
    charts: async () => (await import("./main/open-charts.ts")).openCharts(local),
    clusters: async () => (await import("./main/open-clusters.ts")).openClusters(),
    versions: { hubfleet: version, node: process.versions.node },
    on: options.on,
  });
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
