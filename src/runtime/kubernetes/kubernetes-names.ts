import type { Hub } from "../../fleet/fleet.ts";
import { sha256 } from "../local/digest.ts";

/** The Kubernetes names of a hub's things; no other place makes any. */
export interface KubernetesNames {
  readonly namespace: string;
  /** Helm's releases; cluster-wide objects of the charts are named after them, so each has the hub's name in it. */
  readonly releases: { readonly jupyterhub: string; readonly daskGateway: string };
  /** What the gateway's chart puts behind the kind of each of its things: "api-NAME". */
  readonly gatewayFullname: string;
  /** The service at which the Dask Gateway and its clusters are reached. */
  readonly gatewayService: string;
  /** Holds the live document. */
  readonly current: string;
  /** Holds passwords and such. */
  readonly secrets: string;
  readonly nfsVolume: string;
  readonly nfsClaim: string;
  readonly access: string;
  readonly daskPolicy: string;
  /** Keeps the charts' random values, made once. */
  readonly made: string;
  /** Says what was last put in place. */
  readonly applied: string;
  /** Held by the command that changes the hub. */
  readonly lease: string;
  /** Held by a check of the hub. */
  readonly checkLease: string;
  /** Parts of checks that wait for their time. */
  readonly deferred: string;
  /** What that command is in the middle of. */
  readonly journal: string;
}

/** Helm takes 53 characters for a release; the longest ending here has 13. */
const longestStem = 40;

export function kubernetesNames(hub: Pick<Hub, "name" | "namespace" | "releases">): KubernetesNames {
  const namespace = hub.namespace ?? hub.name;
  const stem = shortened(hub.name);
  const {
    jupyterhub = stem,
    // The chart's own name in it, so that the chart adds none.
    daskGateway = `${stem}-dask-gateway`,
  } = hub.releases ?? {};
  const gatewayFullname = daskFullname(daskGateway);
  return {
    namespace,
    releases: { jupyterhub, daskGateway },
    gatewayFullname,
    gatewayService: chartName(`traefik-${gatewayFullname}`),
    current: "hubfleet-current",
    secrets: "hubfleet-secrets",
    nfsVolume: `hubfleet-${stem}-files`,
    nfsClaim: "hubfleet-files",
    access: "hubfleet-access",
    daskPolicy: "hubfleet-dask",
    made: "hubfleet-made",
    applied: "hubfleet-applied",
    lease: "hubfleet",
    checkLease: "hubfleet-check",
    deferred: "hubfleet-deferred",
    journal: "hubfleet-journal",
  };
}

/** What hubfleet has of a cluster as a whole; shared by all fleets there. */
export const clusterNames = {
  namespace: "hubfleet-system",
  /** Held by the command that changes definitions of kinds, or add-ons. */
  lease: "hubfleet-cluster",
} as const;

/** Name of something whose content never changes: another content is another thing. */
export function contentName(kind: "code" | "look", content: string): string {
  return `hubfleet-${kind}-${sha256(content).slice(0, 12)}`;
}

/** The release of a chart of the operator's own. */
export function extraRelease(hub: Pick<Hub, "name">, chart: string): string {
  return shortened(`${hub.name}-${chart}`, 53);
}

/** As the dask-gateway chart makes it of its release. */
export function daskFullname(release: string): string {
  return chartName(release.includes("dask-gateway") ? release : `${release}-dask-gateway`);
}

/** Charts cut names at 63 characters. */
function chartName(name: string): string {
  return name.slice(0, 63).replace(/-$/, "");
}

function shortened(name: string, longest: number = longestStem): string {
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 9).replace(/-+$/, "")}-${sha256(name).slice(0, 8)}`;
}
