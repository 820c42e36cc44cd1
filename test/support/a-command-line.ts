import { createTerminalMemory } from "../../src/adapters/terminal/terminal-memory.ts";
import type { App } from "../../src/app/use-cases.ts";
import type { CommandContext, OutputFormat } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";

/** How far a command line got without a fleet. */
export type CommandLineReading =
  /** It was understood: the command wanted to begin, in this format, or had said all it had to say. */
  | { readonly kind: "understood"; readonly format: OutputFormat | undefined; readonly output: string }
  /** It was not: what the user was told. */
  | { readonly kind: "refused"; readonly told: string };

class Reached extends Error {}

/** Reads a command line as hubfleet does, and stops where the command would open a fleet. */
export async function readCommandLine(words: readonly string[]): Promise<CommandLineReading> {
  const terminal = createTerminalMemory();
  let exitCode = 0;
  let format: OutputFormat | undefined;
  const reached = (): never => {
    throw new Reached();
  };
  const context: CommandContext = {
    terminal,
    signal: new AbortController().signal,
    questions: new AbortController().signal,
    packageDirectory: "/package",
    workingDirectory: "/work",
    watch: reached,
    openApp: async (): Promise<App> => reached(),
    openInitWorld: async () => reached(),
    exit: (code) => void (exitCode = code),
    formatChosen: (chosen) => void (format = chosen),
    interruption: () => undefined,
  };
  try {
    await runProgram(words, context, "0.0.0");
  } catch (error) {
    // What a command itself refuses, such as a topic that there is not, was understood as a command line.
    if (!(error instanceof Reached)) return { kind: "refused", told: error instanceof Error ? error.message : "" };
  }
  if (exitCode === 64) return { kind: "refused", told: terminal.talk() };
  return { kind: "understood", format, output: terminal.output() };
}
