import type { GateRecord, WithdrawalRecord } from "./gate-evidence.ts";
import { mapEntry } from "./map-entry.ts";
import { createPartLogs, type PartLogs } from "./part-logs.ts";
import type { StageTables } from "./stage-table.ts";

type Kind = GateRecord["kind"];
type Of<K extends Kind> = Extract<GateRecord, { readonly kind: K }>;
type OfPeople = Exclude<GateRecord, { readonly kind: "mark" | "withdrawal" | "observation" | "check" }>;

/** Evidence sorted once for many decisions. The order and repetition of what it is made of do not matter. */
export interface EvidenceIndex {
  /** What was recorded of a part where it had this digest, by hub. */
  readonly logs: PartLogs["logs"];
  ofStage<K extends OfPeople["kind"]>(kind: K, stage: string): readonly Of<K>[];
  /** What takes a person's word back. */
  withdrawals(of: string): readonly WithdrawalRecord[];
  /** From when on a record counts for nothing, by a mark or withdrawal; undefined: it counts. */
  droppedAt(record: GateRecord): number | undefined;
  /** What was worked out already; verdicts are the same without. */
  readonly tables: StageTables;
}

export function indexEvidence(records: Iterable<GateRecord>): EvidenceIndex {
  const ofPeople = new Map<string, OfPeople[]>();
  const partLogs = createPartLogs();
  const ids = new Set<string>();
  const all: GateRecord[] = [];
  const drops = new Map<string, number>();
  const withdrawals = new Map<string, WithdrawalRecord[]>();
  for (const record of records) {
    if (ids.size === ids.add(record.id).size) continue;
    all.push(record);
    switch (record.kind) {
      case "observation":
      case "check":
        partLogs.add(record);
        break;
      case "mark":
      case "withdrawal":
        if (record.kind === "withdrawal") mapEntry(withdrawals, record.of, () => []).push(record);
        drops.set(record.of, Math.min(record.at, drops.get(record.of) ?? Number.POSITIVE_INFINITY));
        break;
      case "sign-off":
      case "objection":
      case "asked":
      case "tick":
      case "break-glass":
        mapEntry(ofPeople, keyOf(record.kind, record.stage), () => []).push(record);
    }
  }
  // By the record itself: its id is a long text, and is asked for often.
  const dropped = new Map<GateRecord, number | undefined>();
  for (const record of all) if (drops.has(record.id)) dropped.set(record, drops.get(record.id));
  return {
    logs: partLogs.logs,
    // Every list holds the records of one kind: the kind is the first word of its key.
    ofStage: <K extends OfPeople["kind"]>(kind: K, stage: string) =>
      (ofPeople.get(keyOf(kind, stage)) ?? []) as readonly GateRecord[] as readonly Of<K>[],
    withdrawals: (of) => withdrawals.get(of) ?? [],
    droppedAt: (record) => dropped.get(record),
    tables: new Map(),
  };
}

function keyOf(kind: Kind, stage: string): string {
  return `${kind} ${stage}`;
}
