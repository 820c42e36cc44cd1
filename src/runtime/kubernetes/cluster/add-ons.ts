import type { RemoteCluster } from "../../../fleet/fleet.ts";
import { sha256, stableJson } from "../../local/digest.ts";
import { mergeSettings } from "../../../fleet/merge-settings.ts";

/** A chart that runs beside hubs, for all of a cluster. */
export interface RenderedAddOn {
  /** "ingress", as in the cluster's file. */
  readonly addOn: string;
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
  readonly digest?: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Of all the above. */
  readonly inputs: string;
}

interface AddOnChart {
  readonly chart: string;
  readonly repository: string;
  readonly namespace: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Add-ons that are the same wherever a cluster runs; the others go with whoever provides it. */
const charts: Readonly<Record<string, AddOnChart>> = {
  certManager: {
    chart: "cert-manager",
    repository: "https://charts.jetstack.io",
    namespace: "cert-manager",
    // It brings its definitions as templates, kept when the release goes.
    values: { crds: { enabled: true, keep: true } },
  },
  ingress: { chart: "traefik", repository: "https://traefik.github.io/charts", namespace: "traefik" },
  prometheus: {
    chart: "prometheus",
    repository: "https://prometheus-community.github.io/helm-charts",
    namespace: "monitoring",
  },
  grafana: {
    chart: "grafana",
    repository: "https://grafana-community.github.io/helm-charts",
    namespace: "monitoring",
  },
};

export interface RenderedAddOns {
  /** By name. */
  readonly addOns: readonly RenderedAddOn[];
  /** Named in the cluster's file and put there by whoever provides the cluster. */
  readonly provided: readonly string[];
}

interface WrittenAddOn {
  readonly version: string;
  readonly digest?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The add-ons of a cluster's file as releases. Pure. */
export function renderAddOns({ settings }: RemoteCluster): RenderedAddOns {
  const written = Object(settings?.["addOns"]) as Readonly<Record<string, WrittenAddOn | undefined>>; // checked by the schema
  const names = Object.keys(written).toSorted();
  const addOns = names.flatMap((addOn): RenderedAddOn[] => {
    const [own, pin] = [charts[addOn], written[addOn]];
    if (own === undefined || pin === undefined) return [];
    const { version, digest, values = {} } = pin;
    const content = {
      ...{ addOn, release: own.chart, namespace: own.namespace, chart: own.chart, repository: own.repository, version },
      ...(digest === undefined ? {} : { digest }),
      values: mergeSettings(own.values ?? {}, values),
    };
    return [{ ...content, inputs: sha256(stableJson(content)).slice(0, 32) }];
  });
  return { addOns, provided: names.filter((name) => charts[name] === undefined && written[name] !== undefined) };
}
