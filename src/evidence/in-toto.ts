import type { PlacedRecord } from "./read-records.ts";

/** Names what the predicate is: an evidence record of hubfleet, version 1. hubfleet has no address of its own for it. */
export const evidencePredicateType = "hubfleet:evidence/v1";

/** An in-toto attestation statement, version 1: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export interface InTotoStatement {
  readonly _type: "https://in-toto.io/Statement/v1";
  /** The bundle and parts that the record is about; the record itself where it is about none. */
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: typeof evidencePredicateType;
  /** The record as it is written: RFC 8785 of it and a line break are the bytes that `name` is the SHA-256 of. */
  readonly predicate: { readonly name: string; readonly record: PlacedRecord["record"] };
}

/** A record as a statement. `bundles`: ids by digest. Pure. */
export function inTotoStatement(
  { name, path, record }: PlacedRecord,
  bundles: ReadonlyMap<string, string>,
): InTotoStatement {
  const { bundle, parts = {} } = record.subject;
  const named = bundle === undefined ? [] : [[`bundle/${bundles.get(bundle) ?? "unknown"}`, bundle] as const];
  const subject = [...named, ...Object.entries(parts)].flatMap(([one, digest]) => {
    const sha256 = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    return sha256 === undefined ? [] : [{ name: one, digest: { sha256 } }];
  });
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: subject.length > 0 ? subject : [{ name: path, digest: { sha256: name } }],
    predicateType: evidencePredicateType,
    predicate: { name, record },
  };
}
