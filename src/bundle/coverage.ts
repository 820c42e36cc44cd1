import type { Dated, Observation } from "./gate-evidence.ts";
import { grouped } from "./grouped.ts";
import { inOrder } from "./in-order.ts";
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
export function coverage({ passes, failures, interruptions }: PartObservations, observeEverySeconds: number): number {
  const breaks = failures.length + interruptions.length === 0 ? failures : [...failures, ...interruptions];
  const limit = observeEverySeconds * 1000;
  let best = 0;
  for (const seen of grouped(passes, machineOf)) {
    let total = 0;
    for (const looks of grouped(seen, bootOf)) total += covered(looks, breaks, limit);
    best = Math.max(best, total);
  }
  return best;
}

/** Of one clock. Deployments that overlap by it are not counted twice. */
function covered(passes: readonly Observation[], breaks: readonly Observation[], limit: number): number {
  const stretches: Stretch[] = [];
  for (const seen of grouped(passes, deploymentOf)) {
    for (const stretch of stretchesOf(seen, breaks, limit)) stretches.push(stretch);
  }
  return length(stretches);
}

/** Of one clock and one deployment. Before a failure that another clock saw, nothing is sure. */
function stretchesOf(
  passes: readonly Observation[],
  breaks: readonly Observation[],
  limit: number,
): readonly Stretch[] {
  const [{ deployment } = {}] = passes;
  const meant = breaks.length === 0 ? breaks : breaks.filter((failure) => failure.deployment === deployment);
  if (meant.length === 0) return join(looksOf(passes, meant, limit), meant, limit);
  const own = meant.filter((failure) => passes.some((pass) => isSameClock(pass, failure)));
  const foreign = meant.filter((failure) => !own.includes(failure));
  const sure = passes.filter((pass) => foreign.every((failure) => isAfter(pass, failure)));
  return join(looksOf(sure, own, foreign.length > 0 ? 0 : limit), own, limit);
}

/** Looks, and the time between those that are close enough; in the order of their beginnings. */
function join(looks: readonly Look[], breaks: readonly Observation[], limit: number): readonly Stretch[] {
  if (looks.length < 2) return looks;
  const stretches: Stretch[] = [];
  let before: Look | undefined;
  for (const look of inOrder(looks, (one, other) => one.start - other.start || one.end - other.end)) {
    const gap = before === undefined ? Number.POSITIVE_INFINITY : look.start - before.end;
    if (before !== undefined && gap > 0 && gap <= limit && !isBroken(before.last, look.first, breaks)) {
      stretches.push({ start: before.end, end: look.start });
    }
    stretches.push(look);
    if (before === undefined || look.end >= before.end) before = look;
  }
  return stretches;
}

function looksOf(passes: readonly Observation[], breaks: readonly Observation[], limit: number): readonly Look[] {
  return passes.map((pass) => toLook(pass, breaks, limit));
}

/** Several looks in one record are as good as one record each, when they were close enough and nothing broke in. */
function toLook(pass: Observation, breaks: readonly Observation[], limit: number): Look {
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
  for (const { start, end } of inOrder(stretches, (one, other) => one.start - other.start)) {
    if (end <= reached) continue;
    total += end - Math.max(start, reached);
    reached = end;
  }
  return total;
}

function machineOf({ clock }: Observation): string | undefined {
  return clock?.machine;
}

function bootOf({ clock }: Observation): string | undefined {
  return clock?.boot;
}

function deploymentOf({ deployment }: Observation): string {
  return deployment;
}
