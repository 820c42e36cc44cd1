import { markedLogin } from "../evidence/hub-login.ts";
import { isSshKey, parsePersonKey, type PersonKey } from "../evidence/ssh/person-key.ts";
import { parseSignature, signatureNamespace } from "../evidence/ssh/signature.ts";
import { type EvidenceRecord, signedText } from "../evidence/record.ts";
import type { Person } from "../fleet/fleet.ts";
import type { Role } from "../fleet/stage-policy.ts";
import type { Proof } from "./gate-evidence.ts";

/** Who may say yes or no to a bundle, and by what their word is known. */
export interface SigningPeople {
  readonly rolesOf: (person: string, word: "yes" | "no") => readonly Role[];
  readonly proofOf: (record: EvidenceRecord) => Proof;
  /** What a word of somebody is worth that is known by a hub's login. */
  readonly loginProof: (who: EvidenceRecord["who"]) => Proof;
  /** What a word of somebody is worth without a signature. */
  readonly claimOf: (person: string) => "keyless" | "claimed";
  /** Keys with which a person can sign now. */
  readonly keysOf: (person: string) => readonly PersonKey[];
}

type KnownPerson = Pick<Person, "id" | "roles" | "keys"> & Partial<Pick<Person, "logins">>;

interface SigningPeopleProps {
  /** As fleet.yaml had them at the commit before the bundle. */
  readonly before: readonly KnownPerson[];
  /** As it has them now. */
  readonly today: readonly KnownPerson[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * People as fleet.yaml had them at the commit before the bundle, and has them now.
 *
 * | word | counts where |
 * | ---- | ------------ |
 * | yes | the role was theirs before the bundle, so that nobody admits himself; and is now, so that who left is gone |
 * | no | the role was theirs before the bundle: nobody is silenced by being taken out |
 * | signed | the same holds of the key; it is nobody else's, and has not ended |
 * | given on a hub's page | the same holds of the login |
 */
export function signingPeople({ before, today, now }: SigningPeopleProps): SigningPeople {
  const [then, current] = [byId(before), byId(today)];
  const rolesOf: SigningPeople["rolesOf"] = (person, word) => {
    const [had, has] = [then.get(person)?.roles ?? [], current.get(person)?.roles ?? []];
    return word === "no" ? had : had.filter((role) => has.includes(role));
  };
  const owners = ownersOf([...before, ...today]);
  const knownKeys = (person: string): readonly PersonKey[] => {
    const [had, has] = [keysIn(then.get(person)), keysIn(current.get(person))];
    return had.flatMap(({ key, until }) => {
      const still = has.find((one) => one.key.fingerprint === key.fingerprint);
      if (still === undefined || (owners.get(key.fingerprint)?.size ?? 0) > 1) return [];
      const end = Math.min(until ?? Number.POSITIVE_INFINITY, still.until ?? Number.POSITIVE_INFINITY);
      return [{ key, ...(Number.isFinite(end) ? { until: end } : {}) }];
    });
  };
  const claimOf: SigningPeople["claimOf"] = (person) => {
    const [had, has] = [then.get(person), current.get(person)];
    return had === undefined || has === undefined || had.keys.some(isSshKey) ? "claimed" : "keyless";
  };
  const loginOwners = loginOwnersOf([...before, ...today]);
  const loginProof: SigningPeople["loginProof"] = ({ id, login }) => {
    const has = (person: KnownPerson | undefined): boolean => marksOf(person).includes(markOf(login));
    const isTheirs = has(then.get(id)) && has(current.get(id)) && loginOwners.get(markOf(login))?.size === 1;
    if (!isTheirs) return "other-login";
    return claimOf(id) === "keyless" ? "keyless-login" : "login";
  };
  const proofOf: SigningPeople["proofOf"] = (record) => {
    const { who, signature } = record;
    if (who.known === "hub-login") return loginProof(who);
    if (signature === undefined) return claimOf(who.id);
    const read = parseSignature(signature);
    if (read === undefined || read.namespace !== signatureNamespace || !read.isOf(signedText(record))) return "forged";
    const known = knownKeys(who.id).find(({ key }) => key.blob.equals(read.key.blob));
    if (known === undefined) return "other-key";
    return isOver(known, now) ? "expired-key" : "key";
  };
  return {
    rolesOf,
    proofOf,
    loginProof,
    claimOf,
    keysOf: (person) => knownKeys(person).filter((key) => !isOver(key, now)),
  };
}

function byId(people: readonly KnownPerson[]): ReadonlyMap<string, KnownPerson> {
  return new Map(people.map((person) => [person.id, person]));
}

function keysIn(person: KnownPerson | undefined): readonly PersonKey[] {
  return (person?.keys ?? []).flatMap((text) => parsePersonKey(text) ?? []);
}

/** By fingerprint: who has a key that several have is not known by it. */
function ownersOf(people: readonly KnownPerson[]): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, Set<string>>();
  for (const person of people) {
    for (const { key } of keysIn(person)) {
      owners.set(key.fingerprint, (owners.get(key.fingerprint) ?? new Set()).add(person.id));
    }
  }
  return owners;
}

function loginOwnersOf(people: readonly KnownPerson[]): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, Set<string>>();
  for (const person of people) {
    for (const mark of marksOf(person)) owners.set(mark, (owners.get(mark) ?? new Set()).add(person.id));
  }
  return owners;
}

/** Logins as records have them. */
function marksOf(person: KnownPerson | undefined): readonly string[] {
  return Object.entries(person?.logins ?? {}).map(
    ([hub, user]) => `${hub}/${markedLogin(hub, user).slice("sha256:".length)}`,
  );
}

function markOf(login: EvidenceRecord["who"]["login"]): string {
  return login === undefined ? "" : `${login.hub}/${login.user}`;
}

function isOver({ until }: PersonKey, now: number): boolean {
  return until !== undefined && now >= until;
}
