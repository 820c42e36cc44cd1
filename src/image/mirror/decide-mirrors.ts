import { containerName } from "../../fleet/container-name.ts";
import type { Fleet, Hub } from "../../fleet/fleet.ts";

/** An image that has to be in a registry beside the one that it was pushed to. */
export interface Mirror {
  readonly image: string;
  /** Name in fleet.yaml of the registry that it is copied to. */
  readonly registry: string;
  readonly address: string;
  /** Its name below that address. */
  readonly repository: string;
  /** Hubs whose clusters pull it from there. */
  readonly hubs: readonly string[];
}

/**
 * Which images have to be copied where: to the registry of every cluster that has a hub which uses them.
 *
 * | cluster's `registry`       | an image that is built here | one taken `from` a registry |
 * | -------------------------- | --------------------------- | --------------------------- |
 * | not written                | is there already            | is pulled from where it is  |
 * | the first                  | is there already            | is copied                   |
 * | another                    | is copied                   | is copied                   |
 *
 * Two registries with one address are one.
 */
export function decideMirrors(fleet: Pick<Fleet, "hubs" | "clusters" | "images" | "registries">): readonly Mirror[] {
  const { registries = {} } = fleet;
  const home = Object.values(registries)[0]?.address;
  const mirrors = new Map<string, Mirror>();
  for (const hub of fleet.hubs.values()) {
    const cluster = fleet.clusters.get(hub.cluster);
    const written = cluster?.provider === "local" ? undefined : cluster?.settings?.["registry"];
    const registry = typeof written === "string" ? registries[written] : undefined;
    if (typeof written !== "string" || registry === undefined) continue;
    for (const image of imagesOf(hub)) {
      const isBuilt = fleet.images.get(image)?.from === undefined;
      if (isBuilt && registry.address === home) continue;
      const key = `${registry.address}/${image}`;
      const known = mirrors.get(key);
      const hubs = [...(known?.hubs ?? []), hub.name];
      mirrors.set(key, {
        image,
        registry: known?.registry ?? written,
        address: registry.address,
        repository: containerName(image),
        hubs,
      });
    }
  }
  return [...mirrors.values()];
}

function imagesOf({ images, profiles }: Hub): ReadonlySet<string> {
  return new Set([
    ...[images.hub, images.notebook, images.worker],
    ...profiles.flatMap(({ notebookImage, workerImage }) => [notebookImage, workerImage]),
  ]);
}
