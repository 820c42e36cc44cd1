import type { CheckRecord, GateRecord, Observation } from "./gate-evidence.ts";

type Kind = GateRecord["kind"];
type Of<K extends Kind> = Extract<GateRecord, { readonly kind: K }>;

/** Evidence sorted once for many decisions. The order and repetition of what it is made of do not matter. */
export interface EvidenceIndex {
  observations(hub: string): readonly Observation[];
  /** Checks by name, of a hub or of parts alone. */
  checks(check: string, hub: string | undefined): readonly CheckRecord[];
  ofStage<K extends "sign-off" | "objection" | "asked" | "tick" | "break-glass">(
    kind: K,
    stage: string,
  ): readonly Of<K>[];
  /** From when on a record counts for nothing, by a mark or withdrawal; undefined: it counts. */
  droppedAt(id: string): number | undefined;
}

export function indexEvidence(records: Iterable<GateRecord>): EvidenceIndex {
  const lists = new Map<string, GateRecord[]>();
  const dropped = new Map<string, number>();
  const seen = new Set<string>();
  for (const record of records) {
    if (seen.has(record.id)) continue;
    seen.add(record.id);
    if (record.kind === "mark" || record.kind === "withdrawal") {
      dropped.set(record.of, Math.min(record.at, dropped.get(record.of) ?? Number.POSITIVE_INFINITY));
      continue;
    }
    const key = keyOf(record);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [record]);
    else list.push(record);
  }
  // Every list holds the records of one kind: the kind is the first word of its key.
  const list = <K extends Kind>(key: readonly [K, ...string[]]): readonly Of<K>[] =>
    (lists.get(JSON.stringify(key)) ?? []) as readonly GateRecord[] as readonly Of<K>[];
  return {
    observations: (hub) => list(["observation", hub]),
    checks: (check, hub) => list(["check", check, ...(hub === undefined ? [] : [hub])]),
    ofStage: (kind, stage) => list([kind, stage]),
    droppedAt: (id) => dropped.get(id),
  };
}

function keyOf(record: Exclude<GateRecord, { readonly kind: "mark" | "withdrawal" }>): string {
  switch (record.kind) {
    case "observation":
      return JSON.stringify([record.kind, record.hub]);
    case "check":
      return JSON.stringify([record.kind, record.check, ...(record.hub === undefined ? [] : [record.hub])]);
    case "sign-off":
    case "objection":
    case "asked":
    case "tick":
    case "break-glass":
      return JSON.stringify([record.kind, record.stage]);
  }
}
