import { setTimeout as wait } from "node:timers/promises";

import type { Clock } from "../../ports/clock.ts";

export function createClockSystem(): Clock {
  return { now: () => new Date(), sleep: (milliseconds) => wait(milliseconds) };
}
