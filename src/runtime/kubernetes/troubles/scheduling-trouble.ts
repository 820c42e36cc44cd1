import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import type { PodView } from "./pod-view.ts";
import type { PodTrouble } from "./trouble.ts";
import { type Taint, untoleratedTaints } from "./untolerated-taints.ts";

interface Obstacle {
  readonly nodes: number;
  readonly what: "room" | "labels" | "taint" | "ill" | "cordoned" | "zone" | "claim" | "other";
  readonly words: string;
}

/** No node takes the pod: how many have which obstacle. Undefined where the scheduler found one, or its claims are the cause. */
export function schedulingTrouble(pod: PodView, nodes: readonly KubernetesObject[]): PodTrouble | undefined {
  const { unscheduled } = pod;
  if (unscheduled === undefined || unscheduled.message === "") return undefined;
  const obstacles = readObstacles(unscheduled.message, pod, nodes);
  if (isAboutClaims(unscheduled.message)) return undefined;
  const isIll = obstacles.length > 0 && obstacles.every(({ what }) => what === "ill");
  const list = obstacles.map((one) => `${countOf(one.nodes)} ${one.words}`).join("; ");
  const growing = pod.events.some(({ reason }) => reason === "TriggeredScaleUp");
  const words = `no node takes it: ${list === "" ? unscheduled.message : list}${growing ? " (the autoscaler is adding a node)" : ""}`;
  return {
    kind: isIll ? "node-not-ready" : "unschedulable",
    about: pod.about,
    pod: pod.name,
    words,
    hint: growing ? "wait for the new node" : hintFor(obstacles, pod),
    since: unscheduled.since,
  };
}

export function isAboutClaims(message: string): boolean {
  return /persistentvolumeclaim|available persistent volumes to bind|PVC /i.test(message);
}

function readObstacles(message: string, pod: PodView, nodes: readonly KubernetesObject[]): readonly Obstacle[] {
  if (message.startsWith("no nodes available")) {
    return [{ nodes: 0, what: "room", words: "are there" }];
  }
  const [, list = ""] = /nodes are available: (.*?)(?:\. |\.?$)/.exec(message) ?? [];
  return list
    .split(/, (?=\d+ )/)
    .flatMap((part) => {
      const [, count, words] = /^(\d+) (.+)$/.exec(part) ?? [];
      if (words === undefined) return [];
      const taints = /untolerated taint\(s\)/.test(words) ? untoleratedTaints(nodes, pod.tolerations) : [];
      return taints.length > 0 ? countTaints(taints) : [readObstacle(Number(count), words, pod)];
    })
    .sort((left, right) => right.nodes - left.nodes);
}

function countTaints(taints: readonly Taint[]): readonly Obstacle[] {
  const groups = Map.groupBy(taints, ({ key, value = "" }) => (value === "" ? key : `${key}: ${value}`));
  return [...groups].map(([taint, some]) => ofTaint(some.length, taint));
}

function readObstacle(nodes: number, said: string, pod: PodView): Obstacle {
  const [, resource] = /^Insufficient (\S+)/.exec(said) ?? [];
  if (resource !== undefined) {
    const wanted = requestOf(resource, pod);
    const words = `too little ${resource} left${wanted === "" ? "" : ` (it asks for ${wanted})`}`;
    return { nodes, what: "room", words: `with ${words}` };
  }
  if (said.startsWith("Too many pods")) return { nodes, what: "room", words: "with as many pods as they take" };
  if (/affinity\/selector/.test(said)) {
    const labels = Object.entries(pod.nodeSelector).map(([key, value]) => `${key}=${value}`);
    const asked = labels.length === 0 ? "that its affinity asks for" : labels.join(", ");
    return { nodes, what: "labels", words: `without the labels ${asked}` };
  }
  const [, taint] = /taint(?:s)? \{([^}]*)\}/.exec(said) ?? [];
  if (taint !== undefined) return ofTaint(nodes, taint.replace(/: $/, "").replace(/:\s*$/, ""));
  if (/untolerated taint/.test(said)) return { nodes, what: "taint", words: "that a taint keeps for others" };
  if (/were unschedulable/.test(said)) return { nodes, what: "cordoned", words: "closed to new pods (cordoned)" };
  if (/volume node affinity conflict/.test(said)) {
    return { nodes, what: "zone", words: "out of reach of its volume (another zone or node)" };
  }
  return { nodes, what: "other", words: `where ${said}` };
}

function ofTaint(nodes: number, taint: string): Obstacle {
  const [, own] = /^node\.kubernetes\.io\/(\S+?)(?::.*)?$/.exec(taint) ?? [];
  if (own === "unschedulable") return { nodes, what: "cordoned", words: "closed to new pods (cordoned)" };
  if (own !== undefined) return { nodes, what: "ill", words: `not well (${own})` };
  return { nodes, what: "taint", words: `that its taint ${taint.replace(": ", "=")} keeps for others` };
}

function countOf(nodes: number): string {
  return nodes === 1 ? "1 node" : `${nodes === 0 ? "no" : nodes} nodes`;
}

function requestOf(resource: string, pod: PodView): string {
  return pod.containers.flatMap(({ requests }) => requests[resource] ?? []).join(" + ");
}

function hintFor(obstacles: readonly Obstacle[], pod: PodView): string {
  const has = (what: Obstacle["what"]): boolean => obstacles.some((one) => one.what === what);
  const hints = [
    ...(has("room") ? ["add or enlarge nodes, or let the pod ask for less"] : []),
    ...(has("labels")
      ? [
          `give nodes the labels (kubectl label node NODE ${labelWords(pod)}), or correct the group in clusters/NAME.yaml`,
        ]
      : []),
    ...(has("taint") ? ["let the pod tolerate the taint (the group's taints in clusters/NAME.yaml)"] : []),
    ...(has("cordoned") ? ["open the nodes again (kubectl uncordon NODE)"] : []),
    ...(has("zone") ? ["add a node in the volume's zone"] : []),
    ...(has("ill") ? ["look at the nodes: kubectl describe node"] : []),
  ];
  return hints.length === 0 ? `kubectl describe pod ${pod.name}` : hints.join("; ");
}

function labelWords({ nodeSelector }: PodView): string {
  const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? "KEY=VALUE" : labels.join(" ");
}
