/**
 * The journal of a fleet on this machine: a line before a step and a line after it, each forced to the disk before the
 * work goes on. Nothing is decided from it: what is there is looked at anew each time. It says what a killed command
 * was in the middle of, and how long a step usually takes.
 */
export interface JournalLine {
  readonly version: 1;
  readonly at: string;
  /** The same for all lines of one command. */
  readonly run: string;
  readonly command: string;
  readonly pid: number;
  readonly target: string;
  readonly step: string;
  readonly state: "intent" | "done" | "failed";
  readonly milliseconds?: number;
  /** Of the error that the step failed with. */
  readonly code?: string;
}

/** The lines of a journal, leaving out those that a kill tore or that something else wrote. Never throws. */
export function parseJournal(lines: readonly string[]): readonly JournalLine[] {
  return lines.flatMap((text) => {
    try {
      const line: unknown = JSON.parse(text);
      return isLine(line) ? [line] : [];
    } catch {
      return [];
    }
  });
}

/** Steps that a command began and whose end nobody wrote: it was killed, or it is at work right now. */
export function unfinishedSteps(lines: readonly JournalLine[]): readonly JournalLine[] {
  const open = new Map<string, JournalLine>();
  for (const line of lines) {
    const key = `${line.run} ${line.target} ${line.step}`;
    if (line.state === "intent") open.set(key, line);
    else open.delete(key);
  }
  const lastRun = lines.at(-1)?.run;
  // Only the last command's: an earlier one was followed by another that looked at everything again.
  return [...open.values()].filter(({ run }) => run === lastRun);
}

/** How long a step took the last times it was done, middle of up to nine; undefined for one never seen. */
export function expectedMilliseconds(lines: readonly JournalLine[], step: string): number | undefined {
  const times = lines.flatMap((line) =>
    line.step === step && line.state === "done" && line.milliseconds !== undefined ? [line.milliseconds] : [],
  );
  const last = times.slice(-9).sort((one, other) => one - other);
  return last[Math.floor(last.length / 2)];
}

const texts = ["at", "run", "command", "target", "step"] as const;

function isLine(value: unknown): value is JournalLine {
  if (typeof value !== "object" || value === null) return false;
  const line = value as Record<string, unknown>; // any object can be asked for keys
  return (
    line["version"] === 1 &&
    texts.every((key) => typeof line[key] === "string") &&
    (line["state"] === "intent" || line["state"] === "done" || line["state"] === "failed")
  );
}
