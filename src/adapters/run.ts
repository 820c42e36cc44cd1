import { kill } from "node:process";

import { execa } from "execa";

export interface RunOptions {
  readonly directory?: string;
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal;
  /** Added to the environment of this process; undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The program gets `environment` and nothing of this process. @default false */
  readonly isEnvironmentWhole?: boolean;
  /** Ctrl-C on the terminal does not reach it, and it outlives this process: the caller ends it. @default false */
  readonly isApart?: boolean;
  /** Gets each line of both streams as it comes; the result's are then empty. */
  readonly onLine?: (line: string) => void;
  readonly input?: string;
  /** The output is taken to the byte, its last line break too. @default false */
  readonly isExact?: boolean;
  /** Every byte of the output is one character (Latin-1), for what is not text or not yet known to be. @default false */
  readonly isBinary?: boolean;
  /** What the program starts is ended with it when its time is up; it has no terminal to ask on. @default false */
  readonly isGroup?: boolean;
}

export interface RunResult {
  /** -1 when the program could not be started or was ended by a signal. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and answers what it said; never throws for a program that fails. */
export type Run = (argv: readonly [string, ...string[]], options: RunOptions) => Promise<RunResult>;

export function createRun(): Run {
  return async ([file, ...args], options) => {
    const { directory, timeoutMilliseconds, signal, environment, input, onLine } = options;
    const { isExact = false, isBinary = false, isGroup = false } = options;
    const running = execa(file, args, {
      reject: false,
      timeout: timeoutMilliseconds,
      maxBuffer: 50_000_000,
      stripFinalNewline: !isExact && !isBinary,
      ...(isBinary ? { encoding: "latin1" as const } : {}),
      stdin: input === undefined ? "ignore" : "pipe",
      ...(input === undefined ? {} : { input }),
      ...(directory === undefined ? {} : { cwd: directory }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
      ...(environment === undefined ? {} : { env: environment }),
      extendEnv: options.isEnvironmentWhole !== true,
      detached: isGroup || options.isApart === true,
      ...(onLine === undefined
        ? {}
        : { buffer: false, stdout: ["pipe", watch(onLine)], stderr: ["pipe", watch(onLine)] }),
    });
    const stopWatching = isGroup ? endGroupInTime(running.pid, options) : undefined;
    const result = await running;
    stopWatching?.();
    const words = result.stderr ?? "";
    return {
      exitCode: result.exitCode ?? -1,
      stdout: result.stdout ?? "",
      // A program that failed without a word; where its words count to the byte, they are none.
      stderr:
        words === "" && result.failed && !(isExact && result.exitCode !== undefined)
          ? (result.shortMessage ?? "")
          : words,
    };
  };
}

function watch(onLine: (line: string) => void): (line: unknown) => Generator<string> {
  return function* (line) {
    onLine(String(line));
    yield String(line);
  };
}

/** A helper of the program would keep its output open, and whoever reads it waiting. */
function endGroupInTime(pid: number | undefined, { timeoutMilliseconds, signal }: RunOptions): () => void {
  const end = (name: "SIGTERM" | "SIGKILL"): void => {
    try {
      if (pid !== undefined) kill(-pid, name);
    } catch {
      // All of them have ended by themselves.
    }
  };
  let patience: NodeJS.Timeout | undefined;
  const endAll = (): void => {
    end("SIGTERM");
    patience ??= setTimeout(() => end("SIGKILL"), 3000);
  };
  const timer = setTimeout(endAll, timeoutMilliseconds);
  signal?.addEventListener("abort", endAll);
  return () => {
    clearTimeout(timer);
    clearTimeout(patience);
    signal?.removeEventListener("abort", endAll);
  };
}
