import type { LocalWorld } from "../ports/local-world.ts";

/** What whoever brings hubs up on this machine has to know about it, each time. */
export function machineRemarks({ machine }: Pick<LocalWorld, "machine">): readonly string[] {
  if (machine.isRoot) return [];
  return [
    "not run by root, so all users of a hub are this one account and can read each other's files and the hub's secrets: for one team that trusts each other",
  ];
}
