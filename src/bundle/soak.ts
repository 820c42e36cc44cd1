import type { Exposure, SoakPolicy, StagePolicy } from "../fleet/stage-policy.ts";
import { coverage } from "./coverage.ts";
import { addUse, noUse, useSeen } from "./exposure.ts";
import type { PartName } from "./gate-evidence.ts";
import type { GateHub, GateInput, GateStage } from "./gate-input.ts";
import { once } from "./index-evidence.ts";
import { type PartObservations, partObservations, type VouchingProps } from "./vouching.ts";
import { durationWords } from "./words.ts";

/** How far one part has soaked on one hub. */
export interface PartSoak {
  readonly part: PartName;
  readonly milliseconds: number;
  readonly neededMilliseconds: number;
}

export interface HubSoak {
  readonly hub: string;
  /** Every part of the bundle that the hub runs has soaked, and they were seen healthy together. */
  readonly isDone: boolean;
  /** The whole bundle, as far as the hub runs it, was seen healthy on it at least once. */
  readonly isSeen: boolean;
  /** The part with the most time left. */
  readonly slowest: PartSoak;
  readonly seen: readonly PartObservations[];
}

/** How far a bundle has soaked in a stage. */
export interface StageSoak {
  readonly stage: string;
  /** Best first: as many of them as the stage asks for decide. */
  readonly hubs: readonly HubSoak[];
  readonly neededHubs: number;
  /** Of the part that was used least; what is not asked for is not counted. */
  readonly use: Exposure;
  readonly neededUse: Exposure;
  readonly isTimeDone: boolean;
  readonly isUseDone: boolean;
}

export type SoakProps = Pick<GateInput, "bundle" | "evidence" | "now">;

/** How far a bundle has soaked on a stage's hubs, part by part. Time without observation changes nothing in it. */
export function soakIn(stage: GateStage, policy: StagePolicy, { bundle, evidence, now }: SoakProps): StageSoak {
  const props: VouchingProps = { stage: stage.name, bundleParts: bundle.parts, evidence, now };
  const patched = new Set(bundle.patched);
  const use = new Map<PartName, Exposure>();
  const { exposure: neededUse } = policy.soak;
  const isUseAsked = neededUse.spawns + neededUse.users + neededUse.daskClusters > 0;
  const canStop = !isUseAsked && policy.soak.patchMinimumSeconds <= policy.soak.minimumSeconds;
  const hubs = stage.hubs.map((hub) => {
    const parts = partsOf(hub, bundle.parts);
    const seen: PartObservations[] = [];
    for (const part of parts) {
      const one = partObservations(hub.name, part, props);
      seen.push(one);
      // Nothing can be further from done: the rest would change nothing of what is asked or said.
      if (one.passes.length === 0 && canStop && !patched.has(part)) return unseenHub(hub.name, part, policy.soak);
    }
    for (const [index, part] of parts.entries()) {
      const one = seen[index];
      if (isUseAsked && one !== undefined) use.set(part, addUse(use.get(part) ?? noUse, useSeen(one)));
    }
    return hubSoak(hub.name, { parts, seen, policy: policy.soak, patched });
  });

  const neededHubs = policy.hubs ?? stage.hubs.length;
  const ordered = hubs.toSorted(
    (one, other) =>
      Number(other.isDone) - Number(one.isDone) || timeLeft(one) - timeLeft(other) || (one.hub < other.hub ? -1 : 1),
  );
  const asked = [...use].filter(([part]) => !patched.has(part)).map(([, seen]) => seen);
  const least = asked.reduce(less, everyUse);
  return {
    stage: stage.name,
    hubs: ordered,
    neededHubs,
    use: asked.length === 0 ? neededUse : least,
    neededUse,
    isTimeDone: stage.hubs.length > 0 && hubs.filter(({ isDone }) => isDone).length >= neededHubs,
    isUseDone: asked.length === 0 || useWords(least, neededUse).every(({ isDone }) => isDone),
  };
}

/** The parts of a bundle that a hub runs. */
export function partsOf(hub: GateHub, bundleParts: GateInput["bundle"]["parts"]): readonly PartName[] {
  return hub.parts.filter((part) => bundleParts[part] !== undefined);
}

/** The records that a soak is made of. */
export function soakRecords({ hubs }: StageSoak): readonly string[] {
  return [...new Set(hubs.flatMap(({ seen }) => seen.flatMap(({ passes }) => passes.map(({ id }) => id))))];
}

