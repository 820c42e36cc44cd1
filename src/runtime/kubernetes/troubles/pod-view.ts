import type { ClusterEvent, KubernetesObject } from "../../../ports/kubernetes.ts";
import type { Toleration } from "./untolerated-taints.ts";

/** What Kubernetes says of a pod, as far as causes are told from it. */
export interface PodView {
  readonly name: string;
  /** What it belongs to, as people call it. */
  readonly about: string;
  readonly node: string | undefined;
  readonly createdAt: Date | undefined;
  /** When it was to be gone, if it was asked to go. */
  readonly deletedAt: Date | undefined;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly isReady: boolean;
  /** Why no node was found; undefined once there is one, or while none was looked for. */
  readonly unscheduled: { readonly message: string; readonly since: Date | undefined } | undefined;
  readonly isScheduled: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly pullSecrets: readonly string[];
  readonly claims: readonly string[];
  /** Those that prepare first. */
  readonly containers: readonly ContainerView[];
  /** About the pod itself, the newest last. */
  readonly events: readonly ClusterEvent[];
}

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  readonly isReady: boolean;
  readonly restarts: number;
  readonly waiting: { readonly reason: string; readonly message: string } | undefined;
  readonly runningSince: Date | undefined;
  /** How it ended: now, or before its last start. */
  readonly ended: ContainerEnd | undefined;
  readonly endedBefore: ContainerEnd | undefined;
}

export interface ContainerEnd {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly at: Date | undefined;
}

interface WrittenState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly exitCode?: number;
    readonly reason?: string;
    readonly message?: string;
    readonly finishedAt?: string;
  };
}

interface WrittenContainer {
  readonly name: string;
  readonly image?: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

interface WrittenContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: WrittenState;
  readonly lastState?: WrittenState;
}

interface WrittenPod {
  readonly metadata: KubernetesObject["metadata"] & {
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly Toleration[];
    readonly imagePullSecrets?: readonly { readonly name?: string }[];
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
    readonly initContainers?: readonly WrittenContainer[];
    readonly containers?: readonly WrittenContainer[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly initContainerStatuses?: readonly WrittenContainerStatus[];
    readonly containerStatuses?: readonly WrittenContainerStatus[];
  };
}

export function readPod(object: KubernetesObject, events: readonly ClusterEvent[]): PodView {
  const { metadata, spec = {}, status = {} } = object as unknown as WrittenPod; // the API server holds pods to their schema
  const condition = (type: string) => status.conditions?.find((one) => one.type === type);
  const scheduled = condition("PodScheduled");
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return {
    name: metadata.name,
    about: aboutPod(metadata),
    node: spec.nodeName,
    createdAt: dateOf(metadata.creationTimestamp),
    deletedAt: dateOf(metadata.deletionTimestamp),
    phase: status.phase ?? "",
    reason: status.reason ?? "",
    message: status.message ?? "",
    isReady: condition("Ready")?.status === "True",
    isScheduled: spec.nodeName !== undefined,
    unscheduled:
      scheduled?.status === "False"
        ? { message: scheduled.message ?? "", since: dateOf(scheduled.lastTransitionTime) }
        : undefined,
    nodeSelector: spec.nodeSelector ?? {},
    tolerations: spec.tolerations ?? [],
    pullSecrets: (spec.imagePullSecrets ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])),
    claims: (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => (claim ? [claim.claimName] : [])),
    containers: [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map((container) =>
      readContainer(
        container,
        statuses.find(({ name }) => name === container.name),
      ),
    ),
    events: events.filter(({ about }) => about.kind === "Pod" && about.name === metadata.name),
  };
}

/** The Deployment behind a pod's ReplicaSet, or the person whose server it is. */
function aboutPod({ name, labels = {}, annotations = {}, ownerReferences = [] }: WrittenPod["metadata"]): string {
  const user = annotations["hub.jupyter.org/username"];
  if (user !== undefined) return `the server of ${user}`;
  const [owner] = ownerReferences;
  const hash = labels["pod-template-hash"];
  // A ReplicaSet's name, and so its pods', is the Deployment's with this behind it.
  const [deployment = ""] = (owner?.name ?? name).split(`-${hash}`);
  if (hash !== undefined) return `deployment ${deployment}`;
  return owner === undefined ? `pod ${name}` : `${owner.kind.toLowerCase()} ${owner.name}`;
}

function readContainer(
  { name, image = "", resources = {} }: WrittenContainer,
  status: WrittenContainerStatus | undefined,
): ContainerView {
  const { state = {}, lastState = {} } = status ?? {};
  const { waiting } = state;
  return {
    name,
    image,
    requests: resources.requests ?? {},
    limits: resources.limits ?? {},
    isReady: status?.ready === true,
    restarts: status?.restartCount ?? 0,
    waiting: waiting === undefined ? undefined : { reason: waiting.reason ?? "", message: waiting.message ?? "" },
    runningSince: dateOf(state.running?.startedAt),
    ended: readEnd(state),
    endedBefore: readEnd(lastState),
  };
}

function readEnd({ terminated }: WrittenState): ContainerEnd | undefined {
  if (terminated === undefined) return undefined;
  const { exitCode = 0, reason = "", message = "", finishedAt } = terminated;
  return { exitCode, reason, message, at: dateOf(finishedAt) };
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
