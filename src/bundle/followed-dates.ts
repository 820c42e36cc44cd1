import type { PlacedRecord } from "../evidence/read-records.ts";

/**
 * The newest date of all that each record follows, by name; without those that somebody marked, whose dates may be what is
 * wrong with them. `records`: those before others first.
 */
export function followedDates(records: readonly PlacedRecord[]): ReadonlyMap<string, number> {
  const marked = new Set(records.flatMap(({ record }) => (record.kind === "mark" ? [record.body.of] : [])));
  const newest = new Map<string, number>();
  const followed = new Map<string, number>();
  for (const { name, record } of records) {
    const before = record.parents.reduce(
      (most, parent) => Math.max(most, newest.get(parent) ?? Number.NEGATIVE_INFINITY),
      Number.NEGATIVE_INFINITY,
    );
    followed.set(name, before);
    newest.set(name, marked.has(name) ? before : Math.max(before, Date.parse(record.at.time)));
  }
  return followed;
}
