import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError, HubfleetErrors } from "../../errors/hubfleet-error.ts";
import type { Fleet, Hub, RemoteCluster } from "../../fleet/fleet.ts";
import type { Clusters } from "../../ports/clusters.ts";
import { isLocal } from "../../runtime/local/draft.ts";
import { kubernetesNames } from "../../runtime/kubernetes/kubernetes-names.ts";
import { clusterSettings } from "./cluster-target.ts";
import { readApplied } from "./observe-remote.ts";

/** A hub of the fleet that is on a cluster where no file has it: the file is gone, or says another place. */
export interface UnwrittenHub {
  readonly name: string;
  readonly cluster: string;
  readonly namespace: string;
  /** As it was applied last; undefined: it was taken down, and its disks and secrets are what is left. */
  readonly hub: Hub | undefined;
}

export interface Unwritten {
  readonly hubs: readonly UnwrittenHub[];
  /** Clusters that could not be asked. */
  readonly unseen: readonly { readonly cluster: string; readonly errors: readonly HubfleetError[] }[];
}

/**
 * Looks for hubs that no file describes, by the labels of what hubfleet put there: one list of metadata for each cluster, and
 * one object for each hub that is found. A cluster whose own file is gone cannot be asked: nobody knows where it is.
 */
export async function findUnwritten(
  fleet: Pick<Fleet, "uuid" | "clusters" | "hubs">,
  { kubernetes }: Pick<Clusters, "kubernetes">,
  signal: AbortSignal,
): Promise<Unwritten> {
  const clusters = [...fleet.clusters.values()].filter((cluster): cluster is RemoteCluster => !isLocal(cluster));
  const looks = await Promise.all(
    clusters.map(async (cluster): Promise<Unwritten> => {
      try {
        return { hubs: await findOn(cluster), unseen: [] };
      } catch (thrown) {
        signal.throwIfAborted();
        return { hubs: [], unseen: [{ cluster: cluster.name, errors: fromUnknown(thrown) }] };
      }
    }),
  );
  return { hubs: looks.flatMap(({ hubs }) => hubs), unseen: looks.flatMap(({ unseen }) => unseen) };

  async function findOn(cluster: RemoteCluster): Promise<readonly UnwrittenHub[]> {
    const connection = await kubernetes.connect(clusterSettings(cluster).target);
    const labels = { "hubfleet.io/fleet": fleet.uuid };
    const secrets = await connection.listMetadata({ apiVersion: "v1", kind: "Secret", labels }, signal);
    const places = new Map<string, { readonly name: string; readonly namespace: string }>();
    for (const { namespace = "", labels: own } of secrets) {
      const name = own?.["hubfleet.io/hub"] ?? "";
      const written = fleet.hubs.get(name);
      const isWritten =
        written !== undefined && written.cluster === cluster.name && kubernetesNames(written).namespace === namespace;
      if (name !== "" && !isWritten) places.set(JSON.stringify([name, namespace]), { name, namespace });
    }
    return Promise.all(
      [...places.values()].map(async ({ name, namespace }): Promise<UnwrittenHub> => {
        const names = kubernetesNames({ name, namespace });
        const applied = await readApplied({ names }, connection, signal);
        const hub = applied === undefined ? undefined : { ...applied.hub, cluster: cluster.name, namespace };
        return { name, cluster: cluster.name, namespace, hub };
      }),
    );
  }
}

/**
 * Of these, what targets name one by one and what is on clusters that are named as a whole.
 * @throws HubfleetError UNKNOWN_TARGET for what is nowhere, those of clusters that do not answer
 */
export function chooseUnwritten(
  fleet: Pick<Fleet, "clusters" | "hubs">,
  { hubs, unseen }: Unwritten,
  { targets, clusters }: { readonly targets: readonly string[]; readonly clusters: readonly string[] },
): readonly string[] {
  const silent = unseen.filter(({ cluster }) => clusters.includes(cluster));
  if (silent.length > 0) throw new HubfleetErrors(silent.flatMap(({ errors }) => errors));
  for (const target of targets) {
    const name = target.replace(/^hub\//, "");
    const found = hubs.find((one) => one.name === name);
    if (found?.hub !== undefined) continue;
    if (found === undefined && unseen.length > 0) throw new HubfleetErrors(unseen.flatMap(({ errors }) => errors));
    const asked = [...fleet.clusters.values()].filter((one) => !isLocal(one)).map((one) => one.name);
    const where = asked.length === 0 ? "" : `, nor on ${asked.map((one) => `cluster ${one}`).join(" and ")}`;
    throw new HubfleetError("UNKNOWN_TARGET", {
      message:
        found === undefined
          ? `the fleet has no hub "${name}", and there is none on this machine${where}`
          : unwrittenWords(fleet, found),
      hint:
        found === undefined
          ? "where the file of its cluster is gone, too, put that back first (git log --diff-filter=D -- clusters): nothing else says where it is"
          : `or put its file back: hubfleet destroy hub/${name} --delete-homes`,
    });
  }
  const named = new Set(targets.map((target) => target.replace(/^hub\//, "")));
  return hubs
    .filter(
      ({ name, cluster, hub }) =>
        hub !== undefined && !fleet.hubs.has(name) && (named.has(name) || clusters.includes(cluster)),
    )
    .map(({ name }) => name);
}

/** What to know about them where nothing is done to them, a line for each. */
export function unwrittenWords(fleet: Pick<Fleet, "hubs">, { name, cluster, namespace, hub }: UnwrittenHub): string {
  const place = `namespace ${namespace} of cluster ${cluster}`;
  if (fleet.hubs.has(name)) {
    return `hub/${name} is in ${place}, too, and its file says another place: write \`cluster: ${cluster}\` and \`namespace: ${namespace}\` again to destroy it there`;
  }
  return hub === undefined
    ? `disks and secrets of hub/${name} are in ${place}, and its file is gone: kubectl delete namespace ${namespace}, when nobody needs them`
    : `hub/${name} is in ${place}, and its file is gone: hubfleet destroy hub/${name}`;
}
