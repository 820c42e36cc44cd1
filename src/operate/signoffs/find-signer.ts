import { matchPerson } from "../../bundle/match-person.ts";
import { listWords } from "../../bundle/words.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { Person } from "../../fleet/fleet.ts";
import type { SignerIdentity } from "../../ports/signer.ts";

export interface FindSignerProps {
  /** As fleet.yaml had them at the commit before the bundle. */
  readonly before: readonly Person[];
  /** As it has them now. */
  readonly now: readonly Person[];
  /** An id that was typed. */
  readonly asked: string | undefined;
  readonly identity: SignerIdentity;
}

/**
 * Who is about to say something of a bundle: who was named; else whose key Git signs with, or whose address it writes into
 * commits; else the only person.
 * @throws HubfleetError SIGNER_UNKNOWN
 */
export function findSigner({ before, now, asked, identity }: FindSignerProps): Person {
  const people = before.filter(({ id }) => now.some((person) => person.id === id));
  const ids = people.map(({ id }) => id);
  if (asked !== undefined) {
    const named = people.find(({ id }) => id === asked);
    if (named === undefined) throw notOfThem(asked, { before, now, ids });
    return named;
  }
  const found = matchPerson(people, identity) ?? (people.length === 1 ? people[0] : undefined);
  if (found !== undefined) return found;
  const { email = "" } = identity;
  if (people.length === 0) throw nobody();
  throw new HubfleetError("SIGNER_UNKNOWN", {
    message: `${email === "" ? "Git does not know who you are" : `Git says that you are "${email}"`}, and those who can sign are ${listWords(ids)}`,
    hint: `say who you are with --as ID, or have Git know your address: git config user.email`,
  });
}

function nobody(): HubfleetError {
  return new HubfleetError("SIGNER_UNKNOWN", {
    message: "fleet.yaml named nobody in `people` at the commit before the bundle, so nobody can sign",
    hint: "add yourself to `people`; it counts from the bundle after the one that brings it",
  });
}

function notOfThem(
  asked: string,
  { before, now, ids }: Pick<FindSignerProps, "before" | "now"> & { readonly ids: readonly string[] },
): HubfleetError {
  const [was, is] = [before, now].map((people) => people.some(({ id }) => id === asked));
  if (is === true) {
    return new HubfleetError("SIGNER_UNKNOWN", {
      message: `"${asked}" is in fleet.yaml only since this bundle, and nobody comes with a bundle and admits it`,
      hint: ids.length === 0 ? "it counts from the next bundle on" : `those who can sign it: ${listWords(ids)}`,
    });
  }
  const hint = nameHint(asked, ids);
  return new HubfleetError("SIGNER_UNKNOWN", {
    message: was === true ? `"${asked}" is not in fleet.yaml any more` : `fleet.yaml has nobody of the id "${asked}"`,
    ...(hint === undefined ? {} : { hint }),
  });
}
