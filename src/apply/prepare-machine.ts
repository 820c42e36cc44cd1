import type { LocalWorld } from "../ports/local-world.ts";
import type { Machine } from "../runtime/local/desired-hub.ts";
import { stableJson } from "../runtime/local/digest.ts";
import { machinePaths } from "../runtime/local/paths.ts";
import { assignUidBlock, type UidBlocks } from "../runtime/local/uid-blocks.ts";
import { readUidBlocks } from "../operate/desired-hubs.ts";
import { noteUse } from "../operate/housekeeping/use-notes.ts";

/** Puts the Python package that hubs run where they find it also after this hubfleet was upgraded or removed. */
export async function ensurePythonPackage({ pythonPath }: Machine, world: LocalWorld): Promise<void> {
  const { files, pythonSource } = world;
  const target = `${pythonPath}/hubfleet_local`;
  await noteUse(pythonPath, world);
  if (!(await files.exists(target))) await files.copy(pythonSource, target);
}

/**
 * Gives each hub its block of user ids, once and for ever. All fleets of the machine share the registry, so it has a
 * lock of its own.
 */
export async function ensureUidBlocks(
  hubs: readonly string[],
  machine: Machine,
  world: Pick<LocalWorld, "files" | "locks" | "clock" | "machine">,
): Promise<UidBlocks> {
  const before = await readUidBlocks(world);
  if (!machine.isRoot || hubs.every((hub) => before.blocks[hub] !== undefined)) return before;

  const { uids } = machinePaths(machine.stateRoot);
  for (;;) {
    const turn = await world.locks.tryAcquire(`uids/${machine.stateRoot}`, `${uids}.writing`, "assign user ids");
    if (turn.kind === "taken") {
      await world.clock.sleep(50);
      continue;
    }
    try {
      let registry = await readUidBlocks(world);
      for (const hub of hubs) registry = assignUidBlock(registry, hub).registry;
      await world.files.ensureFile(uids, stableJson(registry), 0o644);
      return registry;
    } finally {
      await turn.release();
    }
  }
}
