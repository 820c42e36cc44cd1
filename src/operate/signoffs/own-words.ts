import type { Parts } from "../../bundle/gate-evidence.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";

export interface OwnWordsProps {
  readonly person: string;
  readonly stage: string;
  /** By digest. */
  readonly bundle: string;
  readonly changed: Parts;
}

/** What somebody said of a bundle, or of parts that it has, in a stage, and did not take back. The oldest first. */
export function ownWords(
  records: Iterable<PlacedRecord>,
  { person, stage, bundle, changed }: OwnWordsProps,
): readonly PlacedRecord[] {
  const own = [...records].filter(({ record }) => record.who.id === person);
  const back = new Set(own.flatMap(({ record }) => (record.kind === "withdrawal" ? [record.body.of] : [])));
  return own.filter(({ name, record: { kind, subject } }) => {
    if (back.has(name) || subject.stage !== stage) return false;
    if (kind !== "sign-off" && kind !== "objection" && kind !== "tick") return false;
    const isOfParts = Object.entries(subject.parts ?? {}).some(([part, digest]) => changed[part] === digest);
    return isOfParts || subject.bundle === bundle;
  });
}

/** Whether a record names every part that changes, as it is now. */
export function namesEvery(changed: Parts, { record }: PlacedRecord): boolean {
  return Object.entries(changed).every(([part, digest]) => record.subject.parts?.[part] === digest);
}
