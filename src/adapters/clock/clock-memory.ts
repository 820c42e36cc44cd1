import type { Clock } from "../../ports/clock.ts";

/** A clock that stands still until somebody sleeps or a test moves it. */
export interface ClockMemory extends Clock {
  advance(milliseconds: number): void;
}

export function createClockMemory(start = "2026-11-21T09:00:00.000Z"): ClockMemory {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    async sleep(milliseconds) {
      now += milliseconds;
      // Others get their turn, as they would while a real sleeper sleeps.
      await new Promise((resolve) => setImmediate(resolve));
    },
    advance(milliseconds) {
      now += milliseconds;
    },
  };
}
