import type { Hub } from "../../fleet/fleet.ts";
import type { DraftImage } from "./draft.ts";

/**
 * The live document of a hub: who may enter, what new servers get, what the page says. The hub and its gateway read it
 * again when told to, so no change in it restarts anything.
 */
export function renderCurrent(hub: Hub, images: Readonly<Record<string, DraftImage>>): unknown {
  const { everyone, users, admins, groups, organizations, teams } = hub.access;
  const { workerCores, workerMemoryBytes, maxWorkersPerCluster, maxClustersPerUser, idleSeconds } = hub.dask;
  const environmentOf = (image: string): string => {
    const found = images[image];
    if (found === undefined) throw new TypeError(`image "${image}" was not resolved`);
    return found.environment;
  };

  return {
    version: 1,
    access: { everyone, users, admins, groups, organizations, teams },
    announcement: hub.announcement,
    limits: { runningServers: hub.limits.runningServers ?? 0, concurrentSpawns: hub.limits.concurrentSpawns },
    environment: hub.environment,
    profiles: hub.profiles.map((profile) => ({
      id: profile.id,
      name: profile.name,
      description: profile.description,
      isDefault: profile.isDefault,
      notebookImage: profile.notebookImage,
      notebookEnvironment: environmentOf(profile.notebookImage),
      workerImage: profile.workerImage,
      workerEnvironment: environmentOf(profile.workerImage),
      cpuLimit: profile.cpuLimit ?? hub.limits.cpuLimit ?? null,
      memoryLimitBytes: profile.memoryLimitBytes ?? hub.limits.memoryLimitBytes ?? null,
      cpuGuarantee: profile.cpuGuarantee ?? null,
      memoryGuaranteeBytes: profile.memoryGuaranteeBytes ?? null,
      allowedGroups: profile.allowedGroups,
      environment: profile.environment,
    })),
    shared: hub.storage.shared,
    dask: { workerCores, workerMemoryBytes, maxWorkersPerCluster, maxClustersPerUser, idleSeconds },
  };
}
