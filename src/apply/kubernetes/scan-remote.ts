import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Remains } from "../../operate/destroy-hub.ts";
import type { KubernetesObject } from "../../ports/kubernetes.ts";
import { parseQuantity } from "../../runtime/kubernetes/quantity.ts";
import { describeThing, lookAtThings, ownedBy, type RemoteThing, type ThingsProps } from "./remote-things.ts";

export interface ScanRemoteProps extends ThingsProps {
  readonly deleteHomes: boolean;
}

export type RemoteRemains = Omit<Remains, "wasDown"> & {
  /** What is somebody else's in the hub's namespace. */
  readonly foreign: readonly string[];
};

/** What everybody has in a namespace, without having put it there. */
const everywhere = new Set(["kube-root-ca.crt"]);

/** What of a hub is in its cluster: kept on purpose, and left behind against our will. */
export async function scanRemote(props: ScanRemoteProps): Promise<RemoteRemains> {
  const { remote, connection, deleteHomes, signal } = props;
  const { hub, names } = remote;
  const { namespace } = names;
  const space = await connection.get({ apiVersion: "v1", kind: "Namespace", name: namespace }, signal);
  const things = await lookAtThings(props);
  const where = `namespace ${namespace} of cluster ${hub.cluster}`;
  const purposely = new Set(deleteHomes ? [] : [names.secrets, names.made]);
  const isSecret = ({ kind, metadata }: RemoteThing): boolean => kind === "Secret" && purposely.has(metadata.name);
  const claims = things.claims.map((one): RemoteThing => ({
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: one.metadata },
  }));
  const left = [
    ...things.pods,
    ...things.daskClusters,
    ...things.objects.filter((one) => !isSecret(one)),
    ...(deleteHomes ? claims : []),
  ];
  const kept = [
    ...(deleteHomes ? [] : things.claims.map((one) => ({ ...diskOf(one), path: `${one.metadata.name} in ${where}` }))),
    ...things.objects.filter(isSecret).map(({ metadata: { name } }) => ({
      ...{ what: "secrets", path: `${name} in ${where}`, bytes: 0 },
    })),
    ...(await volumesOf(props)),
  ];
  const foreign = [...things.foreign.map(describeThing), ...(await othersObjects(props))];
  const isKept = deleteHomes && space !== undefined && foreign.length > 0;
  const isLeft = deleteHomes && ownedBy(props)(space?.metadata.labels) && foreign.length === 0;
  return {
    ...{ hub: hub.name, foreign },
    kept: isKept
      ? [...kept, { what: `namespace, for ${foreign.slice(0, 3).join(", ")}`, path: where, bytes: 0 }]
      : kept,
    leftBehind: [
      ...things.releases.map((name) => `release ${name} in ${where}`),
      ...left.map((one) => `${describeThing(one)} in ${where}`),
      ...(isLeft && space !== undefined ? [`${describeThing(space)} of cluster ${hub.cluster}`] : []),
    ],
  };
}

function diskOf(claim: KubernetesObject): { readonly what: string; readonly bytes: number } {
  const { metadata } = claim;
  const { spec, status } = claim as {
    readonly spec?: { readonly resources?: { readonly requests?: { readonly storage?: string } } };
    readonly status?: { readonly capacity?: { readonly storage?: string } };
  }; // the API server holds claims to their schema
  const bytes = parseQuantity(status?.capacity?.storage ?? spec?.resources?.requests?.storage ?? "");
  const user = metadata.annotations?.["hub.jupyter.org/username"];
  const what = user === undefined ? (metadata.name === "hub-db-dir" ? "database" : "disk") : `home of ${user}`;
  return { what, bytes: Number.isNaN(bytes) ? 0 : bytes };
}

/** Volumes outlive their claims where their storage class says so; who may not see them is not told. */
async function volumesOf({ deleteHomes, remote, connection, signal }: ScanRemoteProps): Promise<Remains["kept"]> {
  if (!deleteHomes) return [];
  const volumes = await connection.list({ apiVersion: "v1", kind: "PersistentVolume" }, signal).catch(denied);
  return volumes.flatMap((volume) => {
    const { spec, metadata } = volume as KubernetesObject & {
      readonly spec?: {
        readonly claimRef?: { readonly namespace?: string; readonly name?: string };
        readonly capacity?: { readonly storage?: string };
        readonly persistentVolumeReclaimPolicy?: string;
      };
    }; // the API server holds volumes to their schema
    const { claimRef, capacity, persistentVolumeReclaimPolicy: policy } = spec ?? {};
    if (claimRef?.namespace !== remote.names.namespace || policy !== "Retain") return [];
    const bytes = parseQuantity(capacity?.storage ?? "");
    const what = `volume of ${claimRef.name ?? "a claim"} (its class retains it)`;
    return [
      { what, path: `${metadata.name} of cluster ${remote.hub.cluster}`, bytes: Number.isNaN(bytes) ? 0 : bytes },
    ];
  });
}

/** What somebody may have put beside the hub: such a namespace is not deleted. */
async function othersObjects(props: ScanRemoteProps): Promise<readonly string[]> {
  const { connection, remote, signal } = props;
  const ours = ownedBy(props);
  const { namespace, ...names } = remote.names;
  const hubs = new Set(Object.values(names).filter((name) => typeof name === "string"));
  const kinds = [
    ...["ConfigMap", "Secret", "Service"].map((kind) => ({ apiVersion: "v1", kind })),
    ...["Deployment", "StatefulSet", "DaemonSet"].map((kind) => ({ apiVersion: "apps/v1", kind })),
    ...["Job", "CronJob"].map((kind) => ({ apiVersion: "batch/v1", kind })),
  ];
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const some = await connection.listMetadata({ ...kind, namespace }, signal);
      return some
        .filter(({ name, labels }) => !everywhere.has(name) && !ours(labels) && !hubs.has(name))
        .map((metadata) => describeThing({ ...kind, metadata }));
    }),
  );
  return found.flat();
}

function denied(thrown: unknown): KubernetesObject[] {
  if (thrown instanceof HubfleetError && thrown.code === "CLUSTER_DENIED") return [];
  throw thrown;
}
