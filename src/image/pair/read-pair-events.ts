/** A line of the pair's supervisor. */
export type PairEvent =
  | { readonly event: "started"; readonly name: string }
  | PairEnd
  /** Everything that was to be run was run. */
  | { readonly event: "end" };

export interface PairEnd {
  readonly event: "ended";
  readonly name: string;
  readonly result: "passed" | "failed" | "warned" | "skipped";
  readonly summary: string;
  readonly milliseconds: number;
  readonly output: string;
  readonly data?: unknown;
  /** What it was about when it ended otherwise than by its own word. */
  readonly at?: string | null;
  /** A process that ended while it ran. */
  readonly lost?: { readonly process: string; readonly exitCode: number; readonly signal: string | null };
  /** It took longer than this. */
  readonly seconds?: number;
}

/** Reads what the supervisor said; lines that are none of its own (warnings of an interpreter) are left out. */
export function readPairEvents(output: string): readonly PairEvent[] {
  return output.split("\n").flatMap((line) => {
    if (!line.startsWith('{"event": ')) return [];
    try {
      return [JSON.parse(line) as PairEvent]; // supervise.py writes these
    } catch {
      return []; // cut off by a kill
    }
  });
}
