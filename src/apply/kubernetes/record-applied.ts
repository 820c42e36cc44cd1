import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import { ownLabels } from "../../runtime/kubernetes/kubernetes-labels.ts";
import { annotationsOf, type AppliedMetadata, type RemoteApplied } from "../../runtime/kubernetes/remote-applied.ts";
import { stableJson } from "../../runtime/local/digest.ts";
import { encoded } from "./hub-secrets.ts";
import type { DesiredRemote } from "../../operate/kubernetes/desired-remote.ts";

export interface RecordAppliedProps {
  readonly fleetUuid: string;
  readonly desired: DesiredRemote;
  readonly connection: ClusterConnection;
  readonly signal: AbortSignal;
}

/**
 * Notes how far a hub has come, so that a command that is killed between two releases leaves what is known of the first.
 * `whole`: all of it is in place.
 */
export async function recordRemote(
  metadata: AppliedMetadata,
  whole: RemoteApplied | undefined,
  { fleetUuid, desired, connection, signal }: RecordAppliedProps,
): Promise<void> {
  const { names } = desired.remote;
  const secret: KubernetesObject = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: names.applied,
      namespace: names.namespace,
      labels: ownLabels(desired.hub, { uuid: fleetUuid }),
      annotations: annotationsOf(metadata),
    },
    type: "Opaque",
    data: encoded(whole === undefined ? {} : { "applied.json": stableJson(whole) }),
  };
  await connection.apply(secret, { takesOver: true }, signal);
}
