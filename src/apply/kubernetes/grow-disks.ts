import type { DesiredRemote } from "../../operate/kubernetes/desired-remote.ts";
import type { ClusterConnection, KubernetesObject } from "../../ports/kubernetes.ts";
import { parseQuantity } from "../../runtime/kubernetes/quantity.ts";
import type { Steps } from "../steps.ts";

export interface GrowDisksProps {
  readonly desired: DesiredRemote;
  readonly connection: ClusterConnection;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** Users' disks that are smaller than the hub says get larger, each while it is in use; none ever gets smaller. */
export async function growDisks({ desired, connection, steps, signal }: GrowDisksProps): Promise<void> {
  const { hub, remote, rendered } = desired;
  const wanted = capacityOf(rendered);
  if (wanted === undefined) return;
  const { namespace } = remote.names;
  const query = {
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace },
    labels: { component: "singleuser-storage" },
  };
  const claims = await connection.list(query, signal);
  const small = claims.filter((claim) => sizeOf(claim) < parseQuantity(wanted));
  if (small.length === 0) return;
  await steps.run(
    `hub/${hub.name}`,
    "grow users' disks",
    async () => {
      for (const { apiVersion, kind, metadata } of small) {
        const { name } = metadata;
        await connection.apply(
          {
            ...{ apiVersion, kind, metadata: { name, namespace } },
            spec: { resources: { requests: { storage: wanted } } },
          },
          { takesOver: true },
          signal,
        );
      }
    },
    () => `${small.length} to ${wanted}`,
  );
}

function capacityOf({ releases }: DesiredRemote["rendered"]): string | undefined {
  const values = releases.find(({ chart }) => chart === "jupyterhub")?.values as
    | { readonly singleuser?: { readonly storage?: { readonly type?: string; readonly capacity?: string } } }
    | undefined; // as serverValues makes it
  const storage = values?.singleuser?.storage;
  return storage?.type === "dynamic" || storage?.type === undefined ? storage?.capacity : undefined;
}

function sizeOf(claim: KubernetesObject): number {
  const spec = claim["spec"] as { readonly resources?: { readonly requests?: { readonly storage?: string } } }; // as the API has it
  return parseQuantity(spec.resources?.requests?.storage ?? "0");
}
