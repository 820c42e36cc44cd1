import { parsePersonKey } from "../evidence/ssh/person-key.ts";
import { parsePublicKey } from "../evidence/ssh/public-key.ts";
import type { Person } from "../fleet/fleet.ts";
import { isAddressOf } from "./authors-of.ts";

/** Whom Git takes somebody for. */
export interface GitIdentity {
  readonly email: string | undefined;
  /** The key that Git signs with. */
  readonly publicKey: string | undefined;
}

/** The one person whose key Git signs with, else whose address it writes into commits. Proves nothing. */
export function matchPerson(people: readonly Person[], { publicKey, email = "" }: GitIdentity): Person | undefined {
  const own = publicKey === undefined ? undefined : parsePublicKey(publicKey)?.fingerprint;
  const byKey = people.filter(({ keys }) =>
    keys.some((key) => own !== undefined && parsePersonKey(key)?.key.fingerprint === own),
  );
  const byAddress = people.filter((person) => isAddressOf(email, person));
  return [byKey, byAddress].find(({ length }) => length === 1)?.[0];
}
