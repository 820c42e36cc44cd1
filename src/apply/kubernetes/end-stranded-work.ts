import type { PlannedRemote } from "../../operate/kubernetes/plan-remotes.ts";
import { findStranded } from "../../operate/kubernetes/remote-endings.ts";
import { describeNumbers } from "../../plan/stranded.ts";
import type { ClusterConnection, ObjectReference } from "../../ports/kubernetes.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { PeoplesWork } from "../../runtime/kubernetes/peoples-work.ts";
import type { Steps } from "../steps.ts";
import { daskCluster } from "./remote-things.ts";

export interface EndStrandedWorkProps {
  readonly planned: Pick<PlannedRemote, "desired">;
  readonly connection: ClusterConnection;
  readonly world: Pick<LocalWorld, "clock">;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** What does not end by then keeps nobody from anything: a server out of reach, or a Dask cluster's pod with a finalizer. */
const endMilliseconds = 60_000;
const lookMilliseconds = 1_000;

/**
 * Ends servers and Dask clusters that cannot go on with the hub as it is to be, as JupyterHub and the gateway end them: a
 * server by its pod, a Dask cluster by its object, to which its pods belong. Helm would leave Dask clusters running for ever
 * when their gateway goes. Nothing to do costs one request.
 */
export async function endStrandedWork(props: EndStrandedWorkProps): Promise<void> {
  const { connection, world, steps, signal } = props;
  const { hub, remote } = props.planned.desired;
  const about = { hub, names: remote.names };
  const { namespace } = remote.names;
  const stranded = await findStranded(connection, about, signal);
  if (stranded.length === 0) return;
  const servers = stranded.filter(({ kind }) => kind === "server").length;
  await steps.run(
    `hub/${hub.name}`,
    "end what cannot go on",
    async () => {
      for (const one of stranded) await connection.delete(objectOf(one, namespace), signal);
      const limit = world.clock.now().getTime() + endMilliseconds;
      while ((await findStranded(connection, about, signal)).length > 0 && world.clock.now().getTime() < limit) {
        signal.throwIfAborted();
        await world.clock.sleep(lookMilliseconds);
      }
    },
    () => describeNumbers({ servers, clusters: stranded.length - servers }),
  );
}

function objectOf({ kind, name }: PeoplesWork, namespace: string): ObjectReference {
  return kind === "server" ? { apiVersion: "v1", kind: "Pod", name, namespace } : { ...daskCluster, name, namespace };
}
