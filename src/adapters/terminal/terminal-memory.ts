import type { Terminal } from "../../ports/terminal.ts";

/** Keeps what was written instead of showing it. */
export interface TerminalMemory extends Terminal {
  readonly output: () => string;
  readonly talk: () => string;
}

export function createTerminalMemory(seed: Partial<Omit<Terminal, "out" | "err">> = {}): TerminalMemory {
  const outs: string[] = [];
  const errs: string[] = [];
  return {
    isInteractive: false,
    isOutTerminal: false,
    isErrTerminal: false,
    colors: false,
    movesCursor: true,
    columns: 120,
    rows: 40,
    ...seed,
    out: (text) => void outs.push(text),
    err: (text) => void errs.push(text),
    output: () => outs.join(""),
    talk: () => errs.join(""),
  };
}
