import { stringify } from "yaml";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type {
  ChartValues,
  Helm,
  HelmMajor,
  HelmRecord,
  ReleaseReference,
  TemplateRequest,
  UpgradeRequest,
} from "../../ports/helm.ts";
import type { ClusterConnection, KubernetesObject, ObjectReference } from "../../ports/kubernetes.ts";
import { listReleases } from "./list-releases.ts";

/** What a chart makes of a request; what it throws is the chart's refusal. */
export type RenderChart = (request: Omit<TemplateRequest, "chart">) => readonly KubernetesObject[];

export interface HelmMemoryProps {
  readonly major: HelmMajor;
  /** By the chart's name. */
  readonly charts: Readonly<Record<string, RenderChart>>;
  /** Of the charts that have others in them: those, with their versions. */
  readonly parts?: Readonly<Record<string, HelmRecord["parts"]>>;
}

/** The twin: keeps its records in the cluster's secrets, as Helm does, with the objects' names in them. */
export function createHelmMemory({ major, charts, parts = {} }: HelmMemoryProps): Helm {
  const render = ({ chart, ...request }: TemplateRequest): readonly KubernetesObject[] => {
    try {
      return charts[chart.name]?.(request) ?? [];
    } catch (error) {
      throw new HubfleetError("CHART_FAILED", {
        message: `chart "${chart.name}" ${chart.version} cannot be rendered with these values: ${error instanceof Error ? error.message : ""}`,
      });
    }
  };
  return {
    major,
    version: async () => `${major}.0.0`,
    template: async (request) =>
      render(request)
        .map((object) => `---\n${stringify(object)}`)
        .join(""),
    async upgrade(cluster, request, signal) {
      const objects = render({ ...request, kubernetesVersion: await cluster.version(signal) });
      const before = await readRecords(cluster, request.release, signal);
      const revision = (before.at(-1)?.revision ?? 0) + 1;
      const wanted = objects.map((object) => asGiven(object, request.release));
      const record = (status: string, more = {}): Promise<unknown> =>
        cluster.apply(
          composeRecord(request, {
            ...{ revision, status, objects: wanted, rendered: objects, ...more },
            parts: parts[request.chart.name] ?? {},
          }),
          { takesOver: true },
          signal,
        );
      try {
        for (const object of wanted) await cluster.apply(object, { takesOver: true }, signal);
      } catch (error) {
        await record("failed");
        const words = error instanceof Error ? error.message : "";
        throw new HubfleetError("RELEASE_FAILED", {
          message: `release "${request.release.name}": ${words}`,
          retry: "later",
          cause: error,
        });
      }
      const gone = before
        .flatMap(({ objects: old }) => old)
        .filter((old) => !wanted.some((object) => isSameObject(old, referenceOf(object))));
      for (const object of gone) await cluster.delete(object, signal);
      for (const { reference } of before) await cluster.delete(reference, signal);
      await record("deployed");
      return revision;
    },
    async manifest(cluster, release, signal) {
      const records = await readRecords(cluster, release, signal);
      return records.at(-1)?.manifest;
    },
    releases: listReleases,
    async record(cluster, { revision, ...release }, signal) {
      const found = (await readRecords(cluster, release, signal)).find((one) => one.revision === revision);
      if (found === undefined) return undefined;
      const { chart, values, parts: inside } = found;
      return { chart, values, parts: inside, defaults: {} };
    },
    async uninstall(cluster, release, signal) {
      const records = await readRecords(cluster, release, signal);
      for (const { objects, reference } of records) {
        for (const object of [...objects, reference]) await cluster.delete(object, signal);
      }
      return records.length > 0;
    },
  };
}

type Kept = Pick<Recorded, "objects" | "chart" | "values" | "parts">;

interface Recorded {
  readonly revision: number;
  readonly reference: ObjectReference;
  readonly objects: readonly ObjectReference[];
  readonly chart: HelmRecord["chart"];
  readonly parts: HelmRecord["parts"];
  readonly values: ChartValues;
  readonly manifest: string;
}

async function readRecords(
  cluster: ClusterConnection,
  { name, namespace }: ReleaseReference,
  signal: AbortSignal,
): Promise<readonly Recorded[]> {
  const found = await cluster.list(
    { apiVersion: "v1", kind: "Secret", namespace, labels: { owner: "helm", name } },
    signal,
  );
  return found
    .map(({ metadata, ...secret }) => ({
      revision: Number(metadata.labels?.["version"]),
      reference: { apiVersion: "v1", kind: "Secret", name: metadata.name, namespace },
      ...(JSON.parse((secret["stringData"] as { readonly release: string }).release) as Kept), // composeRecord wrote it
      manifest: (secret["stringData"] as { readonly manifest: string }).manifest, // composeRecord wrote it
    }))
    .sort((left, right) => left.revision - right.revision);
}

function composeRecord(
  { release: { name, namespace }, labels, chart, values }: UpgradeRequest,
  {
    revision,
    status,
    objects,
    rendered,
    parts,
  }: {
    readonly revision: number;
    readonly status: string;
    readonly objects: readonly KubernetesObject[];
    readonly rendered: readonly KubernetesObject[];
    readonly parts: HelmRecord["parts"];
  },
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${name}.v${revision}`,
      namespace,
      labels: { ...labels, owner: "helm", name, status, version: `${revision}` },
    },
    stringData: {
      release: JSON.stringify({
        ...{ objects: objects.map(referenceOf), values, parts },
        chart: { name: chart.name, version: chart.version },
      } satisfies Kept),
      manifest: rendered.map((object) => `---\n${stringify(object)}`).join(""),
    },
  };
}

/** In the release's namespace, and with word of whose it is. */
function asGiven(object: KubernetesObject, { name, namespace }: ReleaseReference): KubernetesObject {
  const { labels, annotations } = object.metadata;
  const whose = { "meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": namespace };
  return {
    ...object,
    metadata: {
      ...{ namespace, ...object.metadata },
      labels: { ...labels, "app.kubernetes.io/managed-by": "Helm" },
      annotations: { ...annotations, ...whose },
    },
  };
}

function referenceOf({ apiVersion, kind, metadata }: KubernetesObject): ObjectReference {
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
}

function isSameObject(left: ObjectReference, right: ObjectReference): boolean {
  return left.kind === right.kind && left.name === right.name && left.namespace === right.namespace;
}
