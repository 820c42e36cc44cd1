import type { SourcePosition } from "../errors/hubfleet-error.ts";
import type { ImageInput } from "./image-inputs.ts";
import type { Disk, KubernetesSettings, Nfs } from "./kubernetes-settings.ts";
import type { Recipient } from "./recipient.ts";
import type { StagePolicy } from "./stage-policy.ts";

/**
 * The canonical fleet: everything that people wrote, merged (platform → groups in order → hub), checked, with every
 * default filled in. Nothing downstream reads YAML. The other type, `WrittenFleet`, is what the schemas accept.
 */
export interface Fleet {
  readonly name: string;
  /** Made once by `init`; names the fleet's state on every machine. */
  readonly uuid: string;
  readonly stages: readonly Stage[];
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly images: ReadonlyMap<string, Image>;
  /** In the order of their names. */
  readonly hubs: ReadonlyMap<string, Hub>;
  readonly origins: Origins;
  /** How many people run the fleet; with one, nothing waits for a second person. */
  readonly teamSize?: number;
  readonly people?: readonly Person[];
  /** What the tags of containers are made from. @default "content" */
  readonly tags?: TagPolicy;
  /** By name; the first is where built images are pushed. */
  readonly registries?: Readonly<Record<string, FleetRegistry>>;
  /** Who is told of what happened. @default nobody */
  readonly recipients?: readonly Recipient[];
  readonly policies?: { readonly requireTwin: boolean };
}

export interface FleetRegistry {
  /** Host and path below which images are: "registry.example.org/fleet". */
  readonly address: string;
  /** Undefined: nothing is ever removed from it. */
  readonly keep?: RegistryRetention;
}

export interface RegistryRetention {
  /** The newest ones of each image. */
  readonly last: number;
  readonly days: number;
}

/** Somebody who acts on the fleet. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly github?: string;
  readonly keys: readonly string[];
  /** Names under which hubs know the person, by hub. */
  readonly logins: Readonly<Record<string, string>>;
  readonly roles: readonly ("operator" | "approver" | "viewer")[];
}

export interface Stage {
  readonly name: string;
  readonly description: string;
  readonly policy: StagePolicy;
}

export type Cluster = LocalCluster | RemoteCluster;

/** Processes on this machine. */
export interface LocalCluster {
  readonly name: string;
  readonly provider: "local";
  /** Where the hubs' proxies listen; loopback unless HTTPS and a real login are configured. */
  readonly address: string;
  readonly https?: { readonly key: string; readonly certificate: string };
  /** Only what is written: the defaults are the housekeeping's own. */
  readonly housekeeping?: { readonly keepEnvironmentsSeconds?: number; readonly keepServerLogsSeconds?: number };
}

/** A Kubernetes cluster. Carried through validation; its runtime is not part of the local target. */
export interface RemoteCluster {
  readonly name: string;
  readonly provider: "kubeconfig" | "aws" | "gcp" | "digitalocean" | "azure";
  /** What else its file says, checked but as written. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export type TagPolicy = "content" | "chartpress";

export type ImageRole = "hub" | "notebook" | "worker";

/** A directory under `images/`, or a variant of one. Paths are relative to the fleet's root. */
export interface Image {
  /** "lab", or "lab/next" for a variant, which shares everything with its image but requirements and lock. */
  readonly name: string;
  /** Where its files lie: "images/lab". */
  readonly directory: string;
  readonly variantOf?: string;
  readonly role: ImageRole;
  /** Python minor, for example "3.11". */
  readonly python: string;
  readonly requirements: string;
  readonly lock: string;
  readonly description: string;
  /** The files that say what is in it. */
  readonly inputs: readonly ImageInput[];
  /** Container, by digest, that a generated Dockerfile starts from. */
  readonly base?: string;
  /** Only set when the image is taken from a registry as it is (`from:`), which no local hub can run. */
  readonly from?: string;
  /** Names of its variants, each an image of its own. */
  readonly variants: readonly string[];
  /** Beside those in its tests/, relative to the fleet's root. */
  readonly tests: readonly string[];
  readonly testTimeoutSeconds: number;
  readonly platforms: readonly string[];
  /** What else counts for its tag, relative to the fleet's root. */
  readonly paths: readonly string[];
  /** Where its pushed tag is written on demand. */
  readonly pins?: readonly Pin[];
}

/** A place in a YAML file of the repository that people keep a reference in. */
export interface Pin {
  /** Relative to the fleet's root. */
  readonly file: string;
  /** Keys, and places in lists. */
  readonly path: readonly (string | number)[];
}

/** One JupyterHub with its Dask Gateway. */
export interface Hub extends KubernetesSettings {
  readonly name: string;
  readonly title: string;
  readonly cluster: string;
  readonly stage: string;
  readonly groups: readonly string[];
  readonly domain?: string;
  readonly twin?: string;
  /** The name that it had before; its things on a machine may still have that one. */
  readonly renamedFrom?: string;
  /** First of ten consecutive ports (`local` only). The first one is what people open. */
  readonly port?: number;
  /** Starts and ends with a slash. */
  readonly basePath: string;
  readonly images: { readonly hub: string; readonly notebook: string; readonly worker: string };
  readonly profiles: readonly Profile[];
  readonly limits: Limits;
  readonly culling: Culling;
  readonly access: Access;
  /** Somebody of `people` signs on a page of this hub. */
  readonly signOffPage?: true;
  readonly storage: Storage;
  readonly dask: Dask;
  readonly appearance: Appearance;
  readonly announcement: string;
  /** What `hubfleet check` runs beside its own steps. */
  readonly checks: readonly Check[];
  /** Environment variables of every user's server. */
  readonly environment: Readonly<Record<string, string>>;
  /** `hub.config` of the JupyterHub chart: traits by class, as the chart's users write them. */
  readonly hubConfig: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Remaining plain chart values, per chart; carried out on Kubernetes only. */
  readonly chartValues: Readonly<Record<string, unknown>>;
  /** Exact versions of the charts, by chart. */
  readonly charts?: Readonly<Record<string, { readonly version: string; readonly digest?: string }>>;
}

/** What a user may choose when starting a server. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly notebookImage: string;
  readonly workerImage: string;
  readonly cpuLimit?: number;
  readonly cpuGuarantee?: number;
  readonly memoryLimitBytes?: number;
  readonly memoryGuaranteeBytes?: number;
  readonly nodeGroup?: string;
  /** JupyterHub groups that may choose it; empty: everybody. */
  readonly allowedGroups: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Traits of KubeSpawner; carried out on Kubernetes only. */
  readonly spawner?: Readonly<Record<string, unknown>>;
}

