import type { Exposure } from "../fleet/stage-policy.ts";
import type { Observation, UseSeen } from "./gate-evidence.ts";
import { once } from "./index-evidence.ts";
import type { PartObservations } from "./vouching.ts";

type Window = UseSeen & { readonly at: number };

export const noUse: Exposure = { spawns: 0, users: 0, daskClusters: 0 };

/**
 * How much a hub was used while a part was well on it. Windows of use that overlap are not counted twice, nor what two
 * machines saw; users are those of the best single window, since the same ones come again. A window that reaches back
 * behind the last failure counts for nothing.
 */
export function useSeen({ passes, failures, memo }: PartObservations): Exposure {
  return once(memo, "use", () => {
    const byMachine = Map.groupBy(passes, ({ clock }) => clock?.machine);
    return [...byMachine.values()].map((seen) => useOfMachine(seen, failures.length > 0)).reduce(more, noUse);
  });
}

export function addUse(one: Exposure, other: Exposure): Exposure {
  return {
    spawns: one.spawns + other.spawns,
    users: one.users + other.users,
    daskClusters: one.daskClusters + other.daskClusters,
  };
}

function useOfMachine(passes: readonly Observation[], hasFailed: boolean): Exposure {
  // After a failure, use counts from the first look that was certainly later.
  const from = hasFailed ? Math.min(...passes.map(({ at }) => at)) : Number.NEGATIVE_INFINITY;
  const windows: readonly Window[] = passes.flatMap(({ at, exposure }) =>
    exposure === undefined || exposure.since < from || exposure.since >= at ? [] : [{ ...exposure, at }],
  );
  return {
    spawns: mostOf(windows, ({ spawns }) => spawns),
    users: Math.max(0, ...windows.map(({ users }) => users)),
    daskClusters: mostOf(windows, ({ daskClusters }) => daskClusters),
  };
}

/** The largest sum over windows of which no two overlap. */
function mostOf(windows: readonly Window[], count: (window: Window) => number): number {
  const ordered = windows.toSorted((one, other) => one.at - other.at);
  const best: number[] = [0]; // best[n]: of the first n
  for (const [index, window] of ordered.entries()) {
    const before = countUntil(ordered, window.since, index);
    best.push(Math.max(best[index] ?? 0, (best[before] ?? 0) + count(window)));
  }
  return best.at(-1) ?? 0;
}

/** How many of the first `length` windows ended by a moment. */
function countUntil(ordered: readonly Window[], moment: number, length: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle]?.at ?? 0) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

function more(one: Exposure, other: Exposure): Exposure {
  return {
    spawns: Math.max(one.spawns, other.spawns),
    users: Math.max(one.users, other.users),
    daskClusters: Math.max(one.daskClusters, other.daskClusters),
  };
}
