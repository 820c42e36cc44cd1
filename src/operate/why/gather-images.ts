import { dirname } from "node:path";

import type { Hub } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { DraftImage } from "../../runtime/local/draft.ts";
import type { Evidence, ImageEvidence } from "./evidence.ts";

export interface GatherImagesProps {
  readonly settings: Hub;
  readonly images: Readonly<Record<string, DraftImage>>;
  readonly components: Evidence["components"];
  readonly observed: Evidence["observed"];
}

const importMilliseconds = 60_000;
const hubModules = ["jupyterhub.app", "jupyterhub_idle_culler", "hubfleet_local.hub"];
const gatewayModules = ["dask_gateway_server.app"];
const notebookModules = ["jupyterhub.singleuser", "ipykernel"];

/** The environments of a hub. Importing takes seconds, so it is tried only for what does not run or failed to start. */
export async function gatherImages(
  { settings, images, components, observed }: GatherImagesProps,
  world: LocalWorld,
): Promise<readonly ImageEvidence[]> {
  const isDown = (["hub", "gateway", "culler"] as const).some(
    (name) => observed.components[name].process === undefined && components[name].startedAt !== undefined,
  );
  const startsFail = components.hub.lines.some((line) => line.includes("rror starting "));
  const notebooks = new Set(settings.profiles.map(({ notebookImage }) => notebookImage));
  const isKnown = (name: string): boolean => name === settings.images.hub || notebooks.has(name);

  return Promise.all(
    Object.entries(images)
      .filter(([name]) => isKnown(name))
      .map(async ([name, { environment }]) => {
        const role = name === settings.images.hub ? ("hub" as const) : ("notebook" as const);
        const modules =
          role === "notebook"
            ? notebookModules
            : settings.dask.enabled
              ? [...hubModules, ...gatewayModules]
              : hubModules;
        const [exists, isComplete] = await Promise.all([
          world.files.exists(environment),
          world.environments.isComplete(environment),
        ]);
        const isSuspect = exists && isComplete && (role === "hub" ? isDown : startsFail);
        const importError = isSuspect ? await tryImports(environment, modules, world) : "";
        return { name, environment, role, exists, isComplete, importError };
      }),
  );
}

async function tryImports(environment: string, modules: readonly string[], world: LocalWorld): Promise<string> {
  const { exitCode, output } = await world.programs.run(
    {
      argv: [`${environment}/bin/python`, "-c", `import ${modules.join(", ")}`],
      environment: { PATH: `${environment}/bin:/usr/bin:/bin`, PYTHONPATH: dirname(world.pythonSource) },
      directory: "/",
    },
    importMilliseconds,
  );
  if (exitCode === 0) return "";
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  // A hint may follow the error itself: "ImportError: … e.g." and then what to install.
  return (
    lines.findLast((line) => /^[\w.]*(Error|Exception)\b/.test(line)) ??
    lines.at(-1) ??
    `it ended with status ${exitCode}`
  );
}
