import type { Hub } from "./fleet.ts";

/** The names of all images that a hub runs, its profiles' included. */
export function imagesOf(hub: Hub): readonly string[] {
  const ofProfiles = hub.profiles.flatMap(({ notebookImage, workerImage }) => [notebookImage, workerImage]);
  return [...new Set([hub.images.hub, hub.images.notebook, hub.images.worker, ...ofProfiles])].sort();
}
