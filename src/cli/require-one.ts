import { HubfleetError } from "../errors/hubfleet-error.ts";

/**
 * The one hub that a target covers, for commands about a single one.
 * @throws HubfleetError UNKNOWN_TARGET for a stage or a cluster with several
 */
export function requireOne<Hub extends string | { readonly name: string }>(hubs: readonly Hub[], target: string): Hub {
  const [first, ...others] = hubs;
  if (first !== undefined && others.length === 0) return first;
  const names = hubs.map((hub) => (typeof hub === "string" ? hub : hub.name));
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `"${target}" covers ${hubs.length} hubs of this machine, and the command is about one`,
    ...(names.length === 0 ? {} : { hint: `name one: ${names.map((name) => `hub/${name}`).join(", ")}` }),
  });
}
