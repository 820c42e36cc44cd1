import type { ChecklistItem, SignOffPolicy, StagePolicy } from "../fleet/stage-policy.ts";
import type { ObjectionRecord, PartName, Parts, Proof, SignOffRecord } from "./gate-evidence.ts";
import type { GateInput, GateStage } from "./gate-input.ts";
import { ground, type Judged, nothingAsked, reason, together } from "./gate-verdict.ts";
import { vouches } from "./vouching.ts";
import { counted, listWords, momentWords } from "./words.ts";

type Props = Pick<GateInput, "bundle" | "evidence" | "now" | "authors"> & {
  /** The parts that would be new to the stage, with the bundle's digests: what people are asked about. */
  readonly changed: Parts;
};

/** Sign-offs and checklist of the stage to enter. Where nothing changes, nobody is asked. */
export function judgePeople(stage: GateStage, policy: StagePolicy, props: Props): Judged {
  if (Object.keys(props.changed).length === 0) return nothingAsked;
  const asking = { ...props, policy };
  return together([
    ...policy.signoffs.map((asked) => judgeSignOff(stage.name, asked, asking)),
    ...policy.checklist.map((item) => judgeItem(stage.name, item, asking)),
  ]);
}

type Asking = Props & { readonly policy: StagePolicy };

/** Whether a stage takes somebody's word for theirs. */
export function isTaken(
  proof: Proof | undefined,
  { claimed, logins }: Pick<StagePolicy, "claimed" | "logins">,
): boolean {
  const typed = { accept: ["keyless", "claimed"], keyless: ["keyless"], refuse: [] } as const;
  const loggedIn = { accept: ["keyless-login", "login"], keyless: ["keyless-login"], refuse: [] } as const;
  const taken: readonly Proof[] = ["key", ...typed[claimed], ...loggedIn[logins]];
  return taken.includes(proof ?? "claimed");
}

/** The bundle's parts that a stage's hubs would run and do not yet. */
export function changedParts(stage: GateStage, bundleParts: Parts): Parts {
  const { running } = stage;
  return Object.fromEntries(
    Object.entries(bundleParts).filter(([part, digest]) => running?.[part] !== digest && isRunIn(stage, part)),
  );
}

export function isRunIn({ hubs }: Pick<GateStage, "hubs">, part: PartName): boolean {
  return hubs.some(({ parts }) => parts.includes(part));
}

function judgeSignOff(stage: string, { role, count, noObjectionWithinSeconds }: SignOffPolicy, props: Asking): Judged {
  const { evidence, changed, now, policy } = props;
  const objection = evidence
    .ofStage("objection", stage)
    .find((one) => one.roles.includes(role) && namesAny(one.parts, changed) && stands(one, props));
  if (objection !== undefined) {
    return reason("objection", {
      stage,
      words: `${objection.person} objects: ${objection.reason}`,
      satisfiedBy: `${objection.person} takes it back, or a bundle that answers it`,
      records: [objection.id],
    });
  }

  const given = evidence
    .ofStage("sign-off", stage)
    .filter((one) => one.roles.includes(role) && namesAny(one.parts, changed) && vouches(one, props));
  const byPerson = wholeSignOffs(
    given.filter(({ proof }) => isTaken(proof, policy)),
    changed,
  );
  const records = byPerson.flatMap(([, all]) => all.map(({ id }) => id));
  const signers = byPerson.map(([person]) => person).toSorted();
  // Everything that somebody committed takes the yes of others.
  const authors = policy.selfSignoff ? [] : props.authors;
  const yes = Math.min(...[undefined, ...authors].map((author) => signers.filter((one) => one !== author).length));
  if (yes >= count) return ground(stage, `signed off by ${listWords(signers)}`, records);

  const silence = noObjectionWithinSeconds === undefined ? undefined : silenceFrom(stage, role, props);
  const end =
    silence === undefined
      ? undefined
      : Math.max(silence.at, props.bundle.madeAt) + (noObjectionWithinSeconds ?? 0) * 1000;
  if (silence !== undefined && end !== undefined && now >= end) {
    return ground(stage, `nobody of role ${role} objected until ${momentWords(end)}`, [silence.id]);
  }
  const orSilence =
    noObjectionWithinSeconds === undefined
      ? ""
      : `, or no objection until ${end === undefined ? "the time after they are asked" : momentWords(end)}`;
  return reason("sign-off-missing", {
    stage,
    words: `${yes} of ${counted(count, "sign-off")} by role ${role}, for ${listWords(Object.keys(changed))}${uncountedWords(given, { ...props, authors, signers })}`,
    satisfiedBy: `a sign-off by ${counted(count - yes, "more person", "more people")} of role ${role}${orSilence}`,
    records,
    ...(end === undefined ? {} : { notBefore: end }),
  });
}

