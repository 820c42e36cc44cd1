import { createHash } from "node:crypto";

import type { PlacedRecord } from "../evidence/read-records.ts";
import { type EvidenceRecord, signedText } from "../evidence/record.ts";

/** What drops what people said. */
export interface DroppedWords {
  /** Whether a mark or withdrawal may drop what it names. */
  readonly isAllowed: (record: EvidenceRecord) => boolean;
  /** Every record that is the same word: a signature can be written in several ways, and what was taken back stays so. */
  readonly sameWords: (name: string) => readonly string[];
}

/** What people said counts until they take it back themselves; a mark is for what machines saw. */
export function droppedWords(records: readonly PlacedRecord[]): DroppedWords {
  const words = new Map(records.flatMap(({ name, record }) => (isWord(record) ? [[name, record] as const] : [])));
  const signed = [...words].filter(([, { signature }]) => signature !== undefined);
  const keys = new Map(signed.map(([name, record]) => [name, digestOf(signedText(record))]));
  const groups = Map.groupBy(keys.keys(), (name) => keys.get(name) ?? "");
  return {
    isAllowed: (record) => {
      if (record.kind !== "mark" && record.kind !== "withdrawal") return true;
      const of = words.get(record.body.of);
      return of === undefined || (record.kind === "withdrawal" && of.who.id === record.who.id);
    },
    sameWords: (name) => groups.get(keys.get(name) ?? "") ?? [name],
  };
}

function isWord({ kind }: EvidenceRecord): boolean {
  return kind === "sign-off" || kind === "objection" || kind === "tick";
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
