import { setTimeout as wait } from "node:timers/promises";

/** Asks again until the answer is neither undefined nor false; fails with what was waited for. */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer> | Answer,
  timeoutMilliseconds = 10_000,
): Promise<Exclude<Answer, undefined | false>> {
  const until = performance.now() + timeoutMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<Answer, undefined | false>; // just compared
    if (performance.now() > until) throw new Error(`waited ${timeoutMilliseconds} ms in vain until ${what}`);
    await wait(25);
  }
}