/** A no is worth as much as a yes: it takes as much to take it back. */
function stands({ id }: ObjectionRecord, { evidence, now, policy }: Asking): boolean {
  return !evidence.withdrawals(id).some(({ at, proof }) => at <= now && isTaken(proof, policy));
}

/** People who said yes to all that changes, with their records. */
function wholeSignOffs(
  given: readonly SignOffRecord[],
  changed: Parts,
): readonly (readonly [string, readonly SignOffRecord[]])[] {
  return [...Map.groupBy(given, ({ person }) => person)].filter(([, all]) =>
    namesAll(Object.assign({}, ...all.map(({ parts }) => sameParts(parts, changed))), changed),
  );
}

const sameWords = new Map<Proof, Proof>([
  ["keyless", "claimed"],
  ["keyless-login", "login"],
]);

/** Whoever signed and sees that it does not count is told why. */
function uncountedWords(
  given: readonly SignOffRecord[],
  props: Asking & { readonly signers: readonly string[] },
): string {
  const { policy, authors, signers, changed } = props;
  const own = signers.filter((person) => authors.includes(person));
  const refused = given.filter(({ person }) => !signers.includes(person));
  const byProof = Map.groupBy(refused, ({ proof = "claimed" }) => sameWords.get(proof) ?? proof);
  const words = [
    ...(own.length === 0 ? [] : [`${listWords(own)} committed some of it, and does not sign for oneself`]),
    ...[...byProof].flatMap(([proof, all]) => {
      const people = wholeSignOffs(all, changed).map(([person]) => person);
      return people.length === 0 ? [] : [`that of ${listWords(people.toSorted())} ${proofWords(proof, policy)}`];
    }),
  ];
  return words.map((one) => `; ${one}`).join("");
}

/** Why a word does not count. */
export function proofWords(proof: Proof, { claimed, logins }: Pick<StagePolicy, "claimed" | "logins">): string {
  switch (proof) {
    case "key":
      return "is signed";
    case "keyless":
    case "claimed":
      return `has no signature (\`claimed: ${claimed}\`)`;
    case "login":
    case "keyless-login":
      return `is known only by a hub's login (\`logins: ${logins}\`)`;
    case "other-login":
      return "came from a login that fleet.yaml did not have for them before the bundle, or has no more";
    case "forged":
      return "has a signature that is not of it";
    case "other-key":
      return "is signed with a key that fleet.yaml did not have for them before the bundle, or has no more";
    case "expired-key":
      return "is signed with a key whose time is over";
    case "backdated":
      return "is dated before something that it follows";
  }
}

/** The first time that the role was asked about all that changes; the people had all of the time since then. */
function silenceFrom(
  stage: string,
  role: SignOffPolicy["role"],
  props: Props,
): { readonly id: string; readonly at: number } | undefined {
  const { evidence, changed } = props;
  const asked = evidence
    .ofStage("asked", stage)
    .filter((one) => one.role === role && namesAll(one.parts, changed) && vouches(one, props));
  return asked.toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))[0];
}

function judgeItem(stage: string, { name, text, needsAttachment }: ChecklistItem, props: Asking): Judged {
  const { evidence, changed, policy } = props;
  const given = evidence
    .ofStage("tick", stage)
    .filter((one) => one.item === name && namesAll(one.parts, changed) && vouches(one, props));
  const ticks = given.filter(({ proof }) => isTaken(proof, policy));
  const tick = ticks.find(({ attachment }) => !needsAttachment || (attachment !== undefined && attachment !== ""));
  if (tick !== undefined) return ground(stage, `${name} ticked off by ${tick.person}`, [tick.id]);
  return reason("checklist-open", {
    stage,
    words:
      ticks.length > 0
        ? `${name} was ticked off without a file`
        : given.length > 0
          ? `${name} is not ticked off, for what says so ${proofWords(given[0]?.proof ?? "claimed", policy)}: ${text}`
          : `${name} is not ticked off: ${text}`,
    satisfiedBy: needsAttachment ? `somebody does it and attaches what they saw` : `somebody does it and ticks it off`,
    records: ticks.map(({ id }) => id),
  });
}

function sameParts(parts: Parts, changed: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([part, digest]) => changed[part] === digest));
}

function namesAll(parts: Parts, changed: Parts): boolean {
  return Object.keys(changed).every((part) => parts[part] === changed[part]);
}

function namesAny(parts: Parts, changed: Parts): boolean {
  return Object.keys(changed).some((part) => parts[part] === changed[part]);
}
