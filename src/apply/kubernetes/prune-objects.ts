import type { DesiredRemote } from "../../operate/kubernetes/desired-remote.ts";
import type { ClusterConnection, ObjectReference } from "../../ports/kubernetes.ts";
import type { RemoteApplied } from "../../runtime/kubernetes/remote-applied.ts";

export interface PruneObjectsProps {
  readonly desired: DesiredRemote;
  /** What was put in place before. */
  readonly before: RemoteApplied | undefined;
  readonly connection: ClusterConnection;
  readonly fleetUuid: string;
  readonly signal: AbortSignal;
}

/**
 * Takes away what the hub does not have any more: objects that were put in place before, and maps of code and look that a
 * killed command left. A volume stays: it may hold people's files.
 */
export async function pruneObjects(props: PruneObjectsProps): Promise<void> {
  const { desired, before, connection, fleetUuid, signal } = props;
  const { namespace } = desired.remote.names;
  const wanted = new Set(
    desired.rendered.objects.map(({ apiVersion, kind, metadata: { name } }) => keyOf({ apiVersion, kind, name })),
  );
  const query = {
    ...{ apiVersion: "v1", kind: "ConfigMap", namespace },
    labels: { "hubfleet.io/fleet": fleetUuid, "hubfleet.io/hub": desired.hub.name },
  };
  const maps = (await connection.listMetadata(query, signal)).map(({ name }): ObjectReference => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    name,
    namespace,
  }));
  const kept = new Set(["Namespace", "PersistentVolume", "PersistentVolumeClaim"]);
  const gone = [...(before?.objects ?? []), ...maps].filter(
    (object) => !wanted.has(keyOf(object)) && !kept.has(object.kind),
  );
  for (const object of new Map(gone.map((one) => [keyOf(one), one])).values()) await connection.delete(object, signal);
}

function keyOf({ apiVersion, kind, name }: ObjectReference): string {
  return `${apiVersion} ${kind} ${name}`;
}
