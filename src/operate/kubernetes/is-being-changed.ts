import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RemoteHub } from "./remote-hubs.ts";

/** Beyond its duration, for clocks that differ. */
const graceMilliseconds = 60_000;

/**
 * Whether a command is at work on a hub, as far as its Lease tells: one that shows no sign of life any more is of a command
 * that was killed. Who may not look counts as nobody at work.
 */
export async function isBeingChanged(remote: RemoteHub, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const { namespace, lease: name } = remote.names;
  const reference = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", name, namespace };
  const connection = await remote.connect();
  const lease = await connection.get(reference, signal).catch((thrown: unknown) => {
    if (thrown instanceof HubfleetError && thrown.code === "CLUSTER_DENIED") return undefined;
    throw thrown;
  });
  const {
    holderIdentity = "",
    renewTime = "",
    leaseDurationSeconds = 0,
  } = Object(lease?.["spec"]) as {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly leaseDurationSeconds?: number;
  }; // as the API has it
  if (holderIdentity === "") return false;
  const age = clock.now().getTime() - Date.parse(renewTime);
  return age < leaseDurationSeconds * 1_000 + graceMilliseconds;
}
