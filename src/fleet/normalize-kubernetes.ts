import type { RemoteCluster } from "./fleet.ts";
import type { Disk, KubernetesSettings, Network, Nfs, NodeGroup, PodSize } from "./kubernetes-settings.ts";
import type { WrittenCluster } from "./schema/cluster-file.ts";
import type { WrittenHub } from "./schema/hub-file.ts";
import type { WrittenHubSettings } from "./schema/hub-settings.ts";
import { parseMemory } from "./schema/quantities.ts";

type Section<Key extends keyof WrittenHubSettings> = Exclude<WrittenHubSettings[Key], undefined>;
type WrittenSize = NonNullable<Section<"pods">["hub"]>;
type WrittenStorage = Section<"storage">;

/** The label that a node group's nodes have where its file names none. */
export const nodeGroupLabel = "hubfleet.io/node-group";

/** Only what is written, with its own defaults filled in. */
export function normalizeKubernetes(own: Partial<WrittenHub>, settings: WrittenHubSettings): KubernetesSettings {
  const { network, pods, extraCharts, manifests } = settings;
  return {
    ...(own.namespace === undefined ? {} : { namespace: own.namespace }),
    ...(own.releases === undefined ? {} : { releases: own.releases }),
    ...(network === undefined ? {} : { network: normalizeNetwork(network) }),
    ...(pods === undefined ? {} : { pods: normalizePods(pods) }),
    ...(extraCharts === undefined ? {} : { extraCharts: normalizeExtraCharts(extraCharts) }),
    ...(manifests === undefined ? {} : { manifests }),
  };
}

export function normalizeVolumes({ disk, nfs }: WrittenStorage): { readonly disk?: Disk; readonly nfs?: Nfs } {
  return {
    ...(disk === undefined
      ? {}
      : {
          disk: {
            sizeBytes: parseMemory(disk.size ?? "10G"),
            ...(disk.storageClass === undefined ? {} : { storageClass: disk.storageClass }),
          },
        }),
    ...(nfs === undefined
      ? {}
      : {
          nfs: {
            server: nfs.server,
            path: nfs.path,
            mountOptions: nfs.mountOptions ?? ["nfsvers=4.2", "hard", "noatime"],
          },
        }),
  };
}

/** The node groups that a cluster's file names, in the order of their names. */
export function nodeGroupsOf(cluster: RemoteCluster): ReadonlyMap<string, NodeGroup> {
  const written = (cluster.settings?.["nodeGroups"] ?? {}) as NonNullable<
    Extract<WrittenCluster, { provider: "kubeconfig" }>["nodeGroups"]
  >; // checked by the schema, which every provider but local shares
  const names = Object.keys(written).sort();
  return new Map(
    names.map((name): [string, NodeGroup] => {
      const {
        labels,
        taints = [],
        cores,
        memory,
        gpu,
      } = Object(written[name]) as NonNullable<(typeof written)[string]>; // a name of its own
      return [
        name,
        {
          name,
          labels: labels ?? { [nodeGroupLabel]: name },
          taints,
          ...(cores === undefined ? {} : { cores }),
          ...(memory === undefined ? {} : { memoryBytes: parseMemory(memory) }),
          hasGpus: gpu !== undefined,
        },
      ];
    }),
  );
}

function normalizeNetwork({ entry, https, privateAddresses = false }: Section<"network">): Network {
  return {
    entry: normalizeEntry(entry),
    https: https === undefined ? { kind: "off" } : normalizeHttps(https),
    privateAddresses,
  };
}

function normalizeEntry(entry: Section<"network">["entry"]): Network["entry"] {
  switch (entry?.kind) {
    case undefined:
      return { kind: "load-balancer", annotations: {} };
    case "load-balancer":
      return { kind: "load-balancer", annotations: entry.annotations ?? {} };
    case "node-port":
      return { kind: "node-port", ...(entry.port === undefined ? {} : { port: entry.port }) };
    case "ingress":
      return {
        kind: "ingress",
        ...(entry.className === undefined ? {} : { className: entry.className }),
        annotations: entry.annotations ?? {},
      };
    case "http-route":
      return {
        kind: "http-route",
        gateway: entry.gateway,
        ...(entry.gatewayNamespace === undefined ? {} : { gatewayNamespace: entry.gatewayNamespace }),
      };
    case "inside":
      return { kind: "inside" };
  }
}

function normalizeHttps(https: NonNullable<Section<"network">["https"]>): Network["https"] {
  if (https.kind !== "letsencrypt") return https;
  const { email, server } = https;
  return { kind: "letsencrypt", email, ...(server === undefined ? {} : { server }) };
}

function normalizePods({ hub, proxy, gateway, nodeGroup }: Section<"pods">): NonNullable<KubernetesSettings["pods"]> {
  return {
    ...(hub === undefined ? {} : { hub: normalizeSize(hub) }),
    ...(proxy === undefined ? {} : { proxy: normalizeSize(proxy) }),
    ...(gateway === undefined ? {} : { gateway: normalizeSize(gateway) }),
    ...(nodeGroup === undefined ? {} : { nodeGroup }),
  };
}

function normalizeSize({ cpuGuarantee, cpuLimit, memoryGuarantee, memoryLimit }: WrittenSize): PodSize {
  return {
    ...(cpuGuarantee === undefined ? {} : { cpuGuarantee }),
    ...(cpuLimit === undefined ? {} : { cpuLimit }),
    ...(memoryGuarantee === undefined ? {} : { memoryGuaranteeBytes: parseMemory(memoryGuarantee) }),
    ...(memoryLimit === undefined ? {} : { memoryLimitBytes: parseMemory(memoryLimit) }),
  };
}

function normalizeExtraCharts(written: Section<"extraCharts">): NonNullable<KubernetesSettings["extraCharts"]> {
  return Object.fromEntries(
    Object.entries(written).map(([name, { repository, chart, version, digest, values = {} }]) => [
      name,
      { repository, chart, version, ...(digest === undefined ? {} : { digest }), values },
    ]),
  );
}
