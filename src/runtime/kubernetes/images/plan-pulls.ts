import { isMap } from "../../../fleet/merge-settings.ts";
import type { Hub } from "../../../fleet/fleet.ts";
import type { NodeGroup } from "../../../fleet/kubernetes-settings.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import type { ImageReferences } from "../live-document.ts";
import { placeOn } from "../node-placement.ts";
import { type Toleration, untoleratedTaints } from "../troubles/untolerated-taints.ts";
import type { KubernetesObject as ClusterObject } from "../../../ports/kubernetes.ts";

/** An image, and on which nodes pods of it may run. */
export interface PlacedImage {
  readonly image: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly pullSecrets: readonly string[];
}

/** What a node lacks. */
export interface NodePull {
  readonly node: string;
  readonly images: readonly string[];
  readonly pullSecrets: readonly string[];
}

const workloads: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** Images of what a chart runs all the time. */
export function chartImages(objects: readonly KubernetesObject[]): readonly PlacedImage[] {
  return objects.flatMap((object): PlacedImage[] => {
    const pod = workloads.has(object.kind) ? at(object, ["spec", "template", "spec"]) : undefined;
    if (!isMap(pod)) return [];
    const containers = [...list(pod["initContainers"]), ...list(pod["containers"])];
    const place = {
      nodeSelector: (pod["nodeSelector"] ?? {}) as PlacedImage["nodeSelector"], // as the API has it
      tolerations: list(pod["tolerations"]) as readonly Toleration[],
      pullSecrets: list(pod["imagePullSecrets"]).flatMap(nameOf),
    };
    return containers.flatMap((container) => {
      const image = isMap(container) ? container["image"] : undefined;
      return typeof image === "string" ? [{ ...place, image }] : [];
    });
  });
}

/** Images of users' servers and of Dask, with the node groups that profiles and the hub name for them. */
export function userImages(
  hub: Pick<Hub, "profiles" | "dask">,
  images: ImageReferences,
  {
    nodeGroups,
    pullSecrets,
  }: {
    readonly nodeGroups: ReadonlyMap<string, NodeGroup>;
    readonly pullSecrets: readonly string[];
  },
): readonly PlacedImage[] {
  const place = (name: string, groupName: string | undefined): readonly PlacedImage[] => {
    const group = groupName === undefined ? undefined : nodeGroups.get(groupName);
    const { nodeSelector = {}, tolerations = [] } = group === undefined ? {} : placeOn(group);
    const image = images[name];
    return image === undefined ? [] : [{ image, nodeSelector, tolerations, pullSecrets }];
  };
  return hub.profiles.flatMap(({ notebookImage, workerImage, nodeGroup }) => [
    ...place(notebookImage, nodeGroup),
    ...(hub.dask.enabled ? place(workerImage, hub.dask.nodeGroup) : []),
    ...(hub.dask.enabled ? place(workerImage, hub.dask.schedulerNodeGroup ?? hub.dask.nodeGroup) : []),
  ]);
}

/** What each node that is up lacks of what may run there. Pure. */
export function planPulls(placed: readonly PlacedImage[], nodes: readonly ClusterObject[]): readonly NodePull[] {
  return nodes.filter(isUp).flatMap((node): NodePull[] => {
    const labels = node.metadata.labels ?? {};
    const there = new Set(
      list(at(node, ["status", "images"])).flatMap((one) => (isMap(one) ? list(one["names"]) : [])),
    );
    const wanted = placed.filter(
      ({ nodeSelector, tolerations }) =>
        Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) &&
        untoleratedTaints([node], tolerations).length === 0,
    );
    const missing = wanted.filter(({ image }) => !there.has(image) && !there.has(withoutTag(image)));
    if (missing.length === 0) return [];
    return [
      {
        node: node.metadata.name,
        images: [...new Set(missing.map(({ image }) => image))].toSorted(),
        pullSecrets: [...new Set(missing.flatMap(({ pullSecrets }) => pullSecrets))].toSorted(),
      },
    ];
  });
}

function isUp(node: ClusterObject): boolean {
  const isReady = list(at(node, ["status", "conditions"])).some(
    (one) => isMap(one) && one["type"] === "Ready" && one["status"] === "True",
  );
  return isReady && at(node, ["spec", "unschedulable"]) !== true;
}

/** A node names an image by its digest, and by a tag that may be another. */
function withoutTag(image: string): string {
  return image.replace(/:[\w][\w.-]*@/, "@");
}

function nameOf(value: unknown): readonly string[] {
  return isMap(value) && typeof value["name"] === "string" ? [value["name"]] : [];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner: unknown, key) => (isMap(inner) ? inner[key] : undefined), value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
