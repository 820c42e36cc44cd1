import type { Hub } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { Machine } from "../runtime/local/desired-hub.ts";
import { stableJson } from "../runtime/local/digest.ts";
import { machinePaths } from "../runtime/local/paths.ts";
import { assignUidBlock, hubKey, renameBlock, type UidBlocks } from "../runtime/local/uid-blocks.ts";
import { readUidBlocks } from "../operate/desired-hubs.ts";
import { noteUse } from "../operate/housekeeping/use-notes.ts";

/** Puts the Python package that hubs run where they find it also after this hubfleet was upgraded or removed. */
export async function ensurePythonPackage({ pythonPath }: Machine, world: LocalWorld): Promise<void> {
  const { files, pythonSource } = world;
  const target = `${pythonPath}/hubfleet_local`;
  await noteUse(pythonPath, world);
  if (!(await files.exists(target))) await files.copy(pythonSource, target);
}

type BlocksWorld = Pick<LocalWorld, "files" | "machine" | "locks" | "clock">;

/** Gives each hub its block of user ids, once and for ever. A renamed hub gets the block that its old name has. */
export async function ensureHubUids(
  fleetUuid: string,
  hubs: readonly Hub[],
  { machine, world }: { readonly machine: Machine; readonly world: BlocksWorld },
): Promise<UidBlocks> {
  const { blocks } = await readUidBlocks(world);
  const keys = hubs
    .filter(({ renamedFrom: before }) => before === undefined || !(hubKey(fleetUuid, before) in blocks))
    .map(({ name }) => hubKey(fleetUuid, name));
  return ensureUidBlocks(keys, machine, world);
}

/** Gives each key a block. All fleets of the machine share the registry, so it has a lock of its own. */
export async function ensureUidBlocks(
  keys: readonly string[],
  machine: Machine,
  world: BlocksWorld,
): Promise<UidBlocks> {
  if (!machine.isRoot) return readUidBlocks(world);
  return changeUidBlocks(
    (before) => keys.reduce((registry, key) => assignUidBlock(registry, key).registry, before),
    world,
  );
}

/** Gives a hub's block to its new name. */
export async function renameUidBlock(
  fleetUuid: string,
  { from, to }: { readonly from: string; readonly to: string },
  world: BlocksWorld,
): Promise<void> {
  await changeUidBlocks((before) => renameBlock(before, hubKey(fleetUuid, from), hubKey(fleetUuid, to)), world);
}

async function changeUidBlocks(change: (before: UidBlocks) => UidBlocks, world: BlocksWorld): Promise<UidBlocks> {
  const present = await readUidBlocks(world);
  if (change(present) === present) return present;
  const { stateRoot } = world.machine;
  const { uids } = machinePaths(stateRoot);
  for (;;) {
    const turn = await world.locks.tryAcquire(`uids/${stateRoot}`, `${uids}.writing`, "assign user ids");
    if (turn.kind === "taken") {
      await world.clock.sleep(50);
      continue;
    }
    try {
      const registry = change(await readUidBlocks(world));
      await world.files.ensureFile(uids, stableJson(registry), 0o644);
      return registry;
    } finally {
      await turn.release();
    }
  }
}
