import type { Person } from "../fleet/fleet.ts";
import type { GitAuthor } from "../ports/git.ts";

type Addressed = Pick<Person, "id" | "email" | "github">;

/**
 * Ids of the people who wrote commits, by the addresses in them. Where one is nobody's, it may be that of each person for
 * whom fleet.yaml has none.
 */
export function authorsOf(authors: readonly GitAuthor[], people: readonly Addressed[]): readonly string[] {
  const nameless = people.filter(({ email, github }) => email === undefined && github === undefined);
  const ids = authors.flatMap((author) => {
    const known = people.filter((person) => isAddressOf(author.email, person));
    return (known.length === 0 ? nameless : known).map(({ id }) => id);
  });
  return [...new Set(ids)].toSorted();
}

/** Also the address that GitHub gives to who keeps their own to themselves: "123+ada@users.noreply.github.com". */
export function isAddressOf(address: string, { email, github }: Omit<Addressed, "id">): boolean {
  const written = address.trim().toLowerCase();
  if (written === "") return false;
  if (email?.toLowerCase() === written) return true;
  return github !== undefined && written.replace(/^\d+\+/, "") === `${github.toLowerCase()}@users.noreply.github.com`;
}
