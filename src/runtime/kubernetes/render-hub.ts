import { chartRepositories } from "../../fleet/chart-repositories.ts";
import type { Fleet, Hub, RemoteCluster } from "../../fleet/fleet.ts";
import { nodeGroupsOf } from "../../fleet/normalize-kubernetes.ts";
import { type ChartSecret, chartSecrets, type HubSecretName } from "./chart-secrets.ts";
import { type ComposedValues, composeValues } from "./chart-values.ts";
import { daskValues, gatewayEnvironment } from "./dask-values.ts";
import { entryValues } from "./entry-values.ts";
import { type GivenFiles, hubFiles } from "./hub-files.ts";
import { hubValues } from "./hub-values.ts";
import { extraRelease, kubernetesNames, type KubernetesNames } from "./kubernetes-names.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { type ImageReferences, liveDocument } from "./live-document.ts";
import { hubSecretNames, othersSecrets, ownObjects } from "./own-objects.ts";
import { serverValues } from "./server-values.ts";
import { startSettings } from "./start-settings.ts";

export interface RenderHubProps {
  readonly fleet: Pick<Fleet, "uuid" | "name">;
  readonly hub: Hub;
  readonly cluster: RemoteCluster;
  /** Of every image that the hub names. */
  readonly images: ImageReferences;
  readonly files: GivenFiles;
  /** Objects of the fleet's own manifests, as they were written. */
  readonly manifests: readonly KubernetesObject[];
}

/** One release of Helm, with all that it is made of. */
export interface RenderedRelease extends ComposedValues {
  readonly release: string;
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
  readonly digest?: string;
}

/** Everything about one hub on Kubernetes, as it should be. Secrets are placeholders. */
export interface RenderedHub {
  readonly name: string;
  readonly names: KubernetesNames;
  /** In the order in which they are installed. */
  readonly releases: readonly RenderedRelease[];
  readonly objects: readonly KubernetesObject[];
  /** Random values of the charts, to be put where their placeholders are. */
  readonly chartSecrets: readonly ChartSecret[];
  /** Keys of the hub's own Secret, to be filled. */
  readonly hubSecrets: readonly HubSecretName[];
  /** Every image that a node will pull for it, in order. */
  readonly images: readonly string[];
}

/** Renders one hub. Pure: the same arguments give the same bytes. */
export function renderHub(props: RenderHubProps): RenderedHub {
  const { fleet, hub, cluster, images, files: given, manifests } = props;
  const names = kubernetesNames(hub);
  const nodeGroups = nodeGroupsOf(cluster);
  const addOns = Object(cluster.settings?.["addOns"]) as Readonly<Record<string, unknown>>; // checked by the schema
  const hasPrometheus = addOns["prometheus"] !== undefined;
  const { [gatewayFile]: gatewayCode = "", [preloadFile]: schedulerPreload = "", ...code } = given.code;
  const files = hubFiles({ ...given, code }, startSettings(fleet, hub, Object.keys(given.look)), {
    names,
    others: othersSecrets(hub),
  });
  const about = { hub, names, images, nodeGroups };
  const hubEntries = [
    ...hubValues({ ...about, hasPrometheus, hasAutoscaler: addOns["autoscaler"] !== undefined, mounts: files.mounts }),
    ...entryValues(hub),
    ...serverValues(hub, names),
  ];
  const live = liveDocument({
    ...about,
    gatewayEnvironment: hub.dask.enabled ? gatewayEnvironment(hub, names) : undefined,
  });
  return {
    name: hub.name,
    names,
    releases: [
      release(hub, "jupyterhub", { ...composed(hub, "jupyterhub", hubEntries), release: names.releases.jupyterhub }),
      ...(hub.dask.enabled
        ? [
            release(hub, "dask-gateway", {
              ...composed(hub, "dask-gateway", daskValues({ ...about, gatewayCode, schedulerPreload })),
              release: names.releases.daskGateway,
            }),
          ]
        : []),
      ...extraReleases(hub),
    ],
    objects: [
      ...ownObjects({ fleet, hub, names, live, files, hasPrometheus }),
      ...manifests.map((object) => ({ ...object, metadata: { ...object.metadata, namespace: names.namespace } })),
    ],
    chartSecrets: chartSecrets({ dask: hub.dask.enabled, metrics: hasPrometheus }),
    hubSecrets: hubSecretNames(hub),
    images: imagesToPull(hub, images),
  };
}

/** Of the Python that goes into a pod, the file that goes into the gateway's configuration instead. */
export const gatewayFile = "hubfleet_kubernetes/gateway_config.py";

/** And what every Dask scheduler runs at its start. */
export const preloadFile = "hubfleet_local/connection_errors.py";

type ChartName = "jupyterhub" | "dask-gateway";

function composed(hub: Hub, chart: ChartName, own: Parameters<typeof composeValues>[0]): ComposedValues {
  const values = Object(hub.chartValues[chart]) as Readonly<Record<string, unknown>>; // a map, as the schema has it
  return composeValues(own, { values, setting: `chartValues.${chart}` });
}

function release(
  hub: Hub,
  chart: ChartName,
  { release: name, values, origins }: ComposedValues & { readonly release: string },
): RenderedRelease {
  const pin = hub.charts?.[chart];
  if (pin === undefined) throw new TypeError(`hub "${hub.name}" names no version of the ${chart} chart`); // validation demands one
  return { release: name, chart, repository: chartRepositories[chart] ?? "", ...pin, values, origins };
}

function extraReleases(hub: Hub): RenderedRelease[] {
  const { extraCharts = {} } = hub;
  return Object.keys(extraCharts)
    .sort()
    .flatMap((name) => {
      const extra = extraCharts[name];
      if (extra === undefined) return [];
      const { chart, repository, version, digest, values } = extra;
      return [
        {
          release: extraRelease(hub, name),
          ...{ chart, repository, version },
          ...(digest === undefined ? {} : { digest }),
          ...composeValues([], { values, setting: `extraCharts.${name}.values` }),
        },
      ];
    });
}

function imagesToPull(hub: Hub, images: ImageReferences): string[] {
  const names = [
    hub.images.hub,
    hub.images.worker,
    ...hub.profiles.flatMap(({ notebookImage, workerImage }) => [notebookImage, workerImage]),
  ];
  return [...new Set(names.flatMap((name) => images[name] ?? []))].sort();
}
