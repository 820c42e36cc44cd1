import type { Clock } from "../../ports/clock.ts";

/** A clock that stands still until somebody sleeps or a test moves it. */
export interface ClockMemory extends Clock {
  advance(milliseconds: number): void;
  /** Does once what is to be done again and again. */
  tick(): Promise<void>;
}

export function createClockMemory(start = "2026-11-21T09:00:00.000Z"): ClockMemory {
  let now = Date.parse(start);
  const regulars = new Set<{ readonly milliseconds: number; readonly work: () => Promise<void> }>();
  return {
    now: () => new Date(now),
    async sleep(milliseconds) {
      now += milliseconds;
      // Others get their turn, as they would while a real sleeper sleeps.
      await new Promise((resolve) => setImmediate(resolve));
    },
    every(milliseconds, work) {
      const regular = { milliseconds, work };
      regulars.add(regular);
      return () => void regulars.delete(regular);
    },
    advance(milliseconds) {
      now += milliseconds;
    },
    async tick() {
      for (const { work } of regulars) await work();
    },
  };
}
