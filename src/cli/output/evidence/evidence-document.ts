import type { EvidenceList, ShownRecord } from "../../../app/evidence-use-cases.ts";
import type { PlacedRecord } from "../../../evidence/read-records.ts";
import { stateDocument } from "../bundle/bundle-document.ts";
import { problemDocument } from "../problem-document.ts";

/** The shapes of `evidence … -o json`. Fields are added, never changed, within a version. */
export function evidenceListDocument({ records, others, problems, standing }: EvidenceList): object {
  return {
    version: 1,
    records: records.map(recordDocument),
    others,
    problems: problems.map(problemDocument),
    state: stateDocument(standing),
  };
}

export function shownRecordDocument({ record, followers, standing }: ShownRecord): object {
  return { version: 1, ...recordDocument(record), followers, state: stateDocument(standing) };
}

function recordDocument({ name, path, sequence, record }: PlacedRecord): object {
  return { name, path, sequence, record };
}
