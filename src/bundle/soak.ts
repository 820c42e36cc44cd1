import type { Exposure, SoakPolicy, StagePolicy } from "../fleet/stage-policy.ts";
import { coverage } from "./coverage.ts";
import { addUse, noUse, useSeen } from "./exposure.ts";
import type { PartName } from "./gate-evidence.ts";
import type { GateHub, GateInput, GateStage } from "./gate-input.ts";
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
  readonly restsOn: readonly string[];
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
  readonly restsOn: readonly string[];
}

export type SoakProps = Pick<GateInput, "bundle" | "evidence" | "now">;

/** How far a bundle has soaked on a stage's hubs, part by part. Time without observation changes nothing in it. */
export function soakIn(stage: GateStage, policy: StagePolicy, { bundle, evidence, now }: SoakProps): StageSoak {
  const props: VouchingProps = { stage: stage.name, bundleParts: bundle.parts, evidence, now };
  const patched = new Set(bundle.patched);
  const use = new Map<PartName, Exposure>();
  const hubs = stage.hubs.map((hub) => {
    const seen = partsOf(hub, bundle.parts).map((part) => ({ part, ...partObservations(hub.name, part, props) }));
    for (const one of seen) use.set(one.part, addUse(use.get(one.part) ?? noUse, useSeen(one)));
    return hubSoak(hub.name, seen, { policy: policy.soak, patched });
  });

  const neededHubs = policy.hubs ?? stage.hubs.length;
  const ordered = hubs.toSorted(
    (one, other) =>
      Number(other.isDone) - Number(one.isDone) || timeLeft(one) - timeLeft(other) || (one.hub < other.hub ? -1 : 1),
  );
  const asked = [...use].filter(([part]) => !patched.has(part)).map(([, seen]) => seen);
  const least = asked.reduce(less, everyUse);
  const { exposure: neededUse } = policy.soak;
  return {
    stage: stage.name,
    hubs: ordered,
    neededHubs,
    use: asked.length === 0 ? neededUse : least,
    neededUse,
    isTimeDone: stage.hubs.length > 0 && hubs.filter(({ isDone }) => isDone).length >= neededHubs,
    isUseDone: asked.length === 0 || useWords(least, neededUse).every(({ isDone }) => isDone),
    restsOn: [...new Set(hubs.flatMap(({ restsOn }) => restsOn))],
  };
}

/** The parts of a bundle that a hub runs. */
export function partsOf(hub: GateHub, bundleParts: GateInput["bundle"]["parts"]): readonly PartName[] {
  return hub.parts.filter((part) => bundleParts[part] !== undefined);
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

interface HubSoakProps {
  readonly policy: SoakPolicy;
  readonly patched: ReadonlySet<PartName>;
}

function hubSoak(
  hub: string,
  seen: readonly (PartObservations & { readonly part: PartName })[],
  { policy, patched }: HubSoakProps,
): HubSoak {
  const parts = seen.map((one): PartSoak => {
    const neededSeconds = patched.has(one.part) ? policy.patchMinimumSeconds : policy.minimumSeconds;
    return {
      part: one.part,
      milliseconds: coverage(one, policy.observeEverySeconds),
      neededMilliseconds: neededSeconds * 1000,
    };
  });
  const ofEach = seen.map(({ passes }) => new Set(passes));
  const isSeen = (seen[0]?.passes ?? []).some((pass) => ofEach.every((passes) => passes.has(pass)));
  const slowest = parts.reduce<PartSoak>(
    (worst, one) => (left(one) > left(worst) ? one : worst),
    parts[0] ?? { part: "settings", milliseconds: 0, neededMilliseconds: policy.minimumSeconds * 1000 },
  );
  return {
    hub,
    isDone: isSeen && parts.every((part) => left(part) <= 0),
    isSeen,
    slowest,
    restsOn: [...new Set(seen.flatMap(({ passes }) => passes.map(({ id }) => id)))],
  };
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
