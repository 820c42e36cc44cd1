import { execa } from "execa";

export interface RunOptions {
  readonly directory?: string;
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The program gets `environment` and nothing of this process. @default false */
  readonly isEnvironmentWhole?: boolean;
  /** Ctrl-C on the terminal does not reach it, and it outlives this process: the caller ends it. @default false */
  readonly isApart?: boolean;
  /** Gets each line of both streams as it comes; the result's are then empty. */
  readonly onLine?: (line: string) => void;
  readonly input?: string;
  /** The output is taken to the byte, its last line break too. @default false */
  readonly isExact?: boolean;
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
    const { directory, timeoutMilliseconds, signal, environment, input, isExact = false, onLine } = options;
    const result = await execa(file, args, {
      reject: false,
      timeout: timeoutMilliseconds,
      maxBuffer: 50_000_000,
      stripFinalNewline: !isExact,
      stdin: input === undefined ? "ignore" : "pipe",
      ...(input === undefined ? {} : { input }),
      ...(directory === undefined ? {} : { cwd: directory }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
      ...(environment === undefined ? {} : { env: environment }),
      extendEnv: options.isEnvironmentWhole !== true,
      detached: options.isApart === true,
      ...(onLine === undefined
        ? {}
        : { buffer: false, stdout: ["pipe", watch(onLine)], stderr: ["pipe", watch(onLine)] }),
    });
    const words = result.stderr ?? "";
    return {
      exitCode: result.exitCode ?? -1,
      stdout: result.stdout ?? "",
      stderr: words === "" && result.failed ? (result.shortMessage ?? "") : words,
    };
  };
}

function watch(onLine: (line: string) => void): (line: unknown) => Generator<string> {
  return function* (line) {
    onLine(String(line));
    yield String(line);
  };
}
