import type { Dated, Observation } from "./gate-evidence.ts";
import { once } from "./index-evidence.ts";
import { isAfter, isSameClock } from "./is-after.ts";
import type { PartObservations } from "./vouching.ts";

/** A stretch of one clock's time, in milliseconds, in which a hub was watched. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Looks that belong together: those of one deployment, by one clock. */
interface Look {
  readonly start: number;
  readonly end: number;
  readonly first: Dated;
  readonly last: Dated;
}

/**
 * For how long passing observations, no further apart than asked, cover the time. In milliseconds.
 *
 * Time is added up along one clock only: a machine's count of seconds where it has one, and dates otherwise. What two
 * clocks saw may be the same time twice, so that the better of them counts alone; the starts of one machine follow each
 * other and are added. Between two deployments nothing was watched.
 */
export function coverage(
  { passes, failures, interruptions, memo }: PartObservations,
  observeEverySeconds: number,
): number {
  return once(memo, observeEverySeconds, () => {
    const breaks = [...failures, ...interruptions];
    const limit = observeEverySeconds * 1000;
    const byMachine = Map.groupBy(passes, ({ clock }) => clock?.machine);
    const totals = [...byMachine.values()].map((seen) => {
      const byClock = Map.groupBy(seen, ({ clock }) => clock?.boot);
      return sum([...byClock.values()].map((looks) => covered(looks, breaks, limit)));
    });
    return Math.max(0, ...totals);
  });
}

/** Of one clock. Deployments that overlap by it are not counted twice. */
function covered(passes: readonly Observation[], breaks: readonly Observation[], limit: number): number {
  const byDeployment = Map.groupBy(passes, ({ deployment }) => deployment);
  const stretches = [...byDeployment.values()].flatMap((seen) => stretchesOf(seen, breaks, limit));
  return length(stretches);
}

/** Of one clock and one deployment. Before a failure that another clock saw, nothing is sure. */
function stretchesOf(passes: readonly Observation[], breaks: readonly Observation[], limit: number): Stretch[] {
  const [{ deployment } = {}] = passes;
  const meant = breaks.filter((failure) => failure.deployment === deployment);
  const own = meant.filter((failure) => passes.some((pass) => isSameClock(pass, failure)));
  const foreign = meant.filter((failure) => !own.includes(failure));
  const sure = passes.filter((pass) => foreign.every((failure) => isAfter(pass, failure)));
  const looks = sure.map((pass) => toLook(pass, { breaks: own, limit: foreign.length > 0 ? 0 : limit }));
  return join(looks, own, limit);
}

function join(looks: readonly Look[], breaks: readonly Observation[], limit: number): Stretch[] {
  const stretches: Stretch[] = looks.map(({ start, end }) => ({ start, end }));
  let before: Look | undefined;
  for (const look of looks.toSorted((one, other) => one.start - other.start || one.end - other.end)) {
    const gap = before === undefined ? Number.POSITIVE_INFINITY : look.start - before.end;
    if (before !== undefined && gap > 0 && gap <= limit && !isBroken(before.last, look.first, breaks)) {
      stretches.push({ start: before.end, end: look.start });
    }
    if (before === undefined || look.end >= before.end) before = look;
  }
  return stretches;
}

/** Several looks in one record are as good as one record each, when they were close enough and nothing broke in. */
function toLook(
  pass: Observation,
  { breaks, limit }: { readonly breaks: readonly Observation[]; readonly limit: number },
): Look {
  const end = positionOf(pass);
  const { first, longestGapSeconds = Number.POSITIVE_INFINITY, sequence } = pass;
  const began: Dated | undefined = first === undefined ? undefined : { ...first, sequence };
  const isWatched =
    began !== undefined &&
    isSameClock(began, pass) &&
    longestGapSeconds * 1000 <= limit &&
    positionOf(began) < end &&
    !isBroken(began, pass, breaks);
  return isWatched
    ? { start: positionOf(began), end, first: began, last: pass }
    : { start: end, end, first: pass, last: pass };
}

/** Whether a failure, by the same clock, lies between two looks. */
function isBroken(before: Dated, after: Dated, breaks: readonly Observation[]): boolean {
  return breaks.some((failure) => !isAfter(before, failure) && !isAfter(failure, after));
}

function positionOf({ at, clock }: Pick<Dated, "at" | "clock">): number {
  return clock === undefined ? at : clock.seconds * 1000;
}

function length(stretches: readonly Stretch[]): number {
  let total = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { start, end } of stretches.toSorted((one, other) => one.start - other.start)) {
    if (end <= reached) continue;
    total += end - Math.max(start, reached);
    reached = end;
  }
  return total;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
