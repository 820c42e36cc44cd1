import type { Command } from "commander";

import type { App, Watch } from "../app/use-cases.ts";
import type { InitWorld } from "../operate/init-fleet.ts";
import type { Terminal } from "../ports/terminal.ts";

/** Options that every command takes. */
export interface GlobalOptions {
  /** The fleet's directory; by default the working directory or the nearest parent that holds a fleet.yaml. */
  readonly dir?: string;
  readonly output?: OutputFormat;
  readonly json?: boolean;
  /** "local": about the rehearsal of a hub on this machine. Only of commands that take it. */
  readonly on?: "local";
}

export type OutputFormat = "table" | "wide" | "json" | "yaml" | "md" | "name";

/** What a command may use. It opens the app only when it runs, so that help costs nothing. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Ends when a person interrupts the command. */
  readonly signal: AbortSignal;
  /** Runs something that takes time, telling its steps while it goes. */
  watch<Result>(work: (watch: Watch) => Promise<Result>): Promise<Result>;
  /** Ends when nobody can answer a question any more. */
  readonly questions: AbortSignal;
  /** Where hubfleet's own files lie (examples, assets). */
  readonly packageDirectory: string;
  readonly workingDirectory: string;
  openApp(options: GlobalOptions): Promise<App>;
  /** What making a fleet needs; there is no fleet to open yet. */
  openInitWorld(): Promise<InitWorld>;
  /** The exit status to end with when the action returns; the last call wins. Another program's may be any number. */
  exit(code: number): void;
  /** The format that was asked for: a failure is told in it, too. */
  formatChosen(format: OutputFormat): void;
  /**
   * What Ctrl-C means from now on. "ends": the command was waiting for it, so it is no failure. "is passed on": a program
   * that has the terminal gets it, and hubfleet waits for that one.
   */
  interruption(meaning: "ends" | "is passed on"): void;
}

/** A file under `src/cli/` that adds one command's arguments, options and action to an empty Command. */
export interface CommandModule {
  configure(command: Command, context: CommandContext): void;
}

/** The format asked for, `--json` being the short way to say `-o json`. */
export function chosenFormat(options: GlobalOptions): OutputFormat {
  return options.json === true ? "json" : (options.output ?? "table");
}
