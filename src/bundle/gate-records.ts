import type { PlacedRecord } from "../evidence/read-records.ts";
import type { EvidenceRecord } from "../evidence/record.ts";
import { role } from "../fleet/stage-policy.ts";
import type { GateRecord, MachineClock } from "./gate-evidence.ts";
import type { SigningPeople } from "./signing-people.ts";

type WrittenClock = EvidenceRecord["at"]["clock"];

/**
 * Records of the state ref as gates read them. `rolesOf` says what a person is in the fleet that counts for the bundle.
 * What a record does not say, it says for nobody: without a hub, a stage or parts it is about nothing that a gate asks.
 */
export function gateRecords(
  records: Iterable<PlacedRecord>,
  rolesOf: SigningPeople["rolesOf"],
  proofOf: SigningPeople["proofOf"] = () => "claimed",
): readonly GateRecord[] {
  const all = [...records];
  const spoken = new Map(all.flatMap(({ name, record }) => (isWord(record) ? [[name, record] as const] : [])));
  return all
    .filter(({ record }) => isOwnToDrop(record, spoken))
    .flatMap((placed) => toGateRecord(placed, { rolesOf, proofOf }) ?? []);
}

/** What people said counts until they take it back themselves; a mark is for what machines saw. */
function isOwnToDrop(record: EvidenceRecord, spoken: ReadonlyMap<string, EvidenceRecord>): boolean {
  if (record.kind !== "mark" && record.kind !== "withdrawal") return true;
  const of = spoken.get(record.body.of);
  return of === undefined || (record.kind === "withdrawal" && of.who.id === record.who.id);
}

function isWord({ kind }: EvidenceRecord): boolean {
  return kind === "sign-off" || kind === "objection" || kind === "tick";
}

function toGateRecord(
  { name: id, sequence, record }: PlacedRecord,
  { rolesOf, proofOf }: SigningPeople,
): GateRecord | undefined {
  const { stage = "", hub, bundle = "", parts = {} } = record.subject;
  const person = record.who.id;
  const dated = { id, sequence, at: Date.parse(record.at.time), ...ofMachine(record.at.clock) };
  switch (record.kind) {
    case "observation": {
      if (hub === undefined) return undefined;
      const { first, longestGapSeconds, blames, exposure, ...body } = record.body;
      return {
        kind: "observation",
        ...dated,
        ...body,
        hub,
        stage,
        parts,
        ...(first === undefined ? {} : { first: { at: Date.parse(first.time), ...ofMachine(first.clock) } }),
        ...(longestGapSeconds === undefined ? {} : { longestGapSeconds }),
        ...(blames === undefined ? {} : { blames }),
        ...(exposure === undefined ? {} : { exposure: { ...exposure, since: Date.parse(exposure.since) } }),
      };
    }
    case "check": {
      const { check, verdict, standing } = record.body;
      const place = { ...(hub === undefined ? {} : { hub }), ...(stage === "" ? {} : { stage }) };
      return {
        kind: "check",
        ...dated,
        ...place,
        check,
        verdict,
        parts,
        ...(standing === undefined ? {} : { standing }),
      };
    }
    case "sign-off":
      return {
        kind: "sign-off",
        ...dated,
        stage,
        person,
        roles: rolesOf(person, "yes"),
        parts,
        proof: proofOf(record),
      };
    case "objection":
      return {
        kind: "objection",
        ...dated,
        stage,
        person,
        roles: rolesOf(person, "no"),
        parts,
        reason: record.body.reason,
      };
    case "asked": {
      const asked = role(record.body.role);
      return asked === undefined ? undefined : { kind: "asked", ...dated, stage, role: asked, parts };
    }
    case "tick": {
      const { item, attachment } = record.body;
      return {
        kind: "tick",
        ...dated,
        stage,
        item,
        person,
        parts,
        proof: proofOf(record),
        ...(attachment === undefined ? {} : { attachment }),
      };
    }
    case "mark":
      return { kind: "mark", ...dated, of: record.body.of, person, reason: record.body.reason };
    case "withdrawal":
      return { kind: "withdrawal", ...dated, of: record.body.of, person };
    case "break-glass":
      return { kind: "break-glass", ...dated, bundle, stage, person, reason: record.body.reason };
    // What was done is no reason to do more.
    case "promotion":
    case "apply":
    case "rollback":
    case "hold":
    case "resume":
    case "policy":
      return undefined;
  }
}

/** Services come and go and keep time: their dates are believed. */
function ofMachine(clock: WrittenClock): { readonly clock?: MachineClock } {
  if (clock.kind === "service") return {};
  const { machine, boot, seconds } = clock;
  return { clock: { machine, boot, seconds } };
}
