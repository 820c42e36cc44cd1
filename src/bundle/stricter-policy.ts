import {
  type ChecklistItem,
  type ClaimPolicy,
  claimPolicies,
  type SignOffPolicy,
  type StagePolicy,
} from "../fleet/stage-policy.ts";

/**
 * A policy that is met only where both are: what `before` asked is still asked, and what `after` asks as well. How
 * hubs are gone through (waves, concurrency, drafts) is no gate and follows `after`.
 */
export function stricterPolicy(before: StagePolicy, after: StagePolicy): StagePolicy {
  const hubs = before.hubs === undefined || after.hubs === undefined ? undefined : Math.max(before.hubs, after.hubs);
  const expiries = [before.expiresSeconds, after.expiresSeconds].filter((one) => one !== undefined);
  const { hubs: _hubs, expiresSeconds: _expires, ...rest } = after;
  return {
    ...rest,
    checks: [...new Set([...before.checks, ...after.checks])],
    soak: {
      minimumSeconds: Math.max(before.soak.minimumSeconds, after.soak.minimumSeconds),
      patchMinimumSeconds: Math.max(before.soak.patchMinimumSeconds, after.soak.patchMinimumSeconds),
      exposure: {
        spawns: Math.max(before.soak.exposure.spawns, after.soak.exposure.spawns),
        users: Math.max(before.soak.exposure.users, after.soak.exposure.users),
        daskClusters: Math.max(before.soak.exposure.daskClusters, after.soak.exposure.daskClusters),
      },
      observeEverySeconds: Math.min(before.soak.observeEverySeconds, after.soak.observeEverySeconds),
    },
    ...(hubs === undefined ? {} : { hubs }),
    ...(expiries.length === 0 ? {} : { expiresSeconds: Math.min(...expiries) }),
    untried: before.untried === "refuse" ? "refuse" : after.untried,
    signoffs: byKey([...before.signoffs, ...after.signoffs], ({ role }) => role, stricterSignOff),
    selfSignoff: before.selfSignoff && after.selfSignoff,
    claimed: stricterClaims(before.claimed, after.claimed),
    logins: stricterClaims(before.logins, after.logins),
    checklist: byKey([...before.checklist, ...after.checklist], ({ name }) => name, stricterItem),
    freezes: byKey(
      [...before.freezes, ...after.freezes],
      (freeze) => JSON.stringify(freeze),
      (freeze) => freeze,
    ),
    failures: Math.min(before.failures, after.failures),
    auto: before.auto && after.auto,
  };
}

function stricterClaims(...both: readonly ClaimPolicy[]): ClaimPolicy {
  return claimPolicies.findLast((one) => both.includes(one)) ?? "refuse";
}

/** Silence counts only where it did before and still does. */
function stricterSignOff(before: SignOffPolicy, after: SignOffPolicy): SignOffPolicy {
  const silences = [before.noObjectionWithinSeconds, after.noObjectionWithinSeconds];
  const count = Math.max(before.count, after.count);
  return silences.includes(undefined)
    ? { role: after.role, count }
    : { role: after.role, count, noObjectionWithinSeconds: Math.max(...silences.map((one) => one ?? 0)) };
}

function stricterItem(before: ChecklistItem, after: ChecklistItem): ChecklistItem {
  return { ...after, needsAttachment: before.needsAttachment || after.needsAttachment };
}

function byKey<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  merge: (one: Item, other: Item) => Item,
): Item[] {
  const merged = new Map<string, Item>();
  for (const item of items) {
    const known = merged.get(key(item));
    merged.set(key(item), known === undefined ? item : merge(known, item));
  }
  return [...merged.values()];
}
