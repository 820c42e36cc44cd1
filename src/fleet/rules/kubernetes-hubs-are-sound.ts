import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { RemoteCluster } from "../fleet.ts";
import type { LayeredHub } from "../hub-layers.ts";
import { nodeGroupsOf } from "../normalize-kubernetes.ts";
import { parseMemory } from "../schema/quantities.ts";
import { isLocal, type LayeredFleet, type Rule, settingsFiles, settingsOf, unknownName } from "./rule.ts";

/** A disk is one user's; only a server of files shows one directory to all. */
export const sharedDirectoriesHaveAServer: Rule = (fleet) =>
  remoteHubs(fleet).flatMap((hub) => {
    const { shared = [], nfs } = settingsOf(hub).storage ?? {};
    if (shared.length === 0 || nfs !== undefined) return [];
    return [
      new HubfleetError("SHARED_NEEDS_NFS", {
        message: `hub "${hub.name}" has shared directories and a disk for each user, which nobody else can see`,
        hint: "add storage.nfs, or take storage.shared away from this hub with `shared: []`",
        at: hub.position(["storage", "shared"]),
      }),
    ];
  });

/** Behind an ingress or a Gateway, HTTPS ends there. */
export const httpsFitsItsEntry: Rule = (fleet) =>
  remoteHubs(fleet).flatMap((hub) => {
    const { entry, https } = settingsOf(hub).network ?? {};
    const isRouted = entry?.kind === "ingress" || entry?.kind === "http-route";
    const fits = !isRouted || (https?.kind !== "letsencrypt" && (https?.kind !== "secret" || entry.kind === "ingress"));
    if (fits) return [];
    const hint =
      entry.kind === "ingress"
        ? "use `https: {kind: secret, name: …}`, and let cert-manager fill it by an annotation of the ingress"
        : "the Gateway has the certificate: use `https: {kind: offload}`";
    return [
      new HubfleetError("HTTPS_DOES_NOT_FIT", {
        message: `the proxy of hub "${hub.name}" cannot have the certificate: people reach it through ${entry.kind === "ingress" ? "an ingress" : "a Gateway"}`,
        hint,
        at: hub.position(["network", "https"]),
      }),
    ];
  });

/** Names and passwords of people must not go through the internet in the clear. */
export const remoteHubsHaveHttps: Rule = (fleet) =>
  remoteHubs(fleet).flatMap((hub) => {
    const { entry, https } = settingsOf(hub).network ?? {};
    const isElsewhere = entry?.kind === "http-route" || entry?.kind === "inside";
    if (isElsewhere || (https !== undefined && https.kind !== "off")) return [];
    return [
      new HubfleetError("HTTPS_MISSING", {
        message: `people would reach hub "${hub.name}" without HTTPS`,
        hint: "add `network: {https: {kind: letsencrypt, email: …}}`, or `offload` where something in front of it has HTTPS",
        at: https === undefined ? hub.file.document.position([]) : hub.position(["network", "https"]),
      }),
    ];
  });

/** Of the places that name a node group; profiles have a rule of their own. */
export const placesNameKnownNodeGroups: Rule = (fleet) =>
  remoteHubs(fleet).flatMap((hub) => {
    const groups = nodeGroups(hub, fleet);
    if (groups === undefined) return [];
    const { dask, pods } = settingsOf(hub);
    const named = [
      [["dask", "nodeGroup"], dask?.nodeGroup],
      [["dask", "schedulerNodeGroup"], dask?.schedulerNodeGroup],
      [["pods", "nodeGroup"], pods?.nodeGroup],
    ] as const;
    return named.flatMap(([path, name]) =>
      name === undefined
        ? []
        : unknownName({
            code: "UNKNOWN_NODE_GROUP",
            kind: "node group",
            name,
            known: new Set(groups.keys()),
            at: hub.position(path),
          }),
    );
  });

