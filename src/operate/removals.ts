import type { Fleet } from "../fleet/fleet.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import type { Draft } from "../runtime/local/draft.ts";
import { hubPaths } from "../runtime/local/paths.ts";
import { findPresent } from "./find-present.ts";

/**
 * Hubs that were brought up on this machine and that no file describes any more, by this name or as the old name of
 * another; also those of which a command was killed while it took them down.
 */
export async function findRemovable(
  fleet: Fleet,
  draft: Draft,
  world: Pick<LocalWorld, "files" | "machine">,
): Promise<readonly string[]> {
  const renamed = new Set([...fleet.hubs.values()].map(({ renamedFrom }) => renamedFrom));
  const names = (await findPresent(fleet, [], world)).filter((name) => !fleet.hubs.has(name) && !renamed.has(name));
  const isUp = await Promise.all(
    names.map(async (name) => {
      const { run } = hubPaths(world.machine.stateRoot, fleet.uuid, name);
      return draft.hubs[name] !== undefined || world.files.exists(run);
    }),
  );
  return names.filter((_, index) => isUp[index]);
}
