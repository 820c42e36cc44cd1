import type { Exposure } from "../fleet/stage-policy.ts";
import type { Observation, UseSeen } from "./gate-evidence.ts";
import { grouped } from "./grouped.ts";
import { inOrder } from "./in-order.ts";
import type { PartObservations } from "./vouching.ts";

/** A look that says how much the hub was used before it. */
type Window = Observation & { readonly exposure: UseSeen };

export const noUse: Exposure = { spawns: 0, users: 0, daskClusters: 0 };

/**
 * How much a hub was used while a part was well on it. Windows of use that overlap are not counted twice, nor what two
 * machines saw; users are those of the best single window, since the same ones come again. A window that reaches back
 * behind the last failure counts for nothing.
 */
export function useSeen({ passes, failures }: PartObservations): Exposure {
  let most = noUse;
  for (const seen of grouped(passes, ({ clock }) => clock?.machine)) {
    const use = useOfMachine(seen, failures.length > 0);
    most = most === noUse ? use : more(most, use);
  }
  return most;
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
  const from = hasFailed
    ? passes.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)
    : Number.NEGATIVE_INFINITY;
  const windows = passes.filter(
    (pass): pass is Window =>
      pass.exposure !== undefined && pass.exposure.since >= from && pass.exposure.since < pass.at,
  );
  const ordered = inOrder(windows, (one, other) => one.at - other.at);
  return {
    spawns: mostOf(ordered, "spawns"),
    users: ordered.reduce((most, { exposure }) => Math.max(most, exposure.users), 0),
    daskClusters: mostOf(ordered, "daskClusters"),
  };
}

/** The largest sum over windows of which no two overlap; they are in the order of their ends. */
function mostOf(ordered: readonly Window[], kind: keyof Exposure): number {
  const best: number[] = [0]; // best[n]: of the first n
  for (const [index, { exposure }] of ordered.entries()) {
    const before = countUntil(ordered, exposure.since, index);
    best.push(Math.max(best[index] ?? 0, (best[before] ?? 0) + exposure[kind]));
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
