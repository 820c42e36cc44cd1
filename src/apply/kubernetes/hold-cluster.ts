import type { ClusterConnection } from "../../ports/kubernetes.ts";
import type { LocalWorld, Report } from "../../ports/local-world.ts";
import { clusterNames } from "../../runtime/kubernetes/kubernetes-names.ts";
import { withHubLease } from "./hub-lease.ts";

export interface HoldClusterProps {
  readonly cluster: string;
  readonly connection: ClusterConnection;
  readonly command: string;
  readonly world: Pick<LocalWorld, "clock" | "machine" | "random">;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Definitions and add-ons are put in place within seconds or a few minutes. */
const patienceMilliseconds = 5 * 60_000;

/**
 * Runs a writer while it alone changes what belongs to the whole cluster, whichever fleet it is of: whoever comes second waits.
 * @throws HubfleetError HUB_LEASE_HELD
 */
export async function holdCluster<Result>(
  { cluster, connection, command, world, report, signal }: HoldClusterProps,
  write: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { namespace, lease: name } = clusterNames;
  const labels = { "app.kubernetes.io/managed-by": "hubfleet" };
  const place = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } };
  await connection.apply(place, { takesOver: true }, signal);
  const { clock, machine, random } = world;
  return withHubLease(
    {
      ...{ connection, namespace, name, labels, clock, report, signal, patienceMilliseconds },
      ...{ run: random.hex(4), holder: `hubfleet ${command} (process ${machine.pid})`, target: `cluster/${cluster}` },
    },
    write,
  );
}
