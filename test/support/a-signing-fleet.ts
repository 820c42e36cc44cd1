import { pretendedKey, publicText, signAs } from "../../src/adapters/signer/signer-memory.ts";
import { createStateCloneMemory, createStateRefMemory } from "../../src/adapters/state-ref/state-ref-memory.ts";
import type { GivenSignOff } from "../../src/app/sign-off-use-cases.ts";
import type { GateReason } from "../../src/bundle/gate-verdict.ts";
import type { EvidenceRecord, RecordDraft } from "../../src/evidence/record.ts";
import { commitChange } from "../../src/operate/bundles/commit-change.ts";
import type { SignOffWish, Word } from "../../src/operate/signoffs/sign-off-wish.ts";
import type { StateRef } from "../../src/ports/state-ref.ts";
import { aFleet, type FleetBuilder } from "./a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "./a-promoting-fleet.ts";

type Key = ReturnType<typeof pretendedKey>;
export const [ada, grace, mallory] = ["ada", "grace", "mallory"].map(pretendedKey) as [Key, Key, Key];

export const adasKey = publicText(ada);
export const gracesKey = publicText(grace);
export const mallorysKey = publicText(mallory);

/** An approver with keys. */
export function person(id: string, ...keys: readonly string[]): object {
  return { id, email: `${id}@example.org`, roles: ["approver"], keys };
}

/** Two approvers, each with a key; whoever commits is none of them. */
export const twoPeople = [person("ada", adasKey), person("grace", gracesKey)];

const yes: Word = { kind: "sign-off", reason: undefined };

/** `hubs`: settings of both hubs. */
export function fleetOf(
  people: readonly object[],
  keys: object = {},
  signoff: object = {},
  hubs: object = {},
): FleetBuilder {
  const stages = [
    { name: "staging", soak: { minimum: "0s" } },
    { name: "production", signoffs: [{ role: "approver", ...signoff }] },
  ];
  return aFleet()
    .without("hubs/alpha.yaml")
    .withFleet({ team: { size: 3 }, people, stages, ...keys })
    .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false }, ...hubs })
    .withHub("beta", { port: 18_010, stage: "production", dask: { enabled: false }, ...hubs });
}

/** Signs with a key, for a purpose. */
export function signedBy(key: Key, namespace = "hubfleet"): (text: string) => Promise<string> {
  return async (text) => signAs(key, text, namespace);
}

/** A fleet whose bundles wait for a signature, and somebody who may push what they like. */
export interface SigningFleet extends PromotingFleet {
  /** The bundle that waits for production. */
  readonly bundle: () => string;
  /** fleet.yaml with these people, not committed. */
  editPeople(people: readonly object[]): Promise<void>;
  /** The next bundle, which brings these people, in staging. */
  next(people?: readonly object[]): Promise<void>;
  wish(as: string, word?: Word): SignOffWish;
  say(as: string, word?: Word): Promise<GivenSignOff>;
  /** The person at the keyboard has this key and no other. */
  holdKey(name: string | undefined): void;
  reasons(): Promise<readonly GateReason[]>;
  /** What keeps the gate of production shut. */
  words(): Promise<string>;
  /** The state as another clone has it. */
  otherClone(): StateRef;
  push(make: (heads: readonly string[]) => Promise<readonly RecordDraft[]>): Promise<void>;
  /** What a person would have written who signs for all that changes. */
  draft(as: string, changes?: Partial<EvidenceRecord>): Promise<RecordDraft>;
  last(kind: EvidenceRecord["kind"]): EvidenceRecord | undefined;
}

export async function aSigningFleet(
  people: readonly object[] = twoPeople,
  build: (people: readonly object[]) => FleetBuilder = fleetOf,
): Promise<SigningFleet> {
  const fleet = await aPromotingFleet(build(people));
  const { machine } = fleet;
  const { git, signer } = machine.sources;
  git.writeAs("linus@example.org");
  let bundle = await fleet.bundleWith({ environment: { REGION: "first" } });
  const wish = (as: string, word: Word = yes): SignOffWish => ({ bundle, stage: "production", as, word });
  const editPeople = async (now: readonly object[]): Promise<void> =>
    fleet.edit("fleet.yaml", build(now).files()["fleet.yaml"] as string); // it is text
  const reasons = async (): Promise<readonly GateReason[]> => {
    const { verdict } = await fleet.app().promotions.plan({ bundle, stage: "production" }, machine.watch);
    return verdict.kind === "open" ? [] : verdict.reasons;
  };
  const otherClone = (): StateRef =>
    createStateRefMemory({
      clone: createStateCloneMemory(machine.remote),
      clock: machine.clock,
      attempts: 3,
      delayMilliseconds: () => 0,
      beforeStep: async () => {},
    });
  return {
    ...fleet,
    bundle: () => bundle,
    editPeople,
    next: async (now = people) => {
      await editPeople(now);
      bundle = await fleet.bundleWith({ environment: { REGION: `after ${bundle}` } });
      await fleet.promote(bundle, "staging");
    },
    wish,
    say: async (as, word) => {
      const { signoffs } = fleet.app();
      return signoffs.give(wish(as, word), await signoffs.look(wish(as, word), machine.watch), machine.watch);
    },
    holdKey: (name) => {
      signer.forgetKeys();
      signer.become(name === undefined ? {} : { publicKey: signer.addKey(name) });
    },
    reasons,
    words: async () => (await reasons()).map(({ words }) => words).join("\n"),
    otherClone,
    push: async (make) => {
      const options = { message: "x" };
      await commitChange(otherClone(), async ({ evidence }) => ({ records: await make(evidence.heads) }), options);
    },
    draft: async (as, changes = {}) => {
      const { sheet } = await fleet.app().signoffs.look(wish(as), machine.watch);
      const { uuid } = await fleet.app().fleet();
      return {
        kind: "sign-off",
        fleet: uuid,
        at: { time: machine.clock.now().toISOString(), clock: { kind: "service", service: "test" } },
        who: { id: as, known: "claimed" },
        subject: { bundle: sheet.bundle.digest, stage: "production", parts: sheet.changed },
        body: {},
        ...changes,
      } as RecordDraft; // what was changed is of its kind
    },
    last: (kind) =>
      fleet
        .records()
        .map(({ record }) => record)
        .findLast((record) => record.kind === kind),
  };
}
