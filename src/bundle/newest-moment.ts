import type { PlacedRecord } from "../evidence/read-records.ts";

/** The date of the newest of all records but those that somebody marked, whose dates may be what is wrong with them. */
export function newestMoment(records: readonly PlacedRecord[]): number | undefined {
  const marked = new Set(records.flatMap(({ record }) => (record.kind === "mark" ? [record.body.of] : [])));
  let newest: number | undefined;
  for (const { name, record } of records) {
    if (marked.has(name)) continue;
    const at = Date.parse(record.at.time);
    if (newest === undefined || at > newest) newest = at;
  }
  return newest;
}
