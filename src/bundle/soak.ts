import type { Exposure, StagePolicy } from "../fleet/stage-policy.ts";
import type { Observation, PartName } from "./gate-evidence.ts";
import type { GateInput, GateStage } from "./gate-input.ts";
import { type AskedPart, type AskedSoak, hubSoak } from "./hub-soak.ts";
import { inOrder } from "./in-order.ts";
import { rowUse, soakingRow } from "./row-soaks.ts";
import { stageTable } from "./stage-table.ts";
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
  /** The looks that vouch for its parts, one part after the other. */
  readonly passes: () => readonly Observation[];
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
  const { exposure: neededUse, observeEverySeconds, minimumSeconds, patchMinimumSeconds } = policy.soak;
  const isUseAsked = neededUse.spawns + neededUse.users + neededUse.daskClusters > 0;
  const props = { stage: stage.name, bundleParts: bundle.parts, evidence, now, observeEverySeconds };
  const table = stageTable(stage, evidence);
  const parts = table.rows(bundle.parts).map((row): AskedPart | undefined => {
    if (row === undefined) return undefined;
    const isPatched = bundle.patched.includes(row.part);
    const neededSeconds = isPatched ? patchMinimumSeconds : minimumSeconds;
    return { ...soakingRow(row, props), isPatched, neededMilliseconds: neededSeconds * 1000 };
  });
  const canStop = patchMinimumSeconds <= minimumSeconds;
  const asked: AskedSoak = { ...props, parts, canStop, isUseAsked, minimumSeconds };
  const hubs = table.byName.map((hub) => hubSoak(hub, asked));

  const neededHubs = policy.hubs ?? stage.hubs.length;
  const used = isUseAsked ? parts.flatMap((part) => (part === undefined || part.isPatched ? [] : [part])) : [];
  const least = used.map((part) => rowUse(part, asked)).reduce(less, everyUse);
  return {
    stage: stage.name,
    // Hubs that are equally far stay in the order of their names.
    hubs: inOrder(hubs, (one, other) => Number(other.isDone) - Number(one.isDone) || timeLeft(one) - timeLeft(other)),
    neededHubs,
    use: used.length === 0 ? neededUse : least,
    neededUse,
    isTimeDone: stage.hubs.length > 0 && hubs.filter(({ isDone }) => isDone).length >= neededHubs,
    isUseDone: used.length === 0 || useWords(least, neededUse).every(({ isDone }) => isDone),
  };
}

/** The records that a soak is made of. */
export function soakRecords({ hubs }: StageSoak): readonly string[] {
  return [...new Set(hubs.flatMap(({ passes }) => passes().map(({ id }) => id)))];
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

/** The last of the hubs that are needed: the stage has soaked when it has. */
function decisiveHub({ hubs, neededHubs }: StageSoak): HubSoak | undefined {
  return hubs[Math.min(neededHubs, hubs.length) - 1];
}

function timeLeft({ slowest: { milliseconds, neededMilliseconds } }: HubSoak): number {
  return Math.max(0, neededMilliseconds - milliseconds);
}

function less(one: Exposure, other: Exposure): Exposure {
  return {
    spawns: Math.min(one.spawns, other.spawns),
    users: Math.min(one.users, other.users),
    daskClusters: Math.min(one.daskClusters, other.daskClusters),
  };
}
