import type { Fleet } from "../fleet/fleet.ts";
import type { BootEntry } from "../ports/boot-service.ts";
import type { LocalWorld } from "../ports/local-world.ts";

/** What brings a fleet's hubs back after the machine was restarted: the same `apply` that mends them. */
export function bootEntry(
  fleet: Pick<Fleet, "name" | "uuid">,
  directory: string,
  { machine }: Pick<LocalWorld, "machine">,
): BootEntry {
  const [program, ...words] = machine.program;
  return {
    name: bootEntryName(fleet.uuid),
    description: `Hubs of the fleet "${fleet.name}" (hubfleet)`,
    argv: [program, ...words, "apply", "-C", directory],
    environment: { HUBFLEET_STATE: machine.stateRoot, HUBFLEET_ENVIRONMENTS: machine.environments },
  };
}

export function bootEntryName(fleetUuid: string): string {
  return `hubfleet-${fleetUuid}`;
}