/** For `status`: "3 d 4 h of 7 d, 12 of 20 spawns"; with several hubs, how many are there. */
export function soakSentence(soak: StageSoak): string {
  const decisive = decisiveHub(soak);
  if (decisive === undefined) return "not seen on any hub";
  const { milliseconds, neededMilliseconds } = decisive.slowest;
  const time =
    neededMilliseconds === 0
      ? decisive.isSeen
        ? "seen healthy"
        : "not seen healthy yet"
      : `${durationWords(Math.min(milliseconds, neededMilliseconds))} of ${durationWords(neededMilliseconds)}`;
  const done = soak.hubs.filter(({ isDone }) => isDone).length;
  const hubs = soak.neededHubs > 1 ? [`${done} of ${soak.neededHubs} hubs`] : [];
  return [time, ...useWords(soak.use, soak.neededUse).map(({ words }) => words), ...hubs].join(", ");
}

/** How long it takes at least, when every look from now on finds it well; 0 when time is not what is missing. */
export function soakLeftMilliseconds(soak: StageSoak): number {
  const decisive = decisiveHub(soak);
  return decisive === undefined ? 0 : timeLeft(decisive);
}

/** What was asked for of use, and how much of it was seen. */
export function useWords(
  seen: Exposure,
  needed: Exposure,
): readonly { readonly words: string; readonly isDone: boolean }[] {
  const kinds = [
    ["spawns", "spawns"],
    ["users", "users"],
    ["daskClusters", "Dask clusters"],
  ] as const;
  return kinds.flatMap(([key, word]) =>
    needed[key] === 0
      ? []
      : [{ words: `${Math.min(seen[key], needed[key])} of ${needed[key]} ${word}`, isDone: seen[key] >= needed[key] }],
  );
}

const everyUse: Exposure = {
  spawns: Number.POSITIVE_INFINITY,
  users: Number.POSITIVE_INFINITY,
  daskClusters: Number.POSITIVE_INFINITY,
};

function unseenHub(hub: string, part: PartName, { minimumSeconds }: SoakPolicy): HubSoak {
  const slowest = { part, milliseconds: 0, neededMilliseconds: minimumSeconds * 1000 };
  return { hub, isDone: false, isSeen: false, slowest, seen: [] };
}

interface HubSoakProps {
  readonly parts: readonly PartName[];
  /** Part by part. */
  readonly seen: readonly PartObservations[];
  readonly policy: SoakPolicy;
  readonly patched: ReadonlySet<PartName>;
}

function hubSoak(hub: string, { parts: names, seen, policy, patched }: HubSoakProps): HubSoak {
  const parts = seen.map((one, index): PartSoak => {
    const part = names[index] ?? "";
    const neededSeconds = patched.has(part) ? policy.patchMinimumSeconds : policy.minimumSeconds;
    return {
      part,
      milliseconds: coverage(one, policy.observeEverySeconds),
      neededMilliseconds: neededSeconds * 1000,
    };
  });
  const slowest = parts.reduce<PartSoak>(
    (worst, one) => (left(one) > left(worst) ? one : worst),
    parts[0] ?? { part: "settings", milliseconds: 0, neededMilliseconds: policy.minimumSeconds * 1000 },
  );
  const isSeen = isSeenTogether(seen);
  return {
    hub,
    isDone: isSeen && parts.every((part) => left(part) <= 0),
    isSeen,
    slowest,
    seen,
  };
}

/** Whether one look found all parts well at once. */
function isSeenTogether(seen: readonly PartObservations[]): boolean {
  const [fewest, ...others] = seen.toSorted((one, other) => one.passes.length - other.passes.length);
  if (fewest === undefined || fewest.passes.length === 0) return false;
  const sets = others.map(({ passes, memo }) => once(memo, "set", () => new Set(passes)));
  return fewest.passes.some((pass) => sets.every((passes) => passes.has(pass)));
}

/** The last of the hubs that are needed: the stage has soaked when it has. */
function decisiveHub({ hubs, neededHubs }: StageSoak): HubSoak | undefined {
  return hubs[Math.min(neededHubs, hubs.length) - 1];
}

function timeLeft({ slowest }: HubSoak): number {
  return Math.max(0, left(slowest));
}

function left({ milliseconds, neededMilliseconds }: PartSoak): number {
  return neededMilliseconds - milliseconds;
}

function less(one: Exposure, other: Exposure): Exposure {
  return {
    spawns: Math.min(one.spawns, other.spawns),
    users: Math.min(one.users, other.users),
    daskClusters: Math.min(one.daskClusters, other.daskClusters),
  };
}
