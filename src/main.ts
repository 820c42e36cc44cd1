import { readFileSync } from "node:fs";

import type { CommandContext } from "./cli/command.ts";
import { exitCodes } from "./cli/exit-codes.ts";
import { runProgram } from "./cli/program.ts";
import type { Terminal } from "./ports/terminal.ts";

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isInteractive: process.stdin.isTTY && process.stdout.isTTY,
  isOutTerminal: process.stdout.isTTY,
  isErrTerminal: process.stderr.isTTY,
  colors: wantsColors(),
  columns: process.stdout.columns ?? 120,
};

const context: CommandContext = {
  terminal,
  openApp: async () => Promise.reject(new Error("no command opens the app yet")),
  exit: (code) => {
    process.exitCode = code;
  },
};

try {
  await runProgram(process.argv.slice(2), context, packageVersion());
} catch (error) {
  terminal.err(`${String(error)}\n`);
  process.exitCode = exitCodes.failed;
}

function wantsColors(): boolean {
  if (process.env["NO_COLOR"] !== undefined && process.env["NO_COLOR"] !== "") return false;
  if (process.env["FORCE_COLOR"] !== undefined) return process.env["FORCE_COLOR"] !== "0";
  return process.stderr.isTTY && process.env["TERM"] !== "dumb";
}

function packageVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version; // our own file
}
