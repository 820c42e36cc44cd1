import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { fleetPaths } from "../runtime/local/paths.ts";
import { selectHubs } from "./select-hubs.ts";

/**
 * Hubs of the fleet that are on this machine: those that targets name or, without any, all, including those whose file
 * was deleted.
 * @throws HubfleetError UNKNOWN_TARGET
 */
export async function findPresent(
  fleet: Fleet,
  targets: readonly string[],
  { files, machine }: Pick<LocalWorld, "files" | "machine">,
): Promise<readonly string[]> {
  const onDisk = await files.list(fleetPaths(machine.stateRoot, fleet.uuid).hubs);
  if (targets.length === 0) return onDisk;
  const unwritten = targets
    .map((target) => target.replace(/^hub\//, ""))
    .filter((name) => onDisk.includes(name) && !fleet.hubs.has(name));
  const rest = targets.filter((target) => !unwritten.includes(target.replace(/^hub\//, "")));
  const written = rest.length === 0 ? [] : selectHubs(fleet, rest).local.map(({ name }) => name);
  const names = [...new Set([...unwritten, ...written])].filter((name) => onDisk.includes(name));
  if (names.length > 0) return names;
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `nothing of ${targets.join(", ")} is on this machine`,
    hint: "`hubfleet status` shows what is",
  });
}
