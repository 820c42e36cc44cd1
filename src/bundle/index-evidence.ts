import type { CheckRecord, GateRecord, Observation, PartName } from "./gate-evidence.ts";

type Kind = GateRecord["kind"];
type Of<K extends Kind> = Extract<GateRecord, { readonly kind: K }>;
type Listed = Exclude<GateRecord, { readonly kind: "mark" | "withdrawal" | "observation" }>;

/** Evidence sorted once for many decisions. The order and repetition of what it is made of do not matter. */
export interface EvidenceIndex {
  /** A hub's observations in which a part had a digest. */
  observations(hub: string, part: PartName, digest: string): PartLog;
  /** Checks by name, of a hub or of parts alone. */
  checks(check: string, hub: string | undefined): readonly CheckRecord[];
  ofStage<K extends "sign-off" | "objection" | "asked" | "tick" | "break-glass">(
    kind: K,
    stage: string,
  ): readonly Of<K>[];
  /** From when on a record counts for nothing, by a mark or withdrawal; undefined: it counts. */
  droppedAt(id: string): number | undefined;
}

/** Observations that say something; those that came to nothing are left out. */
export interface PartLog {
  readonly passed: readonly Observation[];
  readonly failed: readonly Observation[];
  /** What was worked out of them, for the next bundle that has the same part. */
  readonly memo: Memo;
}

/** Values that were worked out already; each key is used for one kind of value. */
export type Memo = Map<string | number, unknown>;

/** Works a value out once. */
export function once<Value>(memo: Memo, key: string | number, compute: () => Value): Value {
  const known = memo.get(key);
  if (known !== undefined) return known as Value; // as the type says
  const made = compute();
  memo.set(key, made);
  return made;
}

export function indexEvidence(records: Iterable<GateRecord>): EvidenceIndex {
  const lists = new Map<string, Listed[]>();
  const hubs = new Map<string, Map<PartName, Map<string, Log>>>();
  const dropped = new Map<string, number>();
  const seen = new Set<string>();
  const none = newLog();
  for (const record of records) {
    if (seen.has(record.id)) continue;
    seen.add(record.id);
    if (record.kind === "observation") addObservation(hubs, record);
    else if (record.kind === "mark" || record.kind === "withdrawal") {
      dropped.set(record.of, Math.min(record.at, dropped.get(record.of) ?? Number.POSITIVE_INFINITY));
    } else at(lists, keyOf(record), () => []).push(record);
  }
  // Every list holds the records of one kind: the kind is the first word of its key.
  const list = <K extends Kind>(key: readonly [K, ...string[]]): readonly Of<K>[] =>
    (lists.get(JSON.stringify(key)) ?? []) as readonly GateRecord[] as readonly Of<K>[];
  return {
    observations: (hub, part, digest) => hubs.get(hub)?.get(part)?.get(digest) ?? none,
    checks: (check, hub) => list(["check", check, ...(hub === undefined ? [] : [hub])]),
    ofStage: (kind, stage) => list([kind, stage]),
    droppedAt: (id) => dropped.get(id),
  };
}

interface Log extends PartLog {
  readonly passed: Observation[];
  readonly failed: Observation[];
}

function newLog(): Log {
  let memo: Memo | undefined;
  return {
    passed: [],
    failed: [],
    get memo() {
      memo ??= new Map();
      return memo;
    },
  };
}

function addObservation(hubs: Map<string, Map<PartName, Map<string, Log>>>, observation: Observation): void {
  const { verdict } = observation;
  if (verdict !== "passed" && verdict !== "failed") return;
  const parts = at(hubs, observation.hub, () => new Map<PartName, Map<string, Log>>());
  for (const [part, digest] of Object.entries(observation.parts)) {
    const digests = at(parts, part, () => new Map<string, Log>());
    at(digests, digest, newLog)[verdict].push(observation);
  }
}

function keyOf(record: Listed): string {
  if (record.kind !== "check") return JSON.stringify([record.kind, record.stage]);
  return JSON.stringify([record.kind, record.check, ...(record.hub === undefined ? [] : [record.hub])]);
}

function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
