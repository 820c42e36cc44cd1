import type { Clock } from "../ports/clock.ts";
import type { Log } from "./hub-logs.ts";

const everyMilliseconds = 500;
/** Lines looked back at each time; a log that grows faster than this between two looks loses the rest. */
const window = 1_000;

/** Tells what is added to logs, until the signal. */
export async function followLogs(
  logs: readonly Log[],
  tell: (log: Log, lines: readonly string[]) => void,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const seen = new Map(await Promise.all(logs.map(async (log) => [log, await log.tail(window)] as const)));
  while (!signal.aborted) {
    await clock.sleep(everyMilliseconds);
    for (const log of logs) {
      const lines = await log.tail(window);
      const added = lines.slice(overlap(seen.get(log) ?? [], lines));
      if (added.length > 0) tell(log, added);
      seen.set(log, lines);
    }
  }
}

/** How many lines at the start of `now` were already at the end of `before`. */
function overlap(before: readonly string[], now: readonly string[]): number {
  for (let start = 0; start < before.length; start++) {
    const rest = before.slice(start);
    if (rest.every((line, index) => now[index] === line)) return rest.length;
  }
  return 0;
}
