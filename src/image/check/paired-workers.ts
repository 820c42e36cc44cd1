import type { Fleet } from "../../fleet/fleet.ts";

/** Worker images that some hub or profile runs with a notebook image, in the order of their names. */
export function pairedWorkers({ hubs }: Pick<Fleet, "hubs">, notebook: string): readonly string[] {
  const pairs = [...hubs.values()]
    .filter(({ dask }) => dask.enabled)
    .flatMap(({ images, profiles }) => [
      { notebookImage: images.notebook, workerImage: images.worker },
      ...profiles.map(({ notebookImage, workerImage }) => ({ notebookImage, workerImage })),
    ]);
  const workers = pairs.filter(({ notebookImage }) => notebookImage === notebook).map(({ workerImage }) => workerImage);
  return [...new Set(workers)].sort();
}
