import type { PlacedRecord } from "../../evidence/read-records.ts";
import { type ExportedAnchor, signedAnchorText } from "../../evidence/anchor.ts";
import { signedText } from "../../evidence/record.ts";
import { recordsBefore } from "../../evidence/records-before.ts";
import { parsePersonKey } from "../../evidence/ssh/person-key.ts";
import { parseSignature, signatureNamespace } from "../../evidence/ssh/signature.ts";
import type { Finding } from "../../evidence/verify/finding.ts";

/** A person of fleet.yaml, with the keys that it has for them now. */
interface KnownPerson {
  readonly id: string;
  readonly keys?: readonly string[] | undefined;
}

/** What signatures say, beyond whose word each record is: who signs a record vouches for all that is before it. */
export interface Signatures {
  readonly signed: number;
  /** People whose signatures are by a key that fleet.yaml has for them now. */
  readonly people: readonly string[];
  /** Records that are one of theirs, or before one. */
  readonly covered: number;
  readonly findings: readonly Finding[];
}

/** Whether signatures are of the records that they stand in, and by whose keys. Whether a gate counts them is its own question. */
export function verifySignatures(
  records: ReadonlyMap<string, PlacedRecord>,
  people: readonly KnownPerson[],
): Signatures {
  const blobs = keysOf(people);
  const findings: Finding[] = [];
  const known = new Map<string, string>();
  let signed = 0;
  for (const { name, path, record } of records.values()) {
    if (record.signature === undefined) continue;
    signed += 1;
    const signature = parseSignature(record.signature);
    if (signature?.namespace !== signatureNamespace || !signature.isOf(signedText(record))) {
      findings.push({ kind: "bad-signature", at: path, words: "its signature is not one of what it says" });
      continue;
    }
    const person = blobs.get(`${record.who.id} ${signature.key.blob.toString("base64")}`);
    if (person !== undefined) known.set(name, person);
  }
  const covered = recordsBefore(known.keys(), (name) => records.get(name)?.record).size;
  return { signed, people: [...new Set(known.values())].sort(), covered, findings };
}

/** Whose key signed an anchor; undefined: nobody's. `isKnown`: fleet.yaml has that key for them now. */
export function verifyAnchorSignature(
  anchor: ExportedAnchor,
  people: readonly KnownPerson[],
): { readonly by: string; readonly isKnown: boolean } | "forged" | undefined {
  const { by = "", signature } = anchor;
  if (signature === undefined) return undefined;
  const read = parseSignature(signature);
  if (read?.namespace !== signatureNamespace || !read.isOf(signedAnchorText(anchor))) return "forged";
  return { by, isKnown: keysOf(people).has(`${by} ${read.key.blob.toString("base64")}`) };
}

/** Ids by "id key". */
function keysOf(people: readonly KnownPerson[]): ReadonlyMap<string, string> {
  return new Map(
    people
      .flatMap(({ id, keys = [] }) => keys.map((text) => [id, parsePersonKey(text)?.key.blob] as const))
      .flatMap(([id, blob]) => (blob === undefined ? [] : [[`${id} ${blob.toString("base64")}`, id] as const])),
  );
}