/** A default for servers, and ceilings for the hub; a profile may go below. Bytes, cores, counts. */
export interface Limits {
  readonly cpuLimit?: number;
  readonly memoryLimitBytes?: number;
  /** Servers running at once, over all users. */
  readonly runningServers?: number;
  readonly concurrentSpawns: number;
}

export interface Culling {
  readonly enabled: boolean;
  readonly idleSeconds: number;
  readonly everySeconds: number;
  /** End servers older than this even when busy; 0: never. */
  readonly maxAgeSeconds: number;
}

export type Login =
  | { readonly kind: "shared-password" }
  | { readonly kind: "sign-up" }
  | {
      readonly kind: "github";
      readonly clientId: string;
      /** Name of the environment variable, in the operator's shell, that holds the OAuth app's secret. */
      readonly clientSecretVariable: string;
      /** Where it is kept encrypted, in place of the variable. */
      readonly clientSecret?: { readonly secret: string; readonly key: string };
      /** The Secret of the hub's namespace that has it, which is not hubfleet's. */
      readonly clientSecretInCluster?: { readonly name: string; readonly key: string };
      /** https://github.com, or a GitHub Enterprise Server. */
      readonly address: string;
    };

export interface Access {
  readonly login: Login;
  /** Everybody who can log in may enter. */
  readonly everyone: boolean;
  readonly users: readonly string[];
  readonly admins: readonly string[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** GitHub organisations. */
  readonly organizations: readonly string[];
  /** GitHub teams as "organization:team". */
  readonly teams: readonly string[];
}

export interface Storage {
  readonly shared: readonly SharedDirectory[];
  readonly disk?: Disk;
  readonly nfs?: Nfs;
}

/** A directory that every server of the hub sees as `~/shared/<name>`-style link or mount. */
export interface SharedDirectory {
  readonly name: string;
  /** Who may write: everybody, or only the hub's admins. */
  readonly writers: "everyone" | "admins";
}

export interface Dask {
  readonly enabled: boolean;
  readonly workerCores: number;
  readonly workerMemoryBytes: number;
  readonly maxWorkersPerCluster: number;
  readonly maxClustersPerUser: number;
  /** A Dask cluster without work for so long is ended; 0: never. */
  readonly idleSeconds: number;
  /** Where workers and schedulers run; carried out on Kubernetes only. */
  readonly nodeGroup?: string;
  readonly schedulerNodeGroup?: string;
}

/** A file of the fleet that a temporary user of the hub runs. */
export interface Check {
  readonly name: string;
  /** Path of a script or notebook, relative to the fleet's root. */
  readonly file: string;
  /** Undefined: the hub's default profile. */
  readonly profile?: string;
  readonly timeoutSeconds: number;
  /** How long after a check it is run, by a later one; 0: at once. */
  readonly afterSeconds: number;
}

export interface Appearance {
  /** Paths relative to the fleet's root. */
  readonly logo?: string;
  readonly templates?: string;
}

/**
 * Where each value came from. Keys are dotted paths in the words of the files or of this page ("hubs.alpha.culling.idle",
 * "hubs.alpha.culling.idleSeconds"); profiles are found by id. `layers` is in the order in which they were applied, the
 * last one won. `at` is where the value that counts was written, for a profile's value that comes from the hub's limits
 * or images too; undefined for defaults.
 */
export interface Origins {
  at(path: string): SourcePosition | undefined;
  layers(path: string): readonly OriginLayer[];
}

export interface OriginLayer {
  /** "default", "platform", "group/classes", "hub/alpha", … */
  readonly layer: string;
  readonly value: unknown;
  readonly at?: SourcePosition;
}

/** How fast a key reaches a running hub: `live` at the next apply, `gated` only inside a promoted bundle. */
export type Speed = "live" | "gated";
