import type { Parts } from "../../bundle/gate-evidence.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";

export interface OwnWordsProps {
  readonly person: string;
  readonly stage: string;
  /** By digest. */
  readonly bundle: string;
  readonly changed: Parts;
  /** Whether a record is taken for theirs. */
  readonly isTheirs: (one: PlacedRecord) => boolean;
}

/**
 * What somebody said of a bundle, or of parts that it has, in a stage, and did not take back, the oldest first. What others
 * wrote in their name is not among it; but an objection counts whoever wrote it, and takes their own word to be taken back.
 */
export function ownWords(
  records: Iterable<PlacedRecord>,
  { person, stage, bundle, changed, isTheirs }: OwnWordsProps,
): readonly PlacedRecord[] {
  const own = [...records].filter(({ record }) => record.who.id === person);
  const withdrawals = own.filter(({ record }) => record.kind === "withdrawal");
  const [byAnybody, byThem] = [withdrawals, withdrawals.filter(isTheirs)].map(
    (all) => new Set(all.flatMap(({ record }) => (record.kind === "withdrawal" ? [record.body.of] : []))),
  );
  return own.filter((one) => {
    const { name, record } = one;
    const { kind, subject } = record;
    if (kind !== "sign-off" && kind !== "objection" && kind !== "tick") return false;
    if ((kind === "objection" ? byThem : byAnybody)?.has(name) === true || subject.stage !== stage) return false;
    if (kind !== "objection" && !isTheirs(one)) return false;
    const isOfParts = Object.entries(subject.parts ?? {}).some(([part, digest]) => changed[part] === digest);
    return isOfParts || subject.bundle === bundle;
  });
}

/** Whether a record names every part that changes, as it is now. */
export function namesEvery(changed: Parts, { record }: PlacedRecord): boolean {
  return Object.entries(changed).every(([part, digest]) => record.subject.parts?.[part] === digest);
}
