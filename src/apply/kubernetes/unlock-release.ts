import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ObservedRemote } from "../../operate/kubernetes/observe-remote.ts";
import type { ClusterConnection } from "../../ports/kubernetes.ts";

export interface UnlockProps {
  readonly observed: Pick<ObservedRemote, "releases">;
  readonly fleetUuid: string;
  readonly connection: ClusterConnection;
  readonly signal: AbortSignal;
}

/**
 * Takes away the record of an operation that a killed command began and nobody ended, for Helm refuses to do anything as long
 * as it is there. Whoever calls holds the hub's lease, so no command of hubfleet is at it any more.
 * @throws HubfleetError RELEASE_STUCK where somebody else began it
 */
export async function unlockRelease(
  name: string,
  { observed, fleetUuid, connection, signal }: UnlockProps,
): Promise<void> {
  const seen = observed.releases.find((release) => release.name === name);
  if (seen === undefined || !seen.status.startsWith("pending-")) return;
  if (seen.labels["hubfleet.io/fleet"] !== fleetUuid) {
    throw new HubfleetError("RELEASE_STUCK", {
      message: `Helm has an operation on release "${name}" of namespace "${seen.namespace}" that did not end (${seen.status}, revision ${seen.revision})`,
      hint: `wait for whoever began it; if nobody is at it any more: helm rollback ${name} --namespace ${seen.namespace}`,
      retry: "later",
    });
  }
  const record = `sh.helm.release.v1.${name}.v${seen.revision}`;
  await connection.delete({ apiVersion: "v1", kind: "Secret", name: record, namespace: seen.namespace }, signal);
}
