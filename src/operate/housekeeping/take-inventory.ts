import type { Stored } from "../../plan/plan-collection.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { markerPrefix } from "../../runtime/local/desired-hub.ts";
import { fleetPaths, hubPaths, machinePaths } from "../../runtime/local/paths.ts";
import { describeMachine } from "../desired-hubs.ts";
import { findReferences, readLockReferences } from "./find-references.ts";
import { readUse } from "./use-notes.ts";

export type InventoryWorld = Pick<
  LocalWorld,
  "files" | "processes" | "locks" | "environments" | "inspection" | "machine" | "pythonSource"
>;

const hasDot = (name: string): boolean => name.includes(".");

/** What this machine's fleets share: environments, copies of the code that hubs run, and what is left of making them. */
export async function takeSharedInventory(world: InventoryWorld): Promise<readonly Stored[]> {
  const { files, machine, environments } = world;
  const { runtime } = machinePaths(machine.stateRoot);
  const [built, copies, current] = await Promise.all([
    files.list(machine.environments),
    files.list(runtime),
    describeMachine(world),
  ]);
  const builtNames = built.filter((name) => !hasDot(name));
  const copyNames = copies.filter((name) => /^[0-9a-f]{16}$/.test(name));
  const used = await findReferences([...builtNames, ...copyNames], world);
  const ofEnvironments = builtNames.map(async (name): Promise<Stored> => {
    const path = `${machine.environments}/${name}`;
    const isComplete = await environments.isComplete(path);
    const kind = isComplete ? "environment" : "half-built environment";
    const isReferenced = isComplete
      ? used.has(name)
      : (await world.locks.holder(`environment/${path}`, `${path}.building`)) !== undefined;
    return { kind, path, isReferenced, usedAt: await readUse(path, world) };
  });
  const ofCopies = copyNames.map(async (name): Promise<Stored> => {
    const path = `${runtime}/${name}`;
    const isReferenced = used.has(name) || path === current.pythonPath;
    return { kind: "code", path, isReferenced, usedAt: await readUse(path, world) };
  });
  return [
    ...(await Promise.all([...ofEnvironments, ...ofCopies])),
    ...(await findLeftovers(machine.environments, built, world)),
    ...(await findLeftovers(runtime, copies, world)),
    ...(await takeCaches(world)),
  ];
}

/** What was fetched and could be fetched again: conda packages and channel indexes, facts about containers' layers. */
async function takeCaches(world: InventoryWorld): Promise<readonly Stored[]> {
  const { condaCache, layers } = machinePaths(world.machine.stateRoot);
  const directories = [`${condaCache}/archives`, `${condaCache}/packages`, `${condaCache}/repodata`, layers];
  const found = directories.map(async (directory) => {
    const entries = (await world.files.list(directory)).map(async (name): Promise<readonly Stored[]> => {
      const path = `${directory}/${name}`;
      const usedAt = (await world.inspection.facts(path))?.modified;
      return usedAt === undefined ? [] : [{ kind: "cache", path, isReferenced: false, usedAt }];
    });
    return (await Promise.all(entries)).flat();
  });
  return (await Promise.all(found)).flat();
}

/** What one fleet keeps. Its lease is held while things are removed by this, so that none of it is about to be used. */
export async function takeFleetInventory(fleetUuid: string, world: InventoryWorld): Promise<readonly Stored[]> {
  const { files, machine } = world;
  const { directory, hubs, locks } = fleetPaths(machine.stateRoot, fleetUuid);
  const [stored, used] = await Promise.all([files.list(locks), readLockReferences(fleetUuid, world)]);
  const ofLocks = stored
    .filter((name) => !name.startsWith("."))
    .map((name): Stored => {
      const isReferenced = used.includes(name.replace(/\.[a-z]+$/, ""));
      return { kind: "lock", path: `${locks}/${name}`, isReferenced, usedAt: isReferenced ? undefined : new Date(0) };
    });
  const names = await files.list(hubs);
  const ofHubs = await Promise.all(names.map((hub) => takeHubInventory(fleetUuid, hub, world)));
  return [
    ...ofLocks.filter(({ isReferenced }) => !isReferenced),
    ...(await drafts(directory, world)),
    ...(await drafts(locks, world)),
    ...ofHubs.flat(),
  ];
}

async function takeHubInventory(fleetUuid: string, hub: string, world: InventoryWorld): Promise<readonly Stored[]> {
  const { data, run, settings, look } = hubPaths(world.machine.stateRoot, fleetUuid, hub);
  const left = await Promise.all([data, run, settings, look].map((path) => drafts(path, world)));
  return [...left.flat(), ...(await findServerLogs(fleetUuid, hub, world))];
}

/** Logs of users' servers that do not run. */
async function findServerLogs(fleetUuid: string, hub: string, world: InventoryWorld): Promise<readonly Stored[]> {
  const directory = `${hubPaths(world.machine.stateRoot, fleetUuid, hub).run}/servers`;
  const names = (await world.files.list(directory)).filter((name) => /\.log(\.|$)/.test(name));
  if (names.length === 0) return [];
  const prefix = `${markerPrefix(fleetUuid, hub)}server/`;
  const running = new Set((await world.processes.findMarked(prefix)).map(({ marker }) => marker.slice(prefix.length)));
  const logs = await Promise.all(
    names.map(async (name): Promise<readonly Stored[]> => {
      const path = `${directory}/${name}`;
      const usedAt = (await world.inspection.facts(path))?.modified;
      const isReferenced = running.has(name.replace(/\.log(\..*)?$/, ""));
      return isReferenced || usedAt === undefined ? [] : [{ kind: "server log", path, isReferenced, usedAt }];
    }),
  );
  return logs.flat();
}

/** Notes of builds that ended, and of environments that are gone; half-written notes. */
async function findLeftovers(
  directory: string,
  names: readonly string[],
  world: InventoryWorld,
): Promise<readonly Stored[]> {
  const left = await Promise.all(
    names.filter(hasDot).map(async (name): Promise<readonly Stored[]> => {
      const path = `${directory}/${name}`;
      const about = path.replace(/\.[a-z]+$/, "");
      if (name.startsWith(".")) return name.endsWith(".new") ? leftover(path, world) : [];
      if (name.endsWith(".removed")) return leftover(path, world);
      if (name.endsWith(".building")) {
        return (await world.locks.holder(`environment/${about}`, path)) === undefined ? leftover(path, world) : [];
      }
      if (!name.endsWith(".used") || (await world.files.exists(about))) return [];
      const usedAt = await readUse(about, world);
      return [{ kind: "leftover", path, isReferenced: false, usedAt: usedAt ?? new Date(0) }];
    }),
  );
  return left.flat();
}

/** Files that a writer was killed over: ours begin with a dot or end with ".new", those of hubs begin with ".writing-". */
async function drafts(directory: string, world: InventoryWorld): Promise<readonly Stored[]> {
  const names = (await world.files.list(directory)).filter(
    (name) => name.endsWith(".new") || name.startsWith(".writing-"),
  );
  return (await Promise.all(names.map((name) => leftover(`${directory}/${name}`, world)))).flat();
}

async function leftover(path: string, { inspection }: InventoryWorld): Promise<readonly Stored[]> {
  const usedAt = (await inspection.facts(path))?.modified;
  return usedAt === undefined ? [] : [{ kind: "leftover", path, isReferenced: false, usedAt }];
}
