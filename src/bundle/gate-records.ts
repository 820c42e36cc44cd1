import type { PlacedRecord } from "../evidence/read-records.ts";
import type { EvidenceRecord } from "../evidence/record.ts";
import { role } from "../fleet/stage-policy.ts";
import { followedDates } from "./followed-dates.ts";
import type { GateRecord, MachineClock, Proof } from "./gate-evidence.ts";
import { type DroppedWords, droppedWords } from "./people-words.ts";
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
  const { isAllowed, sameWords } = droppedWords(all);
  const followed = followedDates(all);
  return all
    .filter(({ record }) => isAllowed(record))
    .flatMap((placed) => toGateRecord(placed, { rolesOf, proofOf, sameWords, followed }));
}

interface Knowledge extends Pick<SigningPeople, "rolesOf" | "proofOf">, Pick<DroppedWords, "sameWords"> {
  readonly followed: ReadonlyMap<string, number>;
}

function toGateRecord(
  { name: id, sequence, record }: PlacedRecord,
  { rolesOf, proofOf, sameWords, followed }: Knowledge,
): GateRecord | readonly GateRecord[] {
  const { stage = "", hub, bundle = "", parts = {} } = record.subject;
  const person = record.who.id;
  const dated = { id, sequence, at: Date.parse(record.at.time), ...ofMachine(record.at.clock) };
  const before = followed.get(id) ?? Number.NEGATIVE_INFINITY;
  const proof = (): Proof => (dated.at < before ? "backdated" : proofOf(record));
  switch (record.kind) {
    case "observation": {
      if (hub === undefined) return [];
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
        proof: proof(),
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
      // Nobody was asked before what the record of it follows.
      const at = Math.max(dated.at, before);
      return asked === undefined ? [] : { kind: "asked", ...dated, at, stage, role: asked, parts };
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
        proof: proof(),
        ...(attachment === undefined ? {} : { attachment }),
      };
    }
    case "mark":
      return { kind: "mark", ...dated, of: record.body.of, person, reason: record.body.reason };
    case "withdrawal":
      return sameWords(record.body.of).map((of, index) => {
        const own = index === 0 ? id : `${id}/${index}`;
        return { kind: "withdrawal", ...dated, id: own, of, person, proof: proofOf(record) };
      });
    case "break-glass":
      return { kind: "break-glass", ...dated, bundle, stage, person, reason: record.body.reason };
    // What was done is no reason to do more.
    case "promotion":
    case "apply":
    case "rollback":
    case "hold":
    case "resume":
    case "destroy":
    case "prune":
    case "spent":
    case "policy":
      return [];
  }
}

/** Services come and go and keep time: their dates are believed. */
function ofMachine(clock: WrittenClock): { readonly clock?: MachineClock } {
  if (clock.kind === "service") return {};
  const { machine, boot, seconds } = clock;
  return { clock: { machine, boot, seconds } };
}
