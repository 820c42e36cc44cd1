import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Hub, RemoteCluster } from "../../fleet/fleet.ts";
import type { Clusters } from "../../ports/clusters.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";
import { clusterSettings } from "../kubernetes/cluster-target.ts";
import { type DoctorLine, fail, ok, warn } from "./line.ts";
import { lookAtHubSecrets } from "./look-at-hub-secrets.ts";
import { lookAtPermissions } from "./look-at-permissions.ts";

export interface ExamineClusterProps {
  readonly cluster: RemoteCluster;
  /** Those on the cluster. */
  readonly hubs: readonly Hub[];
  readonly clusters: Clusters;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Looks at a cluster before anything is done there: which one it is, as whom it sees us, what we may do. Changes nothing. */
export async function examineCluster(props: ExamineClusterProps): Promise<readonly DoctorLine[]> {
  const { cluster, signal } = props;
  const { kubernetes, helm } = props.clusters;
  const { helm: major, target } = clusterSettings(cluster);
  const [helmLine, clusterLines] = await Promise.all([
    told("Helm", async () => [ok("Helm", `${await helm(major).version(signal)}, as the cluster wants Helm ${major}`)]),
    told("cluster", async () => lookAt(await kubernetes.connect(target), props)),
  ]);
  return [...clusterLines, ...helmLine];
}

async function lookAt(
  connection: ClusterConnection,
  { cluster, hubs, now, signal }: ExamineClusterProps,
): Promise<readonly DoctorLine[]> {
  // Everything else would fail with the same words.
  const version = await connection.version(signal);
  const parts = await Promise.all([
    told("identity", async () => [await lookAtIdentity(connection, signal)]),
    told("permissions", () => lookAtPermissions(connection, hubs, signal)),
    told("disks", async () => [await lookAtDisks(connection, signal)]),
    ...hubs.map((hub) => told(`secrets of hub/${hub.name}`, () => lookAtHubSecrets(connection, { hub, now, signal }))),
  ]);
  return [lookAtPins(cluster, connection), lookAtVersion(cluster, version), ...parts.flat()];
}

function lookAtPins(cluster: RemoteCluster, { address }: ClusterConnection): DoctorLine {
  const { server, certificateAuthority } = clusterSettings(cluster).target;
  const says = `context "${address.context}" leads to ${address.server}`;
  const authority = address.certificateAuthority;
  const lines = [
    ...(server === undefined ? [`server: ${address.server}`] : []),
    ...(certificateAuthority === undefined && authority !== undefined ? [`certificateAuthority: ${authority}`] : []),
  ];
  if (lines.length === 0) return ok("cluster", `${says}, the one that is pinned`);
  return warn(
    "cluster",
    `${says}; another cluster behind the same name would not be noticed`,
    `write into clusters/${cluster.name}.yaml: ${lines.join(", ")}`,
  );
}

function lookAtVersion(cluster: RemoteCluster, version: string): DoctorLine {
  const { kubernetesVersion: wanted } = clusterSettings(cluster);
  const minor = version.split(".").slice(0, 2).join(".");
  if (wanted === undefined || wanted === minor) return ok("Kubernetes", version);
  return warn("Kubernetes", `${version}, and its file says ${wanted}`, `correct clusters/${cluster.name}.yaml`);
}

async function lookAtIdentity(connection: ClusterConnection, signal: AbortSignal): Promise<DoctorLine> {
  const { user, groups } = await connection.identity(signal);
  const others = groups.filter((group) => group !== "system:authenticated");
  return ok("identity", `the cluster sees us as "${user}"${others.length === 0 ? "" : ` of ${others.join(", ")}`}`);
}

async function lookAtDisks(connection: ClusterConnection, signal: AbortSignal): Promise<DoctorLine> {
  const classes = await connection.listMetadata({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass" }, signal);
  const standard = classes.find(
    ({ annotations }) => annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  const names = classes.map(({ name }) => name).join(", ");
  if (standard !== undefined) return ok("disks", `of class ${standard.name} where a hub names no other (${names})`);
  return warn(
    "disks",
    names === "" ? "the cluster has no storage class" : `none of its storage classes is the default (${names})`,
    "make one the default, or name one in each hub's storage",
  );
}

/** What is in the way becomes a line, so that the rest is looked at, too. */
async function told(about: string, look: () => Promise<readonly DoctorLine[]>): Promise<readonly DoctorLine[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HubfleetError)) throw error;
    return [fail(about, `${error.message.replaceAll(/\n\s*/g, "; ")} (${error.code})`, error.hint ?? "")];
  }
}
