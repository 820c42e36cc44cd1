import type { ClusterConnection, KubernetesObject } from "./kubernetes.ts";

export type HelmMajor = "3" | "4";

/** A chart as a fleet pins it. */
export interface ChartReference {
  readonly name: string;
  /** Where it is published: "https://…" with an index, or "oci://…". */
  readonly repository: string;
  readonly version: string;
  /** "sha256:…" of its archive; without, whatever the repository has under the version. */
  readonly digest?: string | undefined;
}

/** A chart that lies on this machine. */
export interface KeptChart {
  readonly name: string;
  readonly version: string;
  /** Of the archive's bytes; of a directory, over its files' names and bytes. */
  readonly digest: string;
  /** Absolute path of the archive or directory, to be read only. */
  readonly path: string;
}

export interface Charts {
  /**
   * The chart, from this machine when it was fetched before: the network is asked once for each version.
   * @throws HubfleetError CHART_MISSING, CHART_UNREACHABLE, CHART_CHANGED
   */
  fetch(chart: ChartReference, signal: AbortSignal): Promise<KeptChart>;
  /** The same from this machine alone; undefined where it was never fetched. @throws HubfleetError CHART_CHANGED */
  find(chart: ChartReference, signal: AbortSignal): Promise<KeptChart | undefined>;
  /** What a kept chart says of its values. @throws HubfleetError CHART_FAILED (it cannot be read) */
  contract(chart: KeptChart, signal: AbortSignal): Promise<ChartContract>;
  /**
   * The custom resource definitions in the crds/ of a kept chart and of the charts in it, by name. Helm would install them once
   * and never look again; `upgrade` leaves them out. @throws HubfleetError CHART_FAILED
   */
  crds(chart: KeptChart, signal: AbortSignal): Promise<readonly KubernetesObject[]>;
}

/** What a chart promises to understand. */
export interface ChartContract {
  /** Of what it installs, in its own words: "5.5.0"; "" where it does not say. */
  readonly appVersion: string;
  /** Its own values, over which given ones are laid. */
  readonly defaults: ChartValues;
  /** A JSON Schema of all values together; undefined where the chart has none. */
  readonly schema: unknown;
  /** It brings further charts, whose values are below the name of each. */
  readonly hasParts: boolean;
}

export type ChartValues = Readonly<Record<string, unknown>>;

export interface ReleaseReference {
  readonly name: string;
  readonly namespace: string;
}

export interface TemplateRequest {
  readonly chart: KeptChart;
  readonly release: ReleaseReference;
  readonly values: ChartValues;
  /** For charts that look which Kubernetes they are for: "1.34.4". */
  readonly kubernetesVersion: string;
}

export interface UpgradeRequest {
  readonly chart: KeptChart;
  readonly release: ReleaseReference;
  readonly values: ChartValues;
  /** Kept on the release, where `releases` finds them. Values have at most 63 characters. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What Helm's own record of a release says, without its values and objects. */
export interface HelmRelease extends ReleaseReference {
  readonly revision: number;
  /** "deployed", "failed", "uninstalling" or one of the "pending-…". */
  readonly status: string;
  /** Those that were given with it. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Everything that Helm's record of a release says, whoever installed it. May have secrets in its values. */
export interface HelmRecord {
  readonly chart: { readonly name: string; readonly version: string };
  /** Charts in it, by name, each with its version. */
  readonly parts: Readonly<Record<string, string>>;
  /** The chart's own values, those of its parts below their names. */
  readonly defaults: ChartValues;
  /** Those that were given with it. */
  readonly values: ChartValues;
}

/**
 * One major version of Helm. It renders and installs; waiting and judging are hubfleet's. Values reach it on its standard
 * input, so that they are in no argument and no file.
 */
export interface Helm {
  readonly major: HelmMajor;
  /** "3.18.0". @throws HubfleetError HELM_MISSING */
  version(signal: AbortSignal): Promise<string>;
  /**
   * The objects of a chart as YAML documents, as they would be installed. Asks no cluster.
   * @throws HubfleetError CHART_FAILED, HELM_MISSING
   */
  template(request: TemplateRequest, signal: AbortSignal): Promise<string>;
  /**
   * Installs the release, or upgrades it; answers its revision. Waits for hooks, not for pods. The namespace must be there.
   * The chart's crds/ are not touched.
   * @throws HubfleetError CHART_FAILED (nothing was changed), RELEASE_FAILED, RELEASE_BUSY, HELM_MISSING, CLUSTER_UNREACHABLE
   */
  upgrade(cluster: ClusterConnection, request: UpgradeRequest, signal: AbortSignal): Promise<number>;
  /** What the newest revision of a release put in place, as YAML documents, without hooks; undefined: there is no such release. */
  manifest(cluster: ClusterConnection, release: ReleaseReference, signal: AbortSignal): Promise<string | undefined>;
  /**
   * The newest record of every release, by namespace and name, whoever installed them and with whatever major version: one list of
   * metadata, of a namespace or, where none is given, of the whole cluster.
   */
  releases(
    cluster: ClusterConnection,
    namespace: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly HelmRelease[]>;
  /**
   * The record of a release's revision; undefined: there is none. Read from the cluster, the same for every version of Helm.
   * @throws HubfleetError RELEASE_UNREADABLE
   */
  record(
    cluster: ClusterConnection,
    release: Pick<HelmRelease, "name" | "namespace" | "revision">,
    signal: AbortSignal,
  ): Promise<HelmRecord | undefined>;
  /**
   * Removes the release and its record; answers whether it was there. Claims of volumes stay where the chart says so.
   * @throws HubfleetError RELEASE_FAILED, HELM_MISSING, CLUSTER_UNREACHABLE
   */
  uninstall(cluster: ClusterConnection, release: ReleaseReference, signal: AbortSignal): Promise<boolean>;
}
