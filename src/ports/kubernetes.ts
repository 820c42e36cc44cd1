/** A cluster as clusters/NAME.yaml pins it. */
export interface ClusterTarget {
  readonly name: string;
  /** Context of the kubeconfig. */
  readonly context: string;
  /** Address that the API server must have. */
  readonly server?: string | undefined;
  /** Fingerprint that its certificate authority must have: "sha256:…". */
  readonly certificateAuthority?: string | undefined;
}

/** What is really behind a context. */
export interface ClusterAddress {
  readonly context: string;
  readonly server: string;
  /** "sha256:…"; undefined where the authorities of this machine vouch for the server. */
  readonly certificateAuthority: string | undefined;
}

export interface ObjectKind {
  /** "v1", "apps/v1". */
  readonly apiVersion: string;
  /** "ConfigMap". */
  readonly kind: string;
}

export interface ObjectReference extends ObjectKind {
  readonly name: string;
  /** Only for kinds that live in one. */
  readonly namespace?: string | undefined;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** Counts what was wanted of it otherwise; kinds without a `spec` have none. */
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
}

export interface KubernetesObject extends ObjectKind {
  readonly metadata: ObjectMetadata;
  readonly [key: string]: unknown;
}

/** Fields of an object that one tool or person gave, and when they did last. */
export interface FieldKeeper {
  /** "helm", "kubectl-edit". */
  readonly manager: string;
  /** Undefined where the cluster does not say. */
  readonly at: Date | undefined;
  /** Only what the cluster says of the object's state. */
  readonly isStatus: boolean;
  /** Each field's path; of a list's item "[name=hub]". */
  readonly paths: readonly (readonly string[])[];
}

export interface ObjectQuery extends ObjectKind {
  /** Left out: of all namespaces. */
  readonly namespace?: string | undefined;
  /** Labels that all of them carry. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ApplyOptions {
  /** Takes fields that somebody else keeps. @default false */
  readonly takesOver?: boolean;
  /** The cluster checks everything and changes nothing. @default false */
  readonly isTrial?: boolean;
  /** In whose name, instead of hubfleet's: what another of its commands gave is somebody else's then. */
  readonly manager?: string;
}

/** What somebody wants to do: one verb on one kind. */
export interface Deed {
  /** "get", "list", "create", "patch", "delete". */
  readonly verb: string;
  /** API group, "" for the core. */
  readonly group: string;
  /** Plural, with a part of it after a slash: "pods", "pods/exec". */
  readonly resource: string;
  /** Left out: everywhere. */
  readonly namespace?: string | undefined;
}

export interface Permission {
  readonly deed: Deed;
  readonly isAllowed: boolean;
  /** The cluster's own words, where it gives any. */
  readonly reason: string;
}

export interface ClusterIdentity {
  readonly user: string;
  readonly groups: readonly string[];
}

export interface ClusterEvent {
  readonly about: ObjectReference;
  readonly isWarning: boolean;
  readonly reason: string;
  readonly message: string;
  /** When it was last seen. */
  readonly at: Date;
  readonly count: number;
}

export interface ContainerReference {
  readonly namespace: string;
  readonly pod: string;
  /** Left out: the only one, or the pod's default. */
  readonly container?: string;
}

export interface LogOptions {
  /** The last so many. @default all */
  readonly lines?: number;
  /** Of the container before its last restart. @default false */
  readonly isPrevious?: boolean;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** A port of this machine that leads into a pod, for this machine alone. */
export interface Forward {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Ends what goes through it, too. Fine when it is closed. */
  close(): Promise<void>;
}

/** Clusters that the operator's kubeconfig leads to. */
export interface Kubernetes {
  /**
   * Looks which cluster is behind the context, without asking it anything.
   * @throws HubfleetError KUBECONFIG_UNUSABLE; CLUSTER_MISMATCH where it is not the pinned one
   */
  connect(target: ClusterTarget): Promise<ClusterConnection>;
}

/**
 * One cluster. Every call may throw CLUSTER_UNREACHABLE (after its time limit, never later), CLUSTER_CERTIFICATE, CLUSTER_LOGIN
 * and CLUSTER_DENIED; a signal that is aborted ends it with the signal's reason.
 */
export interface ClusterConnection {
  readonly address: ClusterAddress;
  /** "1.34.4". */
  version(signal: AbortSignal): Promise<string>;
  /** As whom the cluster sees this machine's operator. */
  identity(signal: AbortSignal): Promise<ClusterIdentity>;
  /** Whether this identity may do each of these, in their order. Changes nothing. */
  permissions(deeds: readonly Deed[], signal: AbortSignal): Promise<readonly Permission[]>;
  /** @throws HubfleetError KIND_UNKNOWN */
  get(reference: ObjectReference, signal: AbortSignal): Promise<KubernetesObject | undefined>;
  /** Who gave which fields of an object; empty where it is not there. @throws HubfleetError KIND_UNKNOWN */
  keepers(reference: ObjectReference, signal: AbortSignal): Promise<readonly FieldKeeper[]>;
  /** By namespace and name. @throws HubfleetError KIND_UNKNOWN */
  list(query: ObjectQuery, signal: AbortSignal): Promise<readonly KubernetesObject[]>;
  /** The same without what is in them: cheap for many, and never a secret's value. */
  listMetadata(query: ObjectQuery, signal: AbortSignal): Promise<readonly ObjectMetadata[]>;
  /**
   * Makes or changes an object so that it has what is given here, and no longer what an earlier call gave. What others keep in
   * it stays. The same twice changes nothing. With a `resourceVersion` only while the object has that one still.
   * @throws HubfleetError OBJECT_CONFLICT, OBJECT_REFUSED, KIND_UNKNOWN
   */
  apply(object: KubernetesObject, options: ApplyOptions, signal: AbortSignal): Promise<KubernetesObject>;
  /**
   * Asks for its removal, with all that it owns; answers whether it was there. Where finalizers keep it, it goes later.
   * @throws HubfleetError KIND_UNKNOWN, OBJECT_REFUSED
   */
  delete(reference: ObjectReference, signal: AbortSignal): Promise<boolean>;
  /** @throws HubfleetError OBJECT_ABSENT, OBJECT_REFUSED where the container has not started */
  podLogs(container: ContainerReference, options: LogOptions, signal: AbortSignal): Promise<string>;
  /** What the cluster says about objects of a namespace, the newest last. */
  events(namespace: string, signal: AbortSignal): Promise<readonly ClusterEvent[]>;
  /**
   * Runs a command in a container to its end, without input. A command that fails is a result.
   * @throws HubfleetError OBJECT_ABSENT, OBJECT_REFUSED where there is no such command
   */
  exec(container: ContainerReference, command: readonly string[], signal: AbortSignal): Promise<ExecResult>;
  /**
   * Opens the way to a port of a running pod, until it is closed or the signal is aborted. A connection that the pod does not take
   * ends without a byte, as if nobody had wanted it: only that there is a pod is looked at beforehand.
   * @throws HubfleetError OBJECT_ABSENT
   */
  forward(port: PodPort, signal: AbortSignal): Promise<Forward>;
}
