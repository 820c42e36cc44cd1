import { HubfleetError } from "../errors/hubfleet-error.ts";
import { renameDraft } from "../operate/draft-store.ts";
import { stopEverything } from "../operate/destroy-hub.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { DesiredHub } from "../runtime/local/desired-hub.ts";
import { fleetPaths, hubPaths } from "../runtime/local/paths.ts";
import { renameUidBlock } from "./prepare-machine.ts";
import type { Steps } from "./steps.ts";

export interface RenameHubProps {
  readonly fleetUuid: string;
  /** As it is to be, under its new name. */
  readonly desired: DesiredHub;
  readonly from: string;
  readonly world: LocalWorld;
  readonly steps: Steps;
}

/**
 * Gives a hub's things their new name: what runs under the old one ends, and draft, user ids and data move, each in one
 * step. Killed anywhere, the next run finds what still has the old name and goes on from there. The hub is then started
 * as any other that is not running.
 * @throws HubfleetError RENAME_CLASH when the new name has things of its own
 */
export async function renameHub(props: RenameHubProps): Promise<void> {
  const { steps, desired, from } = props;
  await steps.run(`hub/${desired.name}`, `take over from hub/${from}`, () => moveThings(props));
}

async function moveThings({ fleetUuid, desired, from, world }: RenameHubProps): Promise<void> {
  const { files, machine, processes } = world;
  const { hubs } = fleetPaths(machine.stateRoot, fleetUuid);
  const before = hubPaths(machine.stateRoot, fleetUuid, from);
  const [oldDirectory, newDirectory] = [`${hubs}/${from}`, `${hubs}/${desired.name}`];
  const hasOld = await files.exists(oldDirectory);
  if (hasOld && ((await files.exists(desired.paths.data)) || (await files.exists(desired.paths.run)))) {
    throw new HubfleetError("RENAME_CLASH", {
      message: `hub "${desired.name}" cannot take over from "${from}": both have homes and a database on this machine`,
      hint: `to keep those of "${from}": hubfleet destroy hub/${desired.name} --delete-homes; to keep those of "${desired.name}": remove renamedFrom from hubs/${desired.name}.yaml`,
      retry: "never",
    });
  }
  await stopEverything({ fleetUuid, hub: from, uids: desired.uids, world });
  await processes.removeControlGroups(`hubfleet/${fleetUuid}/${from}`);
  // Records, logs and settings name the old directory.
  await files.remove(before.run);
  await renameDraft(fleetUuid, { from, to: desired.hub }, world);
  await renameUidBlock(fleetUuid, { from, to: desired.name }, world);
  if (!hasOld) return;
  await files.remove(newDirectory); // empty, as just seen
  await files.move(oldDirectory, newDirectory);
}
