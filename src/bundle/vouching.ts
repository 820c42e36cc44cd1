import type { GateRecord, Observation, PartName, Parts } from "./gate-evidence.ts";
import { type EvidenceIndex, type Memo, once, type PartLog } from "./index-evidence.ts";
import { isAfter } from "./is-after.ts";

/** What is asked of a hub's observations: which stage, which bundle, seen from when. */
export interface VouchingProps {
  readonly stage: string;
  readonly bundleParts: Parts;
  readonly evidence: EvidenceIndex;
  readonly now: number;
}

/** A hub's observations of one part, sorted into those that vouch for it and those that speak against it. */
export interface PartObservations {
  /** Later than every failure that counts against the part. */
  readonly passes: readonly Observation[];
  readonly failures: readonly Observation[];
  /** Failures set down to another part, which has been replaced since. They interrupt, and restart nothing. */
  readonly interruptions: readonly Observation[];
  /** What was worked out of them. */
  readonly memo: Memo;
}

/**
 * | observation of the hub | for the part |
 * | ---------------------- | ------------ |
 * | passed, in the stage, running what the stage runs | vouches, if it is later than every failure of the part |
 * | passed, but on hold, pinned, experiment, draft, or in another stage | nothing |
 * | failed, with exactly the bundle's parts, or blaming the part | the part begins again |
 * | failed, where something else was replaced since | interrupts |
 * | unknown, error, timeout, skipped; marked; passes dated later than now | nothing |
 */
export function partObservations(hub: string, part: PartName, props: VouchingProps): PartObservations {
  const { stage, bundleParts, evidence, now } = props;
  const log = evidence.observations(hub, part, bundleParts[part] ?? "");
  const failed = log.failed.length === 0 ? log.failed : log.failed.filter((one) => speaks(one, props));
  const failures = failed.length === 0 ? failed : failed.filter((one) => isBlamed(one, part, bundleParts));
  // Bundles differ for a part in nothing but the failures that count against it.
  const key = failures.length === 0 ? stage : JSON.stringify([stage, ...failures.map(({ id }) => id)]);
  const kept = once<{ at: number; seen?: PartObservations }>(log.memo, key, () => ({ at: now }));
  if (kept.seen === undefined || kept.at !== now) {
    kept.at = now;
    kept.seen = select(log, { ...props, failed, failures });
  }
  return kept.seen;
}

function select(
  log: PartLog,
  props: VouchingProps & { readonly failed: readonly Observation[]; readonly failures: readonly Observation[] },
): PartObservations {
  const { stage, failed, failures } = props;
  const passes = log.passed.filter(
    (one) =>
      one.standing === "stage" &&
      one.stage === stage &&
      vouches(one, props) &&
      failures.every((failure) => isAfter(one, failure)),
  );
  const interruptions = failed.filter((one) => !failures.includes(one));
  return { passes, failures, interruptions, memo: new Map() };
}

/** Whether a record in favour counts: from its date on, and never when it was marked or taken back. */
export function vouches({ id, at }: GateRecord, { evidence, now }: Pick<VouchingProps, "evidence" | "now">): boolean {
  return at <= now && evidence.droppedAt(id) === undefined;
}

/** Whether a record against counts: at once, until a mark or withdrawal whose date has come. */
export function speaks({ id }: GateRecord, { evidence, now }: Pick<VouchingProps, "evidence" | "now">): boolean {
  const dropped = evidence.droppedAt(id);
  return dropped === undefined || dropped > now;
}

/** A failure counts against a part that it names, or against all of them until one has been replaced. */
function isBlamed({ blames, parts }: Observation, part: PartName, bundleParts: Parts): boolean {
  if (blames !== undefined && blames.length > 0) return blames.includes(part);
  return Object.entries(parts).every(([name, digest]) => bundleParts[name] === digest);
}
