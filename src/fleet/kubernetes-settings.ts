/** What a hub's settings say that only a Kubernetes cluster carries out. Nothing is filled in here: absent means not written. */
export interface KubernetesSettings {
  readonly namespace?: string;
  /** Helm's names for the hub's releases, where somebody else chose them. */
  readonly releases?: { readonly jupyterhub?: string | undefined; readonly daskGateway?: string | undefined };
  readonly network?: Network;
  readonly pods?: Pods;
  /** By name. */
  readonly extraCharts?: Readonly<Record<string, ExtraChart>>;
  /** Paths relative to the fleet's root. */
  readonly manifests?: readonly string[];
}

export interface Network {
  readonly entry: Entry;
  readonly https: Https;
  readonly privateAddresses: boolean;
}

/** What leads from outside to the hub. */
export type Entry =
  | { readonly kind: "load-balancer"; readonly annotations: Readonly<Record<string, string>> }
  | { readonly kind: "node-port"; readonly port?: number }
  | { readonly kind: "ingress"; readonly className?: string; readonly annotations: Readonly<Record<string, string>> }
  | { readonly kind: "http-route"; readonly gateway: string; readonly gatewayNamespace?: string }
  | { readonly kind: "inside" };

/** Where HTTPS ends. */
export type Https =
  | { readonly kind: "letsencrypt"; readonly email: string; readonly server?: string }
  | { readonly kind: "secret"; readonly name: string }
  | { readonly kind: "offload" }
  | { readonly kind: "off" };

/** The hub's own pods. */
export interface Pods {
  readonly hub?: PodSize;
  readonly proxy?: PodSize;
  readonly gateway?: PodSize;
  readonly nodeGroup?: string;
}

export interface PodSize {
  readonly cpuGuarantee?: number;
  readonly cpuLimit?: number;
  readonly memoryGuaranteeBytes?: number;
  readonly memoryLimitBytes?: number;
}

export interface ExtraChart {
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
  readonly digest?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A disk for each user. */
export interface Disk {
  readonly sizeBytes: number;
  readonly storageClass?: string;
}

/** Homes and shared directories on a server of files. */
export interface Nfs {
  readonly server: string;
  readonly path: string;
  readonly mountOptions: readonly string[];
}

/** Nodes of one kind, as a cluster's file describes them. */
export interface NodeGroup {
  readonly name: string;
  /** By which its nodes are known. */
  readonly labels: Readonly<Record<string, string>>;
  /** As `key=value:effect`. */
  readonly taints: readonly string[];
  /** What pods can have of one node. */
  readonly cores?: number;
  readonly memoryBytes?: number;
  readonly hasGpus: boolean;
}
