import type { ProgressEvent, Report } from "../../ports/local-world.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { createPaint } from "./paint.ts";

const marks = { started: "…", done: "✓", failed: "✗", note: "!" } as const;
const colors = { started: "dim", done: "green", failed: "red", note: "yellow" } as const;

export interface Progress {
  readonly report: Report;
  /** Takes the live line away; call it when the work is over. */
  end(): void;
}

export interface ProgressProps {
  /** Milliseconds of any clock that only goes forward. */
  readonly now: () => number;
  /** Calls again and again until told to stop; answers how to stop it. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
}

/**
 * A line on stderr for each step, with the seconds since the command began. On a terminal a last line, drawn anew,
 * says what is at work, for how long, and how long it usually takes.
 */
export function createProgress(terminal: Terminal, { now, every }: ProgressProps): Progress {
  const begun = now();
  const paint = createPaint(terminal.colors && terminal.isErrTerminal);
  const working = new Map<string, { readonly event: ProgressEvent; readonly since: number }>();
  const clear = terminal.isErrTerminal ? "\r\u001B[K" : "";
  const draw = (): void => terminal.err(`${clear}${liveLine([...working.values()], now(), terminal.columns)}`);
  const stop = terminal.isErrTerminal ? every(200, draw) : () => undefined;

  return {
    report: (event) => {
      const { target, text, state } = event;
      const key = `${target} ${text.split(":")[0] ?? text}`;
      if (state === "started") working.set(key, { event, since: now() });
      else working.delete(key);
      // On a terminal the live line says what has begun.
      if (state === "started" && terminal.isErrTerminal) return;
      const seconds = `${((now() - begun) / 1000).toFixed(1)}s`.padStart(7);
      const took = event.milliseconds === undefined ? "" : paint("dim", `  (${showSeconds(event.milliseconds)})`);
      terminal.err(
        `${clear}${paint("dim", seconds)}  ${paint(colors[state], marks[state])} ${target.padEnd(18)} ${text}${took}\n`,
      );
    },
    end: () => {
      stop();
      if (clear !== "") terminal.err(clear);
    },
  };
}

function liveLine(
  working: readonly { readonly event: ProgressEvent; readonly since: number }[],
  now: number,
  columns: number,
): string {
  const words = working.map(({ event: { target, text, expectedMilliseconds }, since }) => {
    const usual = expectedMilliseconds === undefined ? "" : ` of about ${showSeconds(expectedMilliseconds)}`;
    return `${target.replace(/^.*\//, "")} ${text} ${showSeconds(now - since)}${usual}`;
  });
  return words.join(" · ").slice(0, Math.max(0, columns - 1));
}

function showSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)}s`;
}
