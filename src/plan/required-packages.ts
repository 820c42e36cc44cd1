import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { Hub } from "../fleet/fleet.ts";
import { pipNameOf } from "../image/conda/pip-names.ts";
import { parseLock } from "../image/lock/parse-lock.ts";

/** Why a package must be in an image. */
interface Need {
  readonly image: string;
  readonly packages: readonly string[];
  readonly because: string;
}

/**
 * What a hub's images must hold for the hub to do what is written, and do not: without it the hub would come up and
 * every server or Dask cluster of it fail.
 */
export function missingPackages(hub: Hub, lockOf: (image: string) => string | undefined): readonly HubfleetError[] {
  return needs(hub).flatMap(({ image, packages, because }) => {
    const lock = lockOf(image);
    if (lock === undefined) return [];
    const { conda, packages: pip } = parseLock(lock);
    const present = new Set([...conda.map(({ name }) => pipNameOf(name)), ...pip.map(({ name }) => name)]);
    const file = conda.length > 0 ? "environment.yml" : "requirements.txt";
    const missing = packages.filter((name) => !present.has(name));
    if (missing.length === 0) return [];
    return [
      new HubfleetError("IMAGE_LACKS_PACKAGE", {
        message: `image "${image}" lacks ${missing.join(", ")}, which hub "${hub.name}" needs ${because}`,
        hint: `add ${missing.length === 1 ? "it" : "them"} to images/${image}/${file}`,
      }),
    ];
  });
}

function needs(hub: Hub): readonly Need[] {
  const notebooks = new Set(hub.profiles.map(({ notebookImage }) => notebookImage));
  const workers = new Set(hub.profiles.map(({ workerImage }) => workerImage));
  const dask = ["dask", "distributed", "dask-gateway"];
  return [
    { image: hub.images.hub, packages: ["jupyterhub"], because: "to run" },
    ...(hub.culling.enabled
      ? [{ image: hub.images.hub, packages: ["jupyterhub-idle-culler"], because: "to end idle servers" }]
      : []),
    ...[...notebooks].map((image) => ({
      image,
      packages: ["jupyterhub", "jupyterlab"],
      because: "to start a server in it",
    })),
    ...(hub.dask.enabled
      ? [
          { image: hub.images.hub, packages: ["dask-gateway-server"], because: "for Dask" },
          ...[...workers].map((image) => ({ image, packages: dask, because: "for Dask's schedulers and workers" })),
        ]
      : []),
  ];
}
