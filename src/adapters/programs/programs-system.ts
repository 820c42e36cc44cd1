import { spawn } from "node:child_process";
import { constants } from "node:os";

import type { ProgramRequest, ProgramResult, Programs } from "../../ports/programs.ts";

/** Words of a program beyond this are of no use to anybody. */
const mostCharacters = 1_000_000;

export function createProgramsSystem(): Programs {
  return { run, attach };
}

function run(request: ProgramRequest, timeoutMilliseconds: number, signal?: AbortSignal): Promise<ProgramResult> {
  const [file, ...words] = request.argv;
  return new Promise((resolve) => {
    const child = spawn(file, words, {
      cwd: request.directory,
      env: request.environment,
      stdio: ["ignore", "pipe", "pipe"],
      killSignal: "SIGKILL",
      ...(signal === undefined ? {} : { signal }),
      ...(request.account === undefined ? {} : { uid: request.account, gid: request.account }),
    });
    // Not spawn's own `timeout`, which goes on for a program that could not be started, and keeps the command from ending.
    const limit = setTimeout(() => child.kill("SIGKILL"), timeoutMilliseconds);
    let output = "";
    const add = (chunk: Buffer): void => {
      if (output.length < mostCharacters) output += chunk.toString();
    };
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.once("error", (error) => {
      if (child.pid === undefined) clearTimeout(limit);
      resolve({ exitCode: -1, output: error.message });
    });
    // What outlives the program may hold its streams open for as long as it likes.
    child.once("exit", () => {
      clearTimeout(limit);
      setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream.destroy()), 500).unref();
    });
    child.once("close", (code) => resolve({ exitCode: code ?? -1, output: output.trim() }));
  });
}

function attach(request: ProgramRequest): Promise<number> {
  const [file, ...words] = request.argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, { cwd: request.directory, env: request.environment, stdio: "inherit" });
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
