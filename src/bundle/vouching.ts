import type { GateRecord, Observation, PartName, Parts } from "./gate-evidence.ts";
import type { EvidenceIndex } from "./index-evidence.ts";
import { isAfter } from "./is-after.ts";
import type { PartLog } from "./part-logs.ts";

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
  const log = props.evidence.logs(part, props.bundleParts[part] ?? "")(hub);
  return sortLog(log, failuresOf(log, part, props), props);
}

/** The failures in a log that count against the part in this bundle. */
export function failuresOf({ failed }: PartLog, part: PartName, props: VouchingProps): readonly Observation[] {
  return failed.length === 0 ? failed : failed.filter((one) => isBlamed(one, part, props) && speaks(one, props));
}

/** The same for the log of one part, with the failures that count against it. */
export function sortLog(
  { passed, failed }: PartLog,
  failures: readonly Observation[],
  props: VouchingProps,
): PartObservations {
  const isFor = (one: Observation): boolean =>
    one.standing === "stage" &&
    one.stage === props.stage &&
    vouches(one, props) &&
    failures.every((failure) => isAfter(one, failure));
  const passes = passed.every(isFor) ? passed : passed.filter(isFor);
  const interruptions =
    failed.length === 0 ? failed : failed.filter((one) => speaks(one, props) && !failures.includes(one));
  return { passes, failures, interruptions };
}

/** Whether a record in favour counts: from its date on, and never when it was marked or taken back. */
export function vouches(record: GateRecord, { evidence, now }: Pick<VouchingProps, "evidence" | "now">): boolean {
  return record.at <= now && evidence.droppedAt(record) === undefined;
}

/** Whether a record against counts: at once, until a mark or withdrawal whose date has come. */
export function speaks(record: GateRecord, { evidence, now }: Pick<VouchingProps, "evidence" | "now">): boolean {
  const dropped = evidence.droppedAt(record);
  return dropped === undefined || dropped > now;
}

/** A failure counts against a part that it names, or against all of them until one has been replaced. */
function isBlamed(
  { blames, parts }: Observation,
  part: PartName,
  { bundleParts }: Pick<VouchingProps, "bundleParts">,
): boolean {
  if (blames !== undefined && blames.length > 0) return blames.includes(part);
  return Object.keys(parts).every((name) => bundleParts[name] === parts[name]);
}