/** A worker that is larger than every node of its group waits for ever. */
export const workersFitTheirNodes: Rule = (fleet) =>
  remoteHubs(fleet).flatMap((hub) => {
    const { dask } = settingsOf(hub);
    const group = nodeGroups(hub, fleet)?.get(dask?.nodeGroup ?? "");
    if (group === undefined || dask === undefined) return [];
    const { workerCores = 1, workerMemory = "1G" } = dask;
    const tooLarge = [
      ["workerCores", workerCores, group.cores, `${workerCores} cores`, `${group.cores}`],
      ["workerMemory", parseMemory(workerMemory), group.memoryBytes, workerMemory, `${gibibytes(group.memoryBytes)}G`],
    ] as const;
    return tooLarge.flatMap(([key, asked, room, words, has]) =>
      room === undefined || asked * 0.9 <= room
        ? []
        : [
            new HubfleetError("WORKER_DOES_NOT_FIT", {
              message: `a Dask worker of hub "${hub.name}" has ${words}; a node of "${group.name}" has ${has} for pods`,
              hint: `lower dask.${key}, or name a node group with larger nodes`,
              at: hub.position(["dask", key]),
            }),
          ],
    );
  });

/** What goes into one namespace belongs to one hub. */
export const namespacesAreDistinct: Rule = (fleet) => {
  const taken = new Map<string, LayeredHub>();
  return remoteHubs(fleet).flatMap((hub) => {
    const { cluster = "", namespace = hub.name } = hub.file.value;
    const place = `${cluster}/${namespace}`;
    const other = taken.get(place);
    taken.set(place, other ?? hub);
    if (other === undefined) return [];
    return [
      new HubfleetError("NAMESPACE_CLASH", {
        message: `hub "${hub.name}" has the namespace "${namespace}" of cluster "${cluster}", and so has hub "${other.name}"`,
        hint: "give each hub a namespace of its own",
        at: hub.file.document.position("namespace" in hub.file.value ? ["namespace"] : []),
      }),
    ];
  });
};

/** hubfleet takes no newest version by itself. */
export const remoteHubsHaveCharts: Rule = (fleet) =>
  remoteHubs(fleet).flatMap((hub) => {
    const { charts, dask } = settingsOf(hub);
    const wanted = ["jupyterhub", ...(dask?.enabled === false ? [] : ["dask-gateway"])] as const;
    const missing = wanted.filter((chart) => charts?.[chart as "jupyterhub"] === undefined);
    if (missing.length === 0) return [];
    return [
      new HubfleetError("CHART_NOT_PINNED", {
        message: `no layer of hub "${hub.name}" says which version of ${missing.join(" and ")} it is installed with`,
        hint: `write \`charts: {${missing[0]}: {version: …}}\` in platform.yaml, a group or the hub`,
        at: hub.file.document.position(["cluster"]),
      }),
    ];
  });

export const manifestFilesExist: Rule = (fleet) =>
  settingsFiles(fleet).flatMap(({ value, document }) =>
    (value.manifests ?? []).flatMap((path, index) => {
      if (fleet.written.snapshot.entries.get(path)?.kind === "file") return [];
      const message = `there is no file "${path}" in the fleet`;
      const hint = "add it, or correct the path; paths start at the fleet's directory";
      return [new HubfleetError("FILE_MISSING", { message, hint, at: document.position(["manifests", index]) })];
    }),
  );

function remoteHubs(fleet: LayeredFleet): LayeredHub[] {
  const hubs = [...fleet.hubs.values()].filter((hub) => isLocal(hub, fleet) === false);
  return hubs.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function nodeGroups(hub: LayeredHub, { written }: LayeredFleet): ReturnType<typeof nodeGroupsOf> | undefined {
  const cluster = written.clusters.files.get(hub.file.value.cluster ?? "");
  if (cluster === undefined || cluster.value.provider === "local") return undefined;
  return nodeGroupsOf({ name: cluster.name, provider: "kubeconfig", settings: cluster.value } satisfies RemoteCluster);
}

function gibibytes(bytes: number | undefined): number {
  return Math.round(((bytes ?? 0) / 1024 ** 3) * 10) / 10;
}
