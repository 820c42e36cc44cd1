import type { Clock } from "../../ports/clock.ts";

/** A registry that wants to be left alone for longer is not waited for. */
export const mostWaitMilliseconds = 60_000;

/** Sleeps, unless somebody wants to stop: then it throws at once. */
export async function pause(clock: Pick<Clock, "sleep">, milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener("abort", stop, { once: true });
  await Promise.race([clock.sleep(milliseconds), stopped]);
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
}

/** When a registry wants to be asked again, in milliseconds (RFC 9110: seconds, or a date). */
export function retryAfter(response: Response, now: Date): number | undefined {
  const text = response.headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(date - now.getTime(), 0);
}
