import type { Hub } from "../../fleet/fleet.ts";
import { stableJson } from "../local/digest.ts";
import { monitoringLabels } from "./kubernetes-labels.ts";
import { type ImageReferences, referenceOf } from "./live-document.ts";

/** What the Dask Gateway's own code is told, as a line of Python in front of it. */
export function gatewayData(hub: Hub, images: ImageReferences, schedulerPreload: string): string {
  const { maxWorkersPerCluster, maxClustersPerUser, idleSeconds } = hub.dask;
  const preset = hub.profiles.find(({ isDefault }) => isDefault) ?? hub.profiles[0];
  return asPython({
    profiles: hub.profiles.map(({ id, workerImage, allowedGroups, environment }) => ({
      id,
      image: referenceOf(workerImage, images),
      allowedGroups,
      environment: { ...hub.environment, ...environment },
    })),
    preset: referenceOf(preset?.workerImage ?? hub.images.worker, images),
    maxClustersPerUser,
    maxWorkersPerCluster,
    idleSeconds,
    labels: monitoringLabels(hub),
    schedulerPreload,
  });
}

/**
 * Data goes in as JSON inside of a raw text, so that nothing of the fleet can become code: JSON puts a backslash before
 * every quotation mark that is not its own, and never three of its own in a row.
 */
function asPython(data: unknown): string {
  return `import json\n\nHUBFLEET = json.loads(r"""${stableJson(data).trimEnd()}""")\n`;
}
