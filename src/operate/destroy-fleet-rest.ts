import { bootEntryName } from "../apply/boot-entry.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { fleetPaths, hubPaths, machinePaths } from "../runtime/local/paths.ts";
import { findReferences } from "./housekeeping/find-references.ts";
import { useNote } from "./housekeeping/use-notes.ts";

type DestroyRestWorld = Pick<LocalWorld, "files" | "machine" | "processes" | "bootService" | "environments">;

export interface DestroyOptions {
  /** Remove homes, shared directories, database and secrets too. */
  readonly deleteHomes: boolean;
  /** Remove environments that no other fleet of this machine uses. */
  readonly deleteEnvironments: boolean;
}

/** What stays of a fleet whose hubs are all gone, beside their data. */
export interface FleetRemains {
  readonly kept: readonly { readonly what: string; readonly path: string; readonly bytes: number }[];
}

/**
 * Removes what belongs to the fleet as a whole once none of its hubs is left on this machine: the draft and its locks.
 * Environments are shared by all fleets of the machine: they are removed when asked for and no draft names them.
 * Answers undefined while a hub is left.
 */
export async function destroyFleetRest(
  fleetUuid: string,
  { deleteEnvironments }: { readonly deleteEnvironments: boolean },
  world: DestroyRestWorld,
): Promise<FleetRemains | undefined> {
  const { files, machine, bootService } = world;
  const paths = fleetPaths(machine.stateRoot, fleetUuid);
  const names = await files.list(paths.hubs);
  for (const name of names) {
    const { run, data } = hubPaths(machine.stateRoot, fleetUuid, name);
    if (await files.exists(run)) return undefined;
    if (!(await files.exists(data))) await files.remove(`${paths.hubs}/${name}`);
  }
  await bootService.remove(bootEntryName(fleetUuid));
  await Promise.all([files.remove(paths.draft), files.remove(paths.looks)]);
  await Promise.all([files.remove(paths.journal), files.remove(`${paths.journal}.1`)]);
  await Promise.all([files.remove(paths.locks), files.remove(paths.bundleFiles)]);
  if ((await files.list(paths.hubs)).length === 0) await files.remove(paths.directory);

  const { runtime, uids, collected, verdicts, condaCache } = machinePaths(machine.stateRoot);
  const { environments } = machine;
  if (deleteEnvironments) {
    const isLeft = await removeEnvironments(world);
    const caches = [runtime, environments, collected, verdicts, condaCache];
    if (!isLeft) await Promise.all(caches.map((path) => files.remove(path)));
  }
  const named = [
    { what: "environments, shared by all fleets", path: environments },
    { what: "hubfleet's code for hubs", path: runtime },
    { what: "verdicts on images", path: verdicts },
    { what: "conda packages as they were fetched", path: condaCache },
    { what: "user ids, never given twice", path: uids },
  ];
  const kept = await Promise.all(named.map(async (part) => ({ ...part, bytes: await files.size(part.path) })));
  return { kept: kept.filter(({ bytes }) => bytes > 0) };
}

/** Those that nothing on this machine refers to; answers whether some are left. */
async function removeEnvironments(world: DestroyRestWorld): Promise<boolean> {
  const directory = world.machine.environments;
  const names = (await world.files.list(directory)).filter((name) => !name.includes("."));
  const used = await findReferences(names, world);
  let left = used.size;
  for (const name of names.filter((one) => !used.has(one))) {
    const path = `${directory}/${name}`;
    const isUnused = async (): Promise<boolean> => (await findReferences([name], world)).size === 0;
    if (await world.environments.remove(path, isUnused)) await world.files.remove(useNote(path));
    else left += 1;
  }
  return left > 0;
}
