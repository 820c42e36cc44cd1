import { coverage } from "../../src/bundle/coverage.ts";
import { addUse, noUse, useSeen } from "../../src/bundle/exposure.ts";
import type { GateRecord } from "../../src/bundle/gate-evidence.ts";
import type { GateBundle, GateStage } from "../../src/bundle/gate-input.ts";
import { indexEvidence } from "../../src/bundle/index-evidence.ts";
import { partObservations } from "../../src/bundle/vouching.ts";
import type { Exposure, StagePolicy } from "../../src/fleet/stage-policy.ts";

export interface PlainHub {
  readonly hub: string;
  readonly isDone: boolean;
  readonly isSeen: boolean;
  /** Of the part that needs most. */
  readonly leftMilliseconds: number;
  /** Ids of the looks that vouch for its parts, when it is seen. */
  readonly passes: readonly string[];
}

export interface PlainSoak {
  /** By name. */
  readonly hubs: readonly PlainHub[];
  /** Of the part that was used least; undefined: use is asked of none. */
  readonly use: Exposure | undefined;
}

/**
 * How far a bundle has soaked in a stage, worked out hub by hub and part by part from nothing: no table, no memory of other
 * bundles, no short cuts. What `soakIn` says in a hurry has to be the same.
 */
export function plainSoak(
  stage: GateStage,
  policy: StagePolicy,
  {
    bundle,
    records,
    now,
  }: { readonly bundle: GateBundle; readonly records: readonly GateRecord[]; readonly now: number },
): PlainSoak {
  const props = { stage: stage.name, bundleParts: bundle.parts, evidence: indexEvidence(records), now };
  const use = new Map<string, Exposure>();
  const hubs = stage.hubs.map(({ name, parts }): PlainHub => {
    const soaks = parts
      .filter((part) => bundle.parts[part] !== undefined)
      .map((part) => {
        const seen = partObservations(name, part, props);
        const isPatched = bundle.patched.includes(part);
        if (!isPatched) use.set(part, addUse(use.get(part) ?? noUse, useSeen(seen)));
        const needed = 1000 * (isPatched ? policy.soak.patchMinimumSeconds : policy.soak.minimumSeconds);
        return { seen, needed, milliseconds: coverage(seen, policy.soak.observeEverySeconds) };
      });
    const [first] = soaks;
    const isSeen = first?.seen.passes.some((pass) => soaks.every(({ seen }) => seen.passes.includes(pass))) === true;
    const left = soaks.map(({ needed, milliseconds }) => needed - milliseconds);
    const most = first === undefined ? policy.soak.minimumSeconds * 1000 : Math.max(...left);
    const passes = soaks.flatMap(({ seen }) => seen.passes.map(({ id }) => id));
    return {
      hub: name,
      isDone: isSeen && most <= 0,
      isSeen,
      leftMilliseconds: Math.max(0, most),
      passes: isSeen ? [...new Set(passes)].toSorted() : [],
    };
  });
  const least = (kind: keyof Exposure): number => Math.min(...[...use.values()].map((one) => one[kind]));
  return {
    hubs: hubs.toSorted((one, other) => (one.hub < other.hub ? -1 : 1)),
    use:
      use.size === 0
        ? undefined
        : { spawns: least("spawns"), users: least("users"), daskClusters: least("daskClusters") },
  };
}
