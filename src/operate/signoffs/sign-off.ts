import type { Bundle } from "../../bundle/bundle.ts";
import { followedDates } from "../../bundle/followed-dates.ts";
import type { Parts } from "../../bundle/gate-evidence.ts";
import type { GateInput } from "../../bundle/gate-input.ts";
import type { GateVerdict } from "../../bundle/gate-verdict.ts";
import { judgeGate, policyOf } from "../../bundle/gate.ts";
import { isTaken } from "../../bundle/judge-people.ts";
import { sortChecks, type SortedChecks } from "../../bundle/passed-checks.ts";
import { findBundle } from "../../bundle/read-bundles.ts";
import { type SigningPeople, signingPeople } from "../../bundle/signing-people.ts";
import { type SignOffSheet, signOffSheet } from "../../bundle/sign-off-sheet.ts";
import type { PlacedRecord } from "../../evidence/read-records.ts";
import type { Fleet, Person } from "../../fleet/fleet.ts";
import type { SignerIdentity } from "../../ports/signer.ts";
import type { StateNow } from "../bundles/commit-change.ts";
import type { Judge } from "../bundles/judge-bundle.ts";
import { findSigner } from "./find-signer.ts";
import { ownWords } from "./own-words.ts";
import type { SignOffWish } from "./sign-off-wish.ts";

/** What somebody sees who is to say yes or no, and what they said so far. */
export interface SignOffLook {
  readonly sheet: SignOffSheet;
  /** Of images and pairs by themselves. */
  readonly checks: SortedChecks;
  /** How the gate stands now. */
  readonly verdict: GateVerdict;
  readonly person: Person;
  /** What the person said of it and did not take back. */
  readonly said: readonly PlacedRecord[];
  readonly input: GateInput;
  readonly people: SigningPeople;
  /** The bundle is in the stage already: somebody looks at it afterwards. */
  readonly isIn: boolean;
}

export interface SignOffProps {
  readonly judge: Judge;
  readonly fleet: Fleet;
  readonly identity: SignerIdentity;
  readonly now: Date;
}

/**
 * Puts before somebody what a stage would newly get; of a bundle that it has already, what it got with it.
 * @throws HubfleetError BUNDLE_UNKNOWN, UNKNOWN_TARGET, COMMIT_NOT_HERE, SIGNER_UNKNOWN
 */
export async function lookAtSignOff(state: StateNow, wish: SignOffWish, props: SignOffProps): Promise<SignOffLook> {
  return (await openSignOff(state, wish, props))(wish.as);
}

/** The same for one person after the other. @throws as `lookAtSignOff`; what it answers: HubfleetError SIGNER_UNKNOWN */
export async function openSignOff(
  state: StateNow,
  wish: Pick<SignOffWish, "bundle" | "stage">,
  props: SignOffProps,
): Promise<(as: string | undefined) => SignOffLook> {
  const { judge, fleet, identity, now } = props;
  const { files, evidence, deployed } = state;
  const bundle = findBundle(files, wish.bundle);
  const asked = await judge.input(bundle, wish.stage);
  const [before, today] = [await judge.people(bundle), fleet.people ?? []];
  const isIn = deployed.stages[wish.stage]?.digest === bundle.digest;
  const running = runningBefore(state, wish.stage, bundle);
  const input = { ...asked, stage: { ...asked.stage, running: running?.parts } };
  const sheet = signOffSheet(bundle, input, { running, files });
  const people = signingPeople({ before, today, now: now.getTime() });
  const records = [...evidence.records.values()];
  const followed = followedDates(records);
  const isTheirs = ({ name, record }: PlacedRecord): boolean =>
    Date.parse(record.at.time) >= (followed.get(name) ?? 0) && isTaken(people.proofOf(record), policyOf(input.stage));
  const subject = { stage: wish.stage, bundle: bundle.digest, changed: sheet.changed, isTheirs };
  const shared = { sheet, checks: sortChecks(bundle, { files, now }), verdict: judgeGate(asked), input, people, isIn };
  return (as) => {
    const person = findSigner({ before, now: today, asked: as, identity });
    return { ...shared, person, said: ownWords(records, { ...subject, person: person.id }) };
  };
}

/** Whether two looks are at the same thing. */
export function isSameLook(one: SignOffLook, other: SignOffLook): boolean {
  return one.person.id === other.person.id && isSameParts(one.sheet.changed, other.sheet.changed);
}

function isSameParts(one: Parts, other: Parts): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((part) => one[part] === other[part]);
}

/** What the stage runs, or ran before it got this bundle. */
function runningBefore({ files, deployed, evidence }: StateNow, stage: string, bundle: Bundle): Bundle | undefined {
  const pointer = deployed.stages[stage];
  if (pointer === undefined) return undefined;
  if (pointer.digest !== bundle.digest) return findBundle(files, pointer.id);
  const entered = [...evidence.records.values()]
    .toSorted((one, other) => other.sequence - one.sequence)
    .flatMap(({ record }) => {
      const { subject } = record;
      const isEntry = subject.stage === stage && subject.bundle === bundle.digest;
      return record.kind === "promotion" && isEntry ? [record.body] : [];
    })[0];
  return entered?.from === undefined ? undefined : findBundle(files, entered.from.id);
}
