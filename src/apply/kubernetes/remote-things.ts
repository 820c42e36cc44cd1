import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { observeRemotes } from "../../operate/kubernetes/observe-remote.ts";
import type { RemoteHub } from "../../operate/kubernetes/remote-hubs.ts";
import type {
  ClusterConnection,
  KubernetesObject,
  ObjectKind,
  ObjectMetadata,
  ObjectReference,
} from "../../ports/kubernetes.ts";

/** A thing in the hub's namespace. */
export interface RemoteThing extends ObjectKind {
  readonly metadata: ObjectMetadata;
}

export interface ThingsProps {
  readonly fleetUuid: string;
  readonly remote: RemoteHub;
  readonly connection: ClusterConnection;
  readonly signal: AbortSignal;
}

/** What a hub has in its cluster, as far as a teardown has to know. */
export interface RemoteThings {
  readonly releases: readonly string[];
  /** Releases with the hub's names that somebody else installed and that were not taken over. */
  readonly others: readonly string[];
  /** Pods of the hub, its users and its Dask clusters. */
  readonly pods: readonly RemoteThing[];
  readonly daskClusters: readonly RemoteThing[];
  /** What hubfleet put there itself, by its labels; without volumes and the namespace. */
  readonly objects: readonly RemoteThing[];
  /** People's disks and the hub's database. */
  readonly claims: readonly KubernetesObject[];
  /** Claims and pods that are somebody else's. */
  readonly foreign: readonly RemoteThing[];
}

const pod = { apiVersion: "v1", kind: "Pod" };
const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
export const daskCluster = { apiVersion: "gateway.dask.org/v1alpha1", kind: "DaskCluster" };
const ownKinds: readonly ObjectKind[] = [
  { apiVersion: "v1", kind: "ConfigMap" },
  { apiVersion: "v1", kind: "Secret" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
];

/** Looks at all of it. @throws HubfleetError of its cluster: what cannot be seen must not count as gone */
export async function lookAtThings(props: ThingsProps): Promise<RemoteThings> {
  const { fleetUuid, remote, connection, signal } = props;
  const { namespace } = remote.names;
  const sight = (await observeRemotes(fleetUuid, [remote], signal)).get(remote.hub.name);
  if (sight?.kind !== "seen") throw sight?.errors[0] ?? new TypeError("every hub was looked at");
  const { applied, releases: all } = sight.observed;
  const ours = ownedBy(props);
  const releases = all
    .filter(({ name, labels }) => applied?.revisions[name] !== undefined || ours(labels))
    .map(({ name }) => name);
  const own: readonly string[] = Object.values(remote.names.releases);
  const others = all.map(({ name }) => name).filter((name) => own.includes(name) && !releases.includes(name));
  const names = new Set([...releases, ...Object.values(remote.names.releases)]);
  const [pods, claims, daskClusters, objects] = await Promise.all([
    metadataOf(pod, props),
    connection.list({ ...claim, namespace }, signal),
    metadataOf(daskCluster, props).catch(unknownKind),
    Promise.all(ownKinds.map((kind) => metadataOf(kind, props))),
  ]);
  const isOurs = ({ metadata: { name, labels = {} } }: RemoteThing): boolean =>
    ours(labels) ||
    labels["hubfleet.io/hub"] === remote.hub.name ||
    labels["component"] === "singleuser-server" ||
    labels["component"] === "singleuser-storage" ||
    [labels["release"], labels["app.kubernetes.io/instance"], labels["gateway.dask.org/instance"]].some(
      (one) => one !== undefined && [...names].some((release) => one === release || one === `${namespace}-${release}`),
    ) ||
    labels["gateway.dask.org/cluster"] !== undefined ||
    name === "hub-db-dir";
  const kept: readonly RemoteThing[] = claims.map(({ metadata }) => ({ ...claim, metadata }));
  return {
    ...{ releases, others, daskClusters },
    pods: pods.filter(isOurs),
    objects: objects.flat().filter(({ metadata }) => ours(metadata.labels)),
    claims: claims.filter(({ metadata }) => isOurs({ ...claim, metadata })),
    foreign: [...pods, ...kept].filter((one) => !isOurs(one)),
  };
}

/** Whether labels say that hubfleet made it for this hub of this fleet. */
export function ownedBy({
  fleetUuid,
  remote,
}: Pick<ThingsProps, "fleetUuid" | "remote">): (labels: Readonly<Record<string, string>> | undefined) => boolean {
  return (labels) => labels?.["hubfleet.io/fleet"] === fleetUuid && labels["hubfleet.io/hub"] === remote.hub.name;
}

async function metadataOf(kind: ObjectKind, { remote, connection, signal }: ThingsProps): Promise<RemoteThing[]> {
  const { namespace } = remote.names;
  const found = await connection.listMetadata({ ...kind, namespace }, signal);
  return found.map((metadata) => ({ ...kind, metadata }));
}

/** A kind that the cluster does not have has no objects. */
export function unknownKind(thrown: unknown): RemoteThing[] {
  if (thrown instanceof HubfleetError && thrown.code === "KIND_UNKNOWN") return [];
  throw thrown;
}

export function referenceOf({ apiVersion, kind, metadata: { name, namespace } }: RemoteThing): ObjectReference {
  return { apiVersion, kind, name, namespace };
}

/** "Pod jupyter-ada (kept by finalizer example.org/backup)". */
export function describeThing({ kind, metadata: { name, finalizers = [], deletionTimestamp } }: RemoteThing): string {
  const why =
    finalizers.length > 0 && deletionTimestamp !== undefined
      ? ` (kept by finalizer ${finalizers.join(", ")})`
      : deletionTimestamp === undefined
        ? ""
        : ` (ends since ${deletionTimestamp})`;
  return `${kind} ${name}${why}`;
}
