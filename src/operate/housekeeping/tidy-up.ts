import { fromUnknown } from "../../errors/from-unknown.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { machinePaths } from "../../runtime/local/paths.ts";
import { pruneStored } from "./prune.ts";
import { retentionOf } from "./retention-of.ts";
import { takeFleetInventory, takeSharedInventory } from "./take-inventory.ts";

export interface TidyUpProps {
  readonly fleet: Fleet;
  readonly world: LocalWorld;
  readonly report: Report;
  readonly signal: AbortSignal;
}

const everyMilliseconds = 86_400_000;

/**
 * What `prune` does, at the end of a command that did its work, by whoever holds the fleet's lease; of the fleets only
 * this one. Once a day: a command that has nothing to do stays as fast as it is. It never fails the command: what
 * could not be removed is a note.
 */
export async function tidyUp({ fleet, world, report, signal }: TidyUpProps): Promise<void> {
  const { collected } = machinePaths(world.machine.stateRoot);
  try {
    const last = new Date((await world.files.read(collected)) ?? 0).getTime();
    const now = world.clock.now().getTime();
    if (now - last < everyMilliseconds && now >= last) return;
    const props = { retention: retentionOf(fleet), isDryRun: false, isQuiet: true, world, signal };
    await pruneStored(await takeSharedInventory(world), props);
    await pruneStored(await takeFleetInventory(fleet.uuid, world), props);
    await world.files.ensureFile(collected, world.clock.now().toISOString(), 0o644);
  } catch (thrown) {
    const reason = fromUnknown(thrown)[0]?.message ?? "";
    report({ target: `fleet/${fleet.name}`, text: `old files could not be tidied up: ${reason}`, state: "note" });
  }
}
