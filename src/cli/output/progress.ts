import type { ProgressEvent, Report } from "../../ports/local-world.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { createPaint } from "./paint.ts";

const marks = { started: "…", done: "✓", failed: "✗" } as const;
const colors = { started: "dim", done: "green", failed: "red" } as const;

/** A line on stderr for each step, with the seconds since the command began. */
export function createProgress(terminal: Terminal, now: () => number): Report {
  const begun = now();
  const paint = createPaint(terminal.colors && terminal.isErrTerminal);
  return ({ target, text, state }: ProgressEvent) => {
    const seconds = `${((now() - begun) / 1000).toFixed(1)}s`.padStart(7);
    terminal.err(`${paint("dim", seconds)}  ${paint(colors[state], marks[state])} ${target.padEnd(18)} ${text}\n`);
  };
}
