import type { Fleet, Hub } from "../fleet/fleet.ts";
import { imagesOf } from "../fleet/images-of.ts";
import type { BundleDocument } from "./bundle-schema.ts";
import type { Parts } from "./gate-evidence.ts";
import type { GateHub } from "./gate-input.ts";

/**
 * The parts of a bundle that a hub runs: the images that it and its profiles use, what it shares with all hubs and with
 * those of its groups, the renderer, and the charts where it runs on Kubernetes. `fleet` is the fleet with the bundle.
 */
export function gateHub(
  hub: Hub,
  fleet: Pick<Fleet, "clusters">,
  bundle: { readonly document: BundleDocument; readonly parts: Parts },
): GateHub {
  const needsContainers = fleet.clusters.get(hub.cluster)?.provider !== "local";
  const groups = includedGroups(hub.groups, bundle.document.settings.groups);
  const wanted = [
    ...imagesOf(hub).map((image) => `image/${image}`),
    ...(needsContainers ? ["charts"] : []),
    "settings",
    ...groups.map((group) => `group/${group}`),
    "renderer",
  ];
  return { name: hub.name, parts: wanted.filter((part) => bundle.parts[part] !== undefined), needsContainers };
}

/** The notebook images that a fleet's hubs offer with Dask, each with the worker image that belongs to it. */
export function pairsOf(hubs: Iterable<Hub>): BundleDocument["pairs"] {
  const pairs = new Map<string, BundleDocument["pairs"][number]>();
  for (const { dask, images, profiles } of hubs) {
    if (!dask.enabled) continue;
    const offered = [
      images,
      ...profiles.map(({ notebookImage, workerImage }) => ({ notebook: notebookImage, worker: workerImage })),
    ];
    for (const { notebook, worker } of offered) pairs.set(JSON.stringify([notebook, worker]), { notebook, worker });
  }
  return [...pairs].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, pair]) => pair);
}

function includedGroups(names: readonly string[], groups: BundleDocument["settings"]["groups"]): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const included of groups[name]?.groups ?? []) visit(included);
  };
  for (const name of names) visit(name);
  return [...found].toSorted();
}
