import type { Dated } from "./gate-evidence.ts";

/**
 * Whether one record is certainly later than another. A doubt is a no.
 *
 * | written by | decides |
 * | ---------- | ------- |
 * | one machine since one start | its count of seconds, whatever its clock was set to |
 * | machines that keep time | the dates |
 * | different clocks | dates and places on the ref, both |
 */
export function isAfter(later: Dated, earlier: Dated): boolean {
  if (later.clock !== undefined && isSameClock(later, earlier)) {
    return later.clock.seconds > (earlier.clock?.seconds ?? Number.POSITIVE_INFINITY);
  }
  if (isSameClock(later, earlier)) return later.at > earlier.at;
  return later.at > earlier.at && later.sequence > earlier.sequence;
}

export function isSameClock(one: Pick<Dated, "clock">, other: Pick<Dated, "clock">): boolean {
  return one.clock?.machine === other.clock?.machine && one.clock?.boot === other.clock?.boot;
}
