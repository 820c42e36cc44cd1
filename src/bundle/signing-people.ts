import type { Person } from "../fleet/fleet.ts";
import type { Role } from "../fleet/stage-policy.ts";
import type { EvidenceRecord } from "../evidence/record.ts";
import type { Proof } from "./gate-evidence.ts";

/** Who may say yes or no to a bundle, and by what their word is known. */
export interface SigningPeople {
  readonly rolesOf: (person: string, word: "yes" | "no") => readonly Role[];
  readonly proofOf: (record: Pick<EvidenceRecord, "who">) => Proof;
}

type KnownPerson = Pick<Person, "id" | "roles" | "keys">;

/**
 * People as fleet.yaml had them at the commit before the bundle, and has them now.
 *
 * | word | counts where the role was theirs |
 * | ---- | -------------------------------- |
 * | yes | before the bundle, so that nobody admits himself; and now, so that who left is gone |
 * | no | before the bundle: nobody is silenced by being taken out |
 */
export function signingPeople(before: readonly KnownPerson[], now: readonly KnownPerson[]): SigningPeople {
  const [then, today] = [before, now].map((people) => new Map(people.map((person) => [person.id, person])));
  const rolesOf: SigningPeople["rolesOf"] = (person, word) => {
    const [had = [], has = []] = [then, today].map((people) => people?.get(person)?.roles);
    return word === "no" ? had : had.filter((role) => has.includes(role));
  };
  const proofOf: SigningPeople["proofOf"] = ({ who }) => {
    const both = [then?.get(who.id), today?.get(who.id)];
    if (both.includes(undefined)) return "claimed";
    return both.some((person) => person?.keys.some(isSshKey)) ? "claimed" : "keyless";
  };
  return { rolesOf, proofOf };
}

/** The others encrypt. */
export function isSshKey(key: string): boolean {
  return !key.startsWith("age1");
}
