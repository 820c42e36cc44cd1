import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { nameHint } from "../../errors/nearest-name.ts";
import type { Fleet, Hub, RemoteCluster } from "../../fleet/fleet.ts";
import type { ImageSources } from "../../ports/image-sources.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { renderHub, type RenderedHub } from "../../runtime/kubernetes/render-hub.ts";
import { type FilesWorld, readGivenFiles } from "./given-files.ts";
import { hubImages } from "./hub-images.ts";
import { readManifests } from "./read-manifests.ts";

export interface RenderWrittenProps {
  readonly fleet: Fleet;
  /** `hub/NAME` or a bare name. */
  readonly target: string;
  readonly directory: string;
  readonly sources: () => Promise<ImageSources>;
  readonly world: FilesWorld & Pick<LocalWorld, "machine">;
  readonly signal: AbortSignal;
}

export interface Rendering {
  readonly hub: RenderedHub;
  /** Image → why it has no digest yet. */
  readonly without: Readonly<Record<string, string>>;
}

/**
 * What a hub becomes on its cluster, as the working tree has it.
 * @throws HubfleetError UNKNOWN_TARGET, NOT_ON_KUBERNETES, CHART_NOT_PINNED, MANIFEST_INVALID; as images do
 */
export async function renderWritten(props: RenderWrittenProps): Promise<Rendering> {
  const { fleet, directory, world } = props;
  const hub = requireHub(props);
  const cluster = requireRemote(hub, fleet);
  requireCharts(hub, fleet);
  const [files, manifests, images] = await Promise.all([
    readGivenFiles(hub, directory, world),
    readManifests(hub, directory, world),
    hubImages({ ...props, hub }),
  ]);
  const rendered = renderHub({ fleet, hub, cluster, images: images.references, files, manifests });
  return { hub: rendered, without: images.without };
}

function requireHub({ fleet, target }: RenderWrittenProps): Hub {
  const name = target.replace(/^hub\//, "");
  const hub = fleet.hubs.get(name);
  if (hub !== undefined) return hub;
  const hint = nameHint(name, fleet.hubs.keys());
  throw new HubfleetError("UNKNOWN_TARGET", {
    message: `the fleet has no hub "${name}"`,
    ...(hint === undefined ? {} : { hint }),
  });
}

function requireRemote(hub: Hub, fleet: Fleet): RemoteCluster {
  const cluster = fleet.clusters.get(hub.cluster);
  if (cluster !== undefined && cluster.provider !== "local") return cluster;
  const at = fleet.origins.at(`hubs.${hub.name}.cluster`);
  throw new HubfleetError("NOT_ON_KUBERNETES", {
    message: `hub "${hub.name}" is on cluster "${hub.cluster}", which is this machine: it becomes processes, not objects`,
    hint: "name a hub whose cluster has another provider than `local`",
    ...(at === undefined ? {} : { at }),
  });
}

function requireCharts(hub: Hub, fleet: Fleet): void {
  const wanted = ["jupyterhub", ...(hub.dask.enabled ? ["dask-gateway"] : [])];
  const missing = wanted.find((chart) => hub.charts?.[chart] === undefined);
  if (missing === undefined) return;
  const at = fleet.origins.at(`hubs.${hub.name}.cluster`);
  throw new HubfleetError("CHART_NOT_PINNED", {
    message: `hub "${hub.name}" is on a Kubernetes cluster, and no layer says which version of the ${missing} chart it has`,
    hint: `write \`charts: {${missing}: {version: …}}\` in platform.yaml, a group or the hub`,
    ...(at === undefined ? {} : { at }),
  });
}
