import { createHash } from "node:crypto";

import { canonicalJson } from "../evidence/canonical-json.ts";
import type { PlacedRecord } from "../evidence/read-records.ts";
import type { RecordBody } from "../evidence/record-bodies.ts";
import { markedLogin } from "../evidence/hub-login.ts";
import { stateLayout } from "../evidence/state-layout.ts";
import { recordsBefore } from "../evidence/records-before.ts";
import type { Person } from "../fleet/fleet.ts";
import type { GateInput } from "./gate-input.ts";
import { gateRecords } from "./gate-records.ts";
import type { GateVerdict } from "./gate-verdict.ts";
import { judgeGate } from "./gate.ts";
import { indexEvidence } from "./index-evidence.ts";
import { newestMoment } from "./newest-moment.ts";
import { signingPeople } from "./signing-people.ts";

type KnownPerson = Pick<Person, "id" | "roles" | "keys"> & Partial<Pick<Person, "logins">>;

/**
 * All that a gate was decided from beside the records and the time: kept on the state, so that the decision can be recomputed
 * from there alone, whatever became of the fleet's files. People are ids, roles, keys, and
 * marks of logins.
 */
export interface GateQuestion extends Omit<GateInput, "evidence" | "now" | "newestRecordAt"> {
  /** Of the rules too: raised when the same question may be answered otherwise. */
  readonly version: 1;
  readonly people: { readonly before: readonly KnownPerson[]; readonly today: readonly KnownPerson[] };
}

/** What a promotion's record says that the gate came to. */
export type Decision = Pick<RecordBody<"promotion">, "how" | "restsOn" | "reason">;

export type Recomputed =
  | { readonly kind: "same"; readonly verdict: GateVerdict }
  | { readonly kind: "differs"; readonly verdict: GateVerdict }
  /** The question is not on the state, or of a version that this hubfleet does not know. */
  | { readonly kind: "unknown"; readonly why: string };

/** The file of a question, named by its digest. The same is the same file. */
export function questionFile(question: GateQuestion): {
  readonly digest: string;
  readonly path: string;
  readonly text: string;
} {
  const { before, today } = question.people;
  const people = { before: before.map(plainPerson), today: today.map(plainPerson) };
  const text = `${canonicalJson(JSON.parse(JSON.stringify({ ...question, people })))}\n`;
  const digest = createHash("sha256").update(text).digest("hex");
  return { digest, path: `${stateLayout.gates}${digest}`, text };
}

/** What a gate comes to in words of a promotion's record. Only of one that is open. */
export function decisionOf({ restsOn, brokenGlass }: Extract<GateVerdict, { readonly kind: "open" }>): Decision {
  return {
    how: brokenGlass === undefined ? "gate" : "broken-glass",
    restsOn: [...new Set(restsOn.flatMap(({ records }) => records))].sort(),
    ...(brokenGlass === undefined ? {} : { reason: brokenGlass.reason }),
  };
}

/**
 * Decides once more what a promotion's record says was decided, from the state alone: the question that it names, the records
 * that it follows, and its date. Undefined for what no gate decided.
 */
export function recompute(
  promotion: PlacedRecord,
  {
    files,
    records,
  }: { readonly files: ReadonlyMap<string, string>; readonly records: ReadonlyMap<string, PlacedRecord> },
): Recomputed | undefined {
  const { record } = promotion;
  if (record.kind !== "promotion" || record.body.how === "rollback") return undefined;
  const question = parseQuestion(
    record.body.gate === undefined ? undefined : files.get(`${stateLayout.gates}${record.body.gate}`),
  );
  if (question === undefined)
    return { kind: "unknown", why: "what the gate was asked is not on the state, or too new" };
  const known = recordsBefore(record.parents, (name) => records.get(name)?.record);
  const verdict = answer(question, {
    now: Date.parse(record.at.time),
    records: [...records.values()].filter(({ name, record: { fleet } }) => known.has(name) && fleet === record.fleet),
  });
  const isSame = verdict.kind === "open" && canonicalJson(decisionOf(verdict)) === canonicalJson(decided(record.body));
  return { kind: isSame ? "same" : "differs", verdict };
}

/** The same question, records and time give the same verdict. Pure. */
export function answer(
  { version: _version, people, ...question }: GateQuestion,
  { now, records }: { readonly now: number; readonly records: readonly PlacedRecord[] },
): GateVerdict {
  const { rolesOf, proofOf } = signingPeople({ ...people, now });
  const evidence = indexEvidence(gateRecords(records, rolesOf, proofOf));
  return judgeGate({ ...question, evidence, now, newestRecordAt: newestMoment(records) });
}

function decided({ how, restsOn, reason }: RecordBody<"promotion">): Decision {
  return { how, restsOn, ...(reason === undefined ? {} : { reason }) };
}

/** Keys without the words after them, which may name a person or a machine; logins without names. */
function plainPerson({ id, roles, keys, logins = {} }: KnownPerson): KnownPerson {
  const plain = keys.map((key) => /^(?:valid-before\S+\s+)?\S+\s+\S+/.exec(key.trim())?.[0] ?? key);
  const marks = Object.entries(logins).map(([hub, user]) => [hub, markedLogin(hub, user)] as const);
  return { id, roles, keys: plain, ...(marks.length === 0 ? {} : { logins: Object.fromEntries(marks) }) };
}

function parseQuestion(text: string | undefined): GateQuestion | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as GateQuestion; // its name is its digest, and a record of hubfleet's names it
    return Object(value).version === 1 ? value : undefined;
  } catch {
    return undefined;
  }
}
