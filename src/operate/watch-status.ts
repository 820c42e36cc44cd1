import type { Clock } from "../ports/clock.ts";

const everyMilliseconds = 2_000;
const stepMilliseconds = 200;

/** Looks every two seconds, until the signal, which is heeded within a fraction of one. */
export async function watchStatus<Status>(
  look: () => Promise<Status>,
  tell: (status: Status) => void,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    tell(await look());
    const until = clock.now().getTime() + everyMilliseconds;
    while (!signal.aborted && clock.now().getTime() < until) await clock.sleep(stepMilliseconds);
  }
}
