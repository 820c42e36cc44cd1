import type { Hub } from "../../fleet/fleet.ts";
import type { KubernetesObject } from "../../ports/kubernetes.ts";
import { serverLabels } from "./hub-components.ts";

/** A user's server or Dask cluster on Kubernetes, by its pods. */
export interface PeoplesWork {
  readonly kind: "server" | "dask";
  /** Of the server's pod, or of the Dask cluster. */
  readonly name: string;
  /** Of the hub, as a server was told it at its start; Dask clusters are told the gateway's own service. */
  readonly basePath: string | undefined;
}

/** What users have running, told from a namespace's pods. What is on its way out is none of it. */
export function readPeoplesWork(pods: readonly KubernetesObject[]): readonly PeoplesWork[] {
  const there = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !hasEnded(pod));
  const clusters = new Set(there.flatMap(({ metadata }) => metadata.labels?.[clusterLabel] ?? []));
  const servers = there
    .filter(({ metadata }) => metadata.labels?.["component"] === serverLabels["component"])
    .map((pod): PeoplesWork => ({
      ...{ kind: "server", name: pod.metadata.name, basePath: told(pod, "JUPYTERHUB_BASE_URL") },
    }));
  return [...servers, ...[...clusters].map((name): PeoplesWork => ({ kind: "dask", name, basePath: undefined }))];
}

/**
 * What cannot go on with the hub as it is to be: a server answers and calls at the path that it was told when it started.
 * Told by that, so that a kill in the middle of a move, or a move back, ends neither too much nor too little.
 *
 * | the hub's …            | servers | Dask clusters |
 * | ---------------------- | ------- | ------------- |
 * | base path differs      | end     | go on         |
 * | Dask is off            | go on   | end           |
 * | anything else          | go on   | go on         |
 */
export function strandedWork(
  work: readonly PeoplesWork[],
  { basePath, dask }: Pick<Hub, "basePath"> & { readonly dask: Pick<Hub["dask"], "enabled"> },
): readonly PeoplesWork[] {
  return work.filter(
    (one) => (one.kind === "dask" && !dask.enabled) || (one.basePath !== undefined && one.basePath !== basePath),
  );
}

export const clusterLabel = "gateway.dask.org/cluster";

function told(pod: KubernetesObject, variable: string): string | undefined {
  const { spec } = pod as {
    readonly spec?: {
      readonly containers?: readonly {
        readonly env?: readonly { readonly name: string; readonly value?: string }[];
      }[];
    };
  }; // the API server holds pods to their schema
  const all = (spec?.containers ?? []).flatMap(({ env = [] }) => env);
  return all.find(({ name }) => name === variable)?.value;
}

function hasEnded({ status }: KubernetesObject): boolean {
  const { phase } = Object(status) as { readonly phase?: string }; // as the API has it
  return phase === "Succeeded" || phase === "Failed";
}
