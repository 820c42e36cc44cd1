import { createHash } from "node:crypto";

import { z } from "zod";

import { HubfleetError } from "../errors/hubfleet-error.ts";
import { canonicalJson } from "./canonical-json.ts";
import { clock, digest, moment, recordBodies, type RecordBody, type RecordKind } from "./record-bodies.ts";
import { stateLayout } from "./state-layout.ts";

/** The form of records that this hubfleet writes; newer ones are refused. */
export const recordVersion = 1;

/** What every record says. */
const plainEnvelope = z.strictObject({
  version: z.literal(recordVersion),
  /** The fleet's uuid: a record of another fleet is none of this one. */
  fleet: z.uuid(),
  /** The heads that it follows, by name and in order; none for the first. */
  parents: z.array(digest).refine(isSorted, "sorted, and each once"),
  at: z.strictObject({ time: moment, clock }),
  who: z.strictObject({
    /** An id of fleet.yaml or of CI; never a name or an address, which somebody may want erased. */
    id: z.string().regex(/^[a-z0-9][a-z0-9._/:-]{0,199}$/),
    /** By what it is known that they did it. */
    known: z.enum(["ci", "ssh-key", "hub-login", "claimed"]),
    /** At which hub, and `loginMark` of the name there. */
    login: z.strictObject({ hub: z.string().min(1), user: digest }).optional(),
  }),
  subject: z.strictObject({
    bundle: z.string().min(1).optional(),
    stage: z.string().min(1).optional(),
    hub: z.string().min(1).optional(),
    /** Digests by part: what exactly it is about. */
    parts: z.record(z.string(), z.string().min(1)).optional(),
  }),
  /** By an SSH key, over `signedText`: all of the record but this, its parents too. */
  signature: z.string().startsWith("-----BEGIN SSH SIGNATURE-----\n").max(10_000).optional(),
});
const envelope = plainEnvelope
  .refine(
    ({ who, signature }) => (who.known === "ssh-key") === (signature !== undefined),
    "who is known by an SSH key, signs; nobody else does",
  )
  .refine(
    ({ who }) => (who.known === "hub-login") === (who.login !== undefined),
    "who is known by a hub's login, has one; nobody else does",
  );

type Envelope = z.infer<typeof envelope>;

export type EvidenceRecord = {
  [Kind in RecordKind]: Envelope & { readonly kind: Kind; readonly body: RecordBody<Kind> };
}[RecordKind];

/** A record before it has a place: what whoever saw it happen can say. */
export type RecordDraft = EvidenceRecord extends infer Each
  ? Each extends EvidenceRecord
    ? Omit<Each, "version" | "parents">
    : never
  : never;

export interface WrittenRecord {
  /** SHA-256 of its bytes. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly record: EvidenceRecord;
}

/** What a signature of a record is of: its file without the key `signature`. Whoever has the file can make it again. */
export function signedText(record: EvidenceRecord): string {
  return `${canonicalJson(withoutUndefined({ ...record, signature: undefined }))}\n`;
}

/** The file of a record. Pure: the same record is the same file. @throws ZodError for what is no record: a bug */
export function writeRecord(draft: RecordDraft, parents: readonly string[]): WrittenRecord {
  const { kind, body, ...rest } = draft;
  const head = envelope.parse({ ...rest, version: recordVersion, parents: [...new Set(parents)].sort() });
  const record = { ...head, kind, body: recordBodies[kind].parse(body) } as EvidenceRecord; // the body is of its kind
  const text = `${canonicalJson(withoutUndefined(record))}\n`;
  const name = sha256(text);
  return { name, path: recordPath(name), text, record };
}

/** Where a record lies: in one of 256 folders, because Git writes a folder anew for every file that is added to it. */
export function recordPath(name: string): string {
  return `${stateLayout.evidence}${name.slice(0, 2)}/${name}.json`;
}

/**
 * Reads the file of a record: its name is the digest of its bytes, and its bytes are the only ones for what it says.
 *
 * @throws HubfleetError RECORD_TOO_NEW, RECORD_DAMAGED
 */
export function parseRecord(path: string, text: string): WrittenRecord {
  const name = sha256(text);
  if (path !== recordPath(name)) {
    throw damaged(path, `its bytes have the SHA-256 ${name.slice(0, 12)}…, so it was changed, or it is no record`);
  }
  const value = parseJson(path, text);
  const record = understandRecord(path, value);
  if (`${canonicalJson(value)}\n` !== text)
    throw damaged(path, "it is not written the one way that hubfleet writes it");
  return { name, path, text, record };
}

/** What a record says whose bytes are known to be whole. @throws HubfleetError RECORD_TOO_NEW, RECORD_DAMAGED */
export function understandRecord(path: string, value: object): EvidenceRecord {
  refuseNewer(path, value);
  const { kind, body, ...rest } = value as { readonly kind?: unknown; readonly body?: unknown }; // looked at below
  if (typeof kind !== "string" || !Object.hasOwn(recordBodies, kind)) {
    throw tooNew(path, `it is of the kind ${JSON.stringify(kind)}`);
  }
  const [head, said] = [envelope.safeParse(rest), recordBodies[kind as RecordKind].safeParse(body)];
  const problem = [...(head.error?.issues ?? []), ...(said.error?.issues ?? [])][0];
  if (problem !== undefined || !head.success || !said.success) {
    throw damaged(path, `${problem?.path.join(".") ?? ""}: ${problem?.message ?? ""}`);
  }
  return value as EvidenceRecord; // both halves were just parsed
}

function parseJson(path: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw damaged(path, "it is no JSON object");
}

function refuseNewer(path: string, value: object): void {
  const version: unknown = "version" in value ? value.version : undefined;
  if (typeof version === "number" && version > recordVersion) throw tooNew(path, `it has version ${version}`);
}

function tooNew(path: string, what: string): HubfleetError {
  return new HubfleetError("RECORD_TOO_NEW", {
    message: `"${path}" on the branch hubfleet/state was written by a newer hubfleet: ${what}`,
    hint: "install the version of hubfleet that the others use",
  });
}

function damaged(path: string, why: string): HubfleetError {
  return new HubfleetError("RECORD_DAMAGED", {
    message: `"${path}" on the branch hubfleet/state is no evidence: ${why}`,
    hint: `see who wrote it: git log hubfleet/state -- ${path}`,
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isSorted(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name);
}

/** Keys that were left out, and those given as undefined, are the same. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutUndefined(inner)]));
}
