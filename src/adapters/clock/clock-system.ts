import { setTimeout as wait } from "node:timers/promises";

import type { Clock } from "../../ports/clock.ts";

export function createClockSystem(): Clock {
  return {
    now: () => new Date(),
    sleep: (milliseconds) => wait(milliseconds),
    every(milliseconds, work) {
      let isAtWork = false;
      const timer = setInterval(() => {
        if (isAtWork) return;
        isAtWork = true;
        void work().finally(() => (isAtWork = false));
      }, milliseconds);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
