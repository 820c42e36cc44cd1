import type { Hub, Person } from "../../../fleet/fleet.ts";

/** The name under which a hub knows a person, in lower case, as hubs have names; undefined where fleet.yaml has none. */
export function loginAt({ name }: Pick<Hub, "name">, { logins }: Pick<Person, "logins">): string | undefined {
  return Object.hasOwn(logins, name) ? logins[name]?.toLowerCase() : undefined;
}
