import type { ClusterEvent, KubernetesObject } from "../../../src/ports/kubernetes.ts";
import { type NamespaceSight, podTroubles } from "../../../src/runtime/kubernetes/pod-troubles.ts";

/** The moment at which everything here is seen. */
export const now: Date = new Date("2026-11-21T12:00:00Z");
/** An empty namespace. */
export const nothing: NamespaceSight = { pods: [], events: [], claims: [], workloads: [], nodes: [] };

/** A pod of the Deployment "hub". */
export function aPod(
  spec: Record<string, unknown>,
  status: Record<string, unknown>,
  more: Record<string, unknown> = {},
): KubernetesObject {
  const metadata = {
    name: "hub-abc-1",
    namespace: "staging",
    labels: { "pod-template-hash": "abc" },
    ownerReferences: [{ kind: "ReplicaSet", name: "hub-abc" }],
    ...more,
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { containers: [{ name: "hub", image: "hub:1" }], ...spec },
    status,
  };
}

/** One that no node takes, in the scheduler's words. */
export function unscheduled(message: string, spec: Record<string, unknown> = {}): KubernetesObject {
  return aPod(spec, { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", message }] });
}

/** One whose container waits. */
export function waiting(reason: string, message = "", spec: Record<string, unknown> = {}): KubernetesObject {
  const containerStatuses = [{ name: "hub", state: { waiting: { reason, message } } }];
  return aPod({ nodeName: "one", ...spec }, { phase: "Pending", containerStatuses });
}

/** A warning about the pod, unless it is about something else. */
export function event(reason: string, message: string, about: Partial<ClusterEvent["about"]> = {}): ClusterEvent {
  const object = { apiVersion: "v1", kind: "Pod", name: "hub-abc-1", namespace: "staging", ...about };
  return { about: object, isWarning: true, reason, message, at: now, count: 1 };
}

/** "kind | about | words" of each trouble. */
export function told(sight: Partial<NamespaceSight>): readonly string[] {
  return podTroubles({ ...nothing, ...sight }, now).map(({ kind, about, words }) => `${kind} | ${about} | ${words}`);
}
