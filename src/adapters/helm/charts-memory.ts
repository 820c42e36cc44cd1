import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ChartContract, ChartReference, Charts, KeptChart } from "../../ports/helm.ts";
import type { KubernetesObject } from "../../ports/kubernetes.ts";

/** The twin: repositories that a test publishes into. */
export interface ChartsMemory extends Charts {
  /** Puts a version there, or another chart under the same version. */
  publish(
    chart: Pick<ChartReference, "name" | "repository" | "version">,
    digest: string,
    contract?: Partial<ChartContract>,
    crds?: readonly KubernetesObject[],
  ): void;
  /** Whether repositories answer; true at first. */
  isReachable: boolean;
}

export function createChartsMemory(): ChartsMemory {
  const published = new Map<string, string>();
  const contracts = new Map<string, Partial<ChartContract>>();
  const definitions = new Map<string, readonly KubernetesObject[]>();
  const kept = new Map<string, KeptChart>();
  const keyOf = ({ repository, name, version }: ChartReference): string => JSON.stringify([repository, name, version]);
  const memory: ChartsMemory = {
    isReachable: true,
    publish(chart, digest, contract = {}, crds = []) {
      published.set(keyOf(chart), digest);
      definitions.set(digest, crds);
      contracts.set(digest, contract);
    },
    async fetch(chart, signal) {
      signal.throwIfAborted();
      const { name, version } = chart;
      const known = await memory.find(chart, signal);
      if (known !== undefined) return known;
      if (!memory.isReachable) {
        throw new HubfleetError("CHART_UNREACHABLE", {
          message: `chart "${name}" ${version} cannot be fetched`,
          retry: "later",
        });
      }
      const digest = published.get(keyOf(chart));
      if (digest === undefined) {
        throw new HubfleetError("CHART_MISSING", { message: `${chart.repository} has no chart "${name}" ${version}` });
      }
      if (chart.digest !== undefined && chart.digest !== digest) {
        throw new HubfleetError("CHART_CHANGED", {
          message: `chart "${name}" ${version} has the digest ${digest}, not ${chart.digest}`,
        });
      }
      const fetched = { name, version, digest, path: `/charts/${name}-${version}.tgz` };
      kept.set(keyOf(chart), fetched);
      return fetched;
    },
    async find(chart) {
      const known = kept.get(keyOf(chart));
      return known !== undefined && (chart.digest === undefined || chart.digest === known.digest) ? known : undefined;
    },
    contract: async ({ digest }) => ({
      appVersion: "",
      defaults: {},
      schema: undefined,
      hasParts: false,
      ...contracts.get(digest),
    }),
    crds: async ({ digest }) => definitions.get(digest) ?? [],
  };
  return memory;
}
