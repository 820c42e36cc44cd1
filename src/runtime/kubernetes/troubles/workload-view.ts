import type { KubernetesObject } from "../../../ports/kubernetes.ts";

export type WorkloadKind = "Deployment" | "StatefulSet" | "DaemonSet";

/** How far a Deployment, StatefulSet or DaemonSet is with what was last asked of it. */
export interface WorkloadView {
  /** `deployment hub` */
  readonly about: string;
  readonly wanted: number;
  readonly available: number;
  /** All pods are there, as they were last asked for, and none of the earlier ones. */
  readonly isDone: boolean;
  /** Labels of its pods. */
  readonly selector: Readonly<Record<string, string>>;
}

interface WrittenWorkload {
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
  readonly status?: Readonly<Partial<Record<CountName, number>>>;
}

type CountName =
  | "observedGeneration"
  | "replicas"
  | "updatedReplicas"
  | "availableReplicas"
  | "desiredNumberScheduled"
  | "updatedNumberScheduled"
  | "numberAvailable";

export function readWorkload(object: KubernetesObject): WorkloadView {
  const { metadata, spec = {}, status = {} } = object as unknown as WrittenWorkload; // the API server holds them to their schema
  const isDaemon = object.kind === "DaemonSet";
  const wanted = isDaemon ? (status.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1);
  const updated = isDaemon ? status.updatedNumberScheduled : status.updatedReplicas;
  const available = (isDaemon ? status.numberAvailable : status.availableReplicas) ?? 0;
  const all = isDaemon ? wanted : (status.replicas ?? 0);
  // Without an observation nothing that the status says is about this version of it.
  const isSeen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 1);
  return {
    about: `${object.kind.toLowerCase()} ${metadata.name}`,
    wanted,
    available,
    isDone: isSeen && (updated ?? 0) === wanted && available === wanted && all === wanted,
    selector: spec.selector?.matchLabels ?? {},
  };
}
