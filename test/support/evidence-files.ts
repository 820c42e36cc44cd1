import { appendRecords } from "../../src/evidence/read-records.ts";
import type { RecordDraft, WrittenRecord } from "../../src/evidence/record.ts";

export const fleetUuid = "0f0e1d9c-6f0e-4a51-9d5f-0d6c2b0a7c11";
export const otherUuid = "7b1de2aa-53fb-4a7e-a4a1-52e17d1c0e90";

const minute = 60_000;
const begin = Date.UTC(2026, 10, 1);

/** Something that was seen at a minute, which tells it from the others. */
export function anObservation(index: number, changes: Partial<RecordDraft> = {}): RecordDraft {
  return {
    kind: "observation",
    fleet: fleetUuid,
    at: { time: new Date(begin + index * minute).toISOString(), clock: { kind: "service", service: "ci" } },
    who: { id: "ci", known: "ci" },
    subject: { hub: "campus", stage: "testing" },
    body: { verdict: "passed", standing: "stage", deployment: "first" },
    ...changes,
  } as RecordDraft; // a change of the kind comes with its body
}

/** Records that follow each other, after these heads. */
export function aLine(drafts: readonly RecordDraft[], heads: readonly string[] = []): readonly WrittenRecord[] {
  return appendRecords(heads, drafts);
}

export function filesOf(records: readonly WrittenRecord[]): ReadonlyMap<string, string> {
  return new Map(records.map(({ path, text }) => [path, text]));
}
