import type { KubernetesObject } from "../../ports/kubernetes.ts";
import { type PodView, readPod } from "./troubles/pod-view.ts";

/** What the pods of a hub's namespace are, as the charts label them. */
export const hubParts = ["hub", "proxy", "gateway", "controller", "traefik"] as const;

export type HubPart = (typeof hubParts)[number];

export interface HubPods {
  /** Of each part: how many pods there are, and how many of them are ready. */
  readonly parts: Readonly<Record<HubPart, { readonly all: number; readonly ready: number }>>;
  /** Everything that neither a user nor a Dask cluster started. */
  readonly own: readonly KubernetesObject[];
  readonly servers: readonly { readonly user: string; readonly pod: KubernetesObject; readonly isReady: boolean }[];
  readonly daskClusters: number;
}

/** Tells a namespace's pods apart. Pods that ended, or were asked to go, are not counted. */
export function readHubPods(pods: readonly KubernetesObject[]): HubPods {
  const there = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !hasEnded(pod));
  const isReady = (pod: KubernetesObject): boolean => readPod(pod, []).isReady;
  const count = (part: HubPart): { readonly all: number; readonly ready: number } => {
    const some = there.filter((pod) => componentOf(pod) === part);
    return { all: some.length, ready: some.filter(isReady).length };
  };
  const clusters = there.flatMap(({ metadata }) => metadata.labels?.["gateway.dask.org/cluster"] ?? []);
  return {
    parts: {
      hub: count("hub"),
      proxy: count("proxy"),
      gateway: count("gateway"),
      controller: count("controller"),
      traefik: count("traefik"),
    },
    own: pods.filter((pod) => !isUsers(pod)),
    servers: there.flatMap((pod) => {
      const user = userOf(pod);
      return user === undefined ? [] : [{ user, pod, isReady: isReady(pod) }];
    }),
    daskClusters: new Set(clusters).size,
  };
}

/** For so long after its pod was made a part may still be on its way: a node may have to come, and an image to be pulled. */
const startMilliseconds = 5 * 60_000;

/** Parts of which no pod is ready yet, though the pods that they have were made a moment ago and nothing in them ended. */
export function startingParts({ parts, own }: HubPods, expected: readonly HubPart[], now: Date): readonly HubPart[] {
  return expected.filter((part) => {
    if (parts[part].ready > 0) return false;
    const pods = own.filter((pod) => componentOf(pod) === part && !hasEnded(pod)).map((pod) => readPod(pod, []));
    return pods.length > 0 && pods.every((pod) => isYoung(pod, now));
  });
}

function isYoung({ createdAt, deletedAt, containers }: PodView, now: Date): boolean {
  if (deletedAt !== undefined) return true; // another one takes its place
  const age = now.getTime() - (createdAt?.getTime() ?? 0);
  return (
    age < startMilliseconds && containers.every(({ restarts, ended }) => restarts === 0 && !(ended?.exitCode ?? 0))
  );
}

function componentOf({ metadata: { labels = {} } }: KubernetesObject): string | undefined {
  return labels["component"] ?? labels["app.kubernetes.io/component"];
}

function userOf(pod: KubernetesObject): string | undefined {
  const { annotations = {}, labels = {}, name } = pod.metadata;
  if (componentOf(pod) !== "singleuser-server") return undefined;
  return annotations["hub.jupyter.org/username"] ?? labels["hub.jupyter.org/username"] ?? name;
}

function isUsers(pod: KubernetesObject): boolean {
  return userOf(pod) !== undefined || pod.metadata.labels?.["gateway.dask.org/cluster"] !== undefined;
}

function hasEnded({ status }: KubernetesObject): boolean {
  const { phase } = Object(status) as { readonly phase?: string }; // as the API has it
  return phase === "Succeeded" || phase === "Failed";
}
