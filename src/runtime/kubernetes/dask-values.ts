import type { Hub } from "../../fleet/fleet.ts";
import type { NodeGroup } from "../../fleet/kubernetes-settings.ts";
import { type ChartValue, decided, fromSetting } from "./chart-values.ts";
import { gatewayData } from "./gateway-code.ts";
import type { KubernetesNames } from "./kubernetes-names.ts";
import { type ImageReferences, referenceOf } from "./live-document.ts";
import { placeOn, someTolerations } from "./node-placement.ts";
import { podResources } from "./pod-resources.ts";
import { splitReference } from "./split-reference.ts";
import { workerSize } from "./worker-size.ts";

export interface DaskValuesProps {
  readonly hub: Hub;
  readonly names: KubernetesNames;
  readonly images: ImageReferences;
  readonly nodeGroups: ReadonlyMap<string, NodeGroup>;
  /** Python that the gateway's configuration ends with. */
  readonly gatewayCode: string;
  /** Python that Dask schedulers and workers run at their start. */
  readonly schedulerPreload: string;
}

/** Path below which the gateway answers, behind the hub's proxy and at its own service alike. */
export function gatewayPrefix(hub: Pick<Hub, "basePath">): string {
  return `${hub.basePath}services/dask-gateway`;
}

/** What a user's server is told of the gateway. Dask's own traffic goes straight to it, past the hub's proxy. */
export function gatewayEnvironment(hub: Hub, names: KubernetesNames): Readonly<Record<string, string>> {
  const prefix = gatewayPrefix(hub);
  return {
    DASK_GATEWAY__ADDRESS: `http://${names.gatewayService}${prefix}`,
    DASK_GATEWAY__PROXY_ADDRESS: `gateway://${names.gatewayService}:80`,
    DASK_GATEWAY__PUBLIC_ADDRESS: prefix,
    DASK_GATEWAY__AUTH__TYPE: "jupyterhub",
  };
}

/** Values of the dask-gateway chart. A change restarts the gateway's API and controller; Dask clusters go on. */
export function daskValues(props: DaskValuesProps): readonly ChartValue[] {
  const { hub, images, nodeGroups, gatewayCode, schedulerPreload } = props;
  const image = splitReference(referenceOf(hub.images.worker, images));
  const workers = hub.dask.nodeGroup === undefined ? undefined : nodeGroups.get(hub.dask.nodeGroup);
  const size = workerSize(hub.dask, workers);
  const because =
    size.cores < size.coresLimit || size.memoryBytes < size.memoryLimitBytes ? "dask.nodeGroup" : undefined;
  return [
    fromSetting("gateway.prefix", gatewayPrefix(hub), "basePath"),
    decided("gateway.auth.type", "jupyterhub", "who a user is, the hub says"),
    decided("gateway.auth.jupyterhub.jupyterhubServiceName", "dask-gateway", "only tokens with access to the service"),
    fromSetting("gateway.auth.jupyterhub.apiUrl", `http://hub:8081${hub.basePath}hub/api`, "basePath"),
    fromSetting("gateway.backend.image.name", image.name, "images.worker"),
    fromSetting("gateway.backend.image.tag", image.tag, "images.worker"),
    fromSetting("gateway.backend.worker.cores.request", size.cores, because ?? "dask.workerCores"),
    fromSetting("gateway.backend.worker.cores.limit", size.coresLimit, "dask.workerCores"),
    fromSetting("gateway.backend.worker.memory.request", size.memoryBytes, because ?? "dask.workerMemory"),
    fromSetting("gateway.backend.worker.memory.limit", size.memoryLimitBytes, "dask.workerMemory"),
    fromSetting("gateway.backend.worker.threads", size.threads, "dask.workerCores"),
    ...placeValues("worker", workers, "dask.nodeGroup"),
    ...placeValues(
      "scheduler",
      hub.dask.schedulerNodeGroup === undefined ? undefined : nodeGroups.get(hub.dask.schedulerNodeGroup),
      "dask.schedulerNodeGroup",
    ),
    fromSetting("gateway.extraConfig.hubfleet-1-data", gatewayData(hub, images, schedulerPreload), "dask"),
    decided(
      "gateway.extraConfig.hubfleet-2-code",
      gatewayCode,
      "what users may choose for a Dask cluster, its caps, and commands that every distributed has",
    ),
    decided("traefik.service.type", "ClusterIP", "it is reached through the hub's proxy, and from inside"),
    ...podValues(props),
  ];
}

function placeValues(kind: "worker" | "scheduler", group: NodeGroup | undefined, setting: string): ChartValue[] {
  if (group === undefined) return [];
  const { nodeSelector, tolerations } = placeOn(group);
  return [
    fromSetting(`gateway.backend.${kind}.extraPodConfig.nodeSelector`, nodeSelector, setting),
    fromSetting(`gateway.backend.${kind}.extraPodConfig.tolerations`, someTolerations(tolerations), setting),
  ];
}

function podValues({ hub: { pods = {} }, nodeGroups }: DaskValuesProps): ChartValue[] {
  const usual = { cpuGuarantee: 0.05, memoryGuaranteeBytes: 128 * 1024 ** 2 };
  const resources = podResources(pods.gateway ?? usual);
  const group = pods.nodeGroup === undefined ? undefined : nodeGroups.get(pods.nodeGroup);
  const place = group === undefined ? undefined : placeOn(group);
  return ["gateway", "controller", "traefik"].flatMap((pod) => [
    pods.gateway === undefined
      ? decided(`${pod}.resources`, resources, "enough for some ten Dask clusters, so that the scheduler knows of it")
      : fromSetting(`${pod}.resources`, resources, "pods.gateway"),
    ...(place === undefined
      ? []
      : [
          fromSetting(`${pod}.nodeSelector`, place.nodeSelector, "pods.nodeGroup"),
          fromSetting(`${pod}.tolerations`, someTolerations(place.tolerations), "pods.nodeGroup"),
        ]),
  ]);
}
