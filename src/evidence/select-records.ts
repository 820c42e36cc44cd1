import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { PlacedRecord } from "./read-records.ts";
import type { RecordKind } from "./record-bodies.ts";

/** What records to choose; what is left out chooses none away. */
export interface RecordFilter {
  readonly bundle?: { readonly digest: string; readonly parts: Readonly<Record<string, string>> };
  readonly stage?: string;
  readonly hub?: string;
  readonly kinds?: readonly RecordKind[];
  readonly since?: Date;
}

type Records = ReadonlyMap<string, PlacedRecord>;

/**
 * The records that a filter chooses, the newest first. About a bundle are those that name it, those about nothing but
 * parts that it has too, and those that say something of one of these.
 */
export function selectRecords(records: Records, filter: RecordFilter): readonly PlacedRecord[] {
  const { bundle, stage, hub, kinds, since } = filter;
  const newestFirst = [...records.values()].sort(byPlace);
  return newestFirst.filter((placed) => {
    const { kind, subject, at } = placed.record;
    return (
      (stage === undefined || subject.stage === stage) &&
      (hub === undefined || subject.hub === hub) &&
      (kinds === undefined || kinds.includes(kind)) &&
      (since === undefined || Date.parse(at.time) >= since.getTime()) &&
      (bundle === undefined || isAbout(placed, bundle, records))
    );
  });
}

/**
 * The record whose name begins so.
 * @throws HubfleetError RECORD_UNKNOWN, RECORD_AMBIGUOUS
 */
export function findRecord(records: Records, asked: string): PlacedRecord {
  const beginning = asked.toLowerCase();
  const meant = beginning === "" ? [] : [...records.values()].filter(({ name }) => name.startsWith(beginning));
  const [first, second] = meant;
  if (first === undefined) {
    throw new HubfleetError("RECORD_UNKNOWN", {
      message: `there is no evidence record whose name begins with "${asked}"`,
      hint: "`hubfleet evidence list` shows those that there are",
    });
  }
  if (second === undefined) return first;
  const names = meant.slice(0, 5).map(({ name }) => name.slice(0, beginning.length + 8));
  throw new HubfleetError("RECORD_AMBIGUOUS", {
    message: `"${asked}" is the beginning of ${meant.length} records: ${names.join(", ")}${meant.length > 5 ? ", …" : ""}`,
    hint: "type more of the one you mean",
  });
}

/** Later ones first; of two that did not know each other, the one whose clock says so. */
function byPlace(one: PlacedRecord, other: PlacedRecord): number {
  const [time, otherTime] = [one.record.at.time, other.record.at.time];
  return (
    other.sequence - one.sequence || (time > otherTime ? -1 : time < otherTime ? 1 : one.name < other.name ? -1 : 1)
  );
}

function isAbout({ record }: PlacedRecord, bundle: NonNullable<RecordFilter["bundle"]>, records: Records): boolean {
  const { bundle: named, parts } = record.subject;
  if (named === bundle.digest) return true;
  const own = Object.entries(parts ?? {});
  if (own.length > 0) return own.every(([part, digest]) => bundle.parts[part] === digest);
  if (record.kind !== "mark" && record.kind !== "withdrawal") return false;
  const of = records.get(record.body.of);
  return of !== undefined && isAbout(of, bundle, records);
}
