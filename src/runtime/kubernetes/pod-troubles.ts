import type { ClusterEvent, KubernetesObject } from "../../ports/kubernetes.ts";
import { containerTrouble } from "./troubles/container-trouble.ts";
import { creationTrouble } from "./troubles/creation-trouble.ts";
import { nodeTrouble } from "./troubles/node-trouble.ts";
import { readPod, type PodView } from "./troubles/pod-view.ts";
import { schedulingTrouble } from "./troubles/scheduling-trouble.ts";
import { type PodTrouble, sortTroubles } from "./troubles/trouble.ts";
import { claimTroubles, mountTrouble } from "./troubles/volume-trouble.ts";

export type { PodTrouble } from "./troubles/trouble.ts";

/** What was seen in a namespace. */
export interface NamespaceSight {
  readonly pods: readonly KubernetesObject[];
  readonly events: readonly ClusterEvent[];
  readonly claims: readonly KubernetesObject[];
  /** What makes pods: Deployments, StatefulSets. */
  readonly workloads: readonly KubernetesObject[];
  /** Empty where one may not look at them. */
  readonly nodes: readonly KubernetesObject[];
}

/**
 * What keeps the pods of a namespace from their work, in words, the deepest first. Pure; a pod that is ready has no trouble.
 * `only`: of these alone (`deployment hub`), and of the nodes that they need.
 */
export function podTroubles(sight: NamespaceSight, now: Date, only?: ReadonlySet<string>): readonly PodTrouble[] {
  const isMeant = ({ about }: { readonly about: string }): boolean => only?.has(about) !== false;
  const pods = sight.pods.map((pod) => readPod(pod, sight.events)).filter(isMeant);
  const well = new Set(pods.filter(({ isReady }) => isReady).map(({ about }) => about));
  const waiting = pods.filter((pod) => !pod.isReady && pod.phase !== "Succeeded" && pod.deletedAt === undefined);
  const used = new Set(waiting.flatMap(({ node }) => node ?? []));
  const needsNode = waiting.some(({ isScheduled }) => !isScheduled);
  const nodes = sight.nodes.filter(({ metadata }) => needsNode || used.has(metadata.name));
  return sortTroubles([
    ...nodes.flatMap((node) => nodeTrouble(node) ?? []),
    ...sight.workloads.flatMap((workload) => creationTrouble(workload, sight.events) ?? []).filter(isMeant),
    ...waiting.flatMap((pod) => troublesOf(pod, sight, { isReplaced: well.has(pod.about), now })),
  ]);
}

function troublesOf(
  pod: PodView,
  { claims, events, nodes }: NamespaceSight,
  { isReplaced, now }: { readonly isReplaced: boolean; readonly now: Date },
): readonly PodTrouble[] {
  if (pod.phase === "Failed") return isReplaced ? [] : [failedPod(pod, now)].flatMap((trouble) => trouble ?? []);
  const scheduling = schedulingTrouble(pod, nodes);
  if (scheduling !== undefined) return [scheduling];
  const claimed = claimTroubles(pod, claims, events);
  if (claimed.length > 0) return claimed;
  const mount = mountTrouble(pod);
  if (mount !== undefined) return [mount];
  // What prepares comes first; the others wait for it.
  const [first] = pod.containers.flatMap((container) => containerTrouble(pod, container, now) ?? []);
  return first === undefined ? [] : [first];
}

/** A pod that the node ended or did not take at all. */
function failedPod(pod: PodView, now: Date): PodTrouble | undefined {
  if (pod.reason === "")
    return pod.containers.map((one) => containerTrouble(pod, one, now)).find((one) => one !== undefined);
  const node = pod.node === undefined ? "" : ` by node ${pod.node}`;
  return {
    kind: "evicted",
    about: pod.about,
    pod: pod.name,
    words: `it was ${pod.reason === "Evicted" ? "evicted" : `ended (${pod.reason})`}${node}: ${pod.message}`,
    hint: /ephemeral-storage|disk/i.test(pod.message)
      ? "the node's disk was full: larger disks for nodes, fewer images on them, or a limit on ephemeral storage"
      : "give the pod requests that cover what it uses, or larger nodes",
    since: pod.createdAt,
  };
}
